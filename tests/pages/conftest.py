"""One provider with a population register for all tests of this folder."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import httpx2
import pytest

from idp.clock import ManualClock
from idp.registers.generated_persons import GeneratedPersons
from idp.registers.records import CardStatus, PersonRecord
from idp.registers.settings import MAX_GENERATED_PERSONS
from tests.contracts.proofing.register_server import SECRET, running_register
from tests.pages.enrolling import Enrolling
from tests.protocol.browser import Browser
from tests.protocol.relying_party import REDIRECT_URI, RelyingParty
from tests.provider import RunningProvider, new_clock, running_provider

_PHONES = itertools.count(1)
_INDEXES = itertools.count(0)
_CLIENTS = itertools.count(1)
LIMIT = 40
"""Steps of registration and recovery from one address in a minute."""
_SEED = "tongxing-1"
_ADULT_BEFORE = date(2000, 1, 1)


@dataclass(frozen=True)
class Resident:
    """Somebody whom the register knows and who has no account yet."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)

    @property
    def e164(self) -> str:
        return f"+86{self.phone}"


@pytest.fixture(scope="session")
def clock() -> ManualClock:
    return new_clock()


@pytest.fixture(scope="session")
def provider(
    clock: ManualClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProvider]:
    with running_register(clock) as base_url:
        # The people whom the register fails over must not make it unavailable for the others.
        register = {
            "base_url": base_url,
            "key_id": "tongxing",
            "secret": SECRET,
            "guard": {"failures_to_open": 1000},
        }
        http = {"trusted_proxies": ("127.0.0.1/32",), "enrolment_steps_per_minute": LIMIT}
        folder = tmp_path_factory.mktemp("provider") / "home"
        with running_provider(
            folder, clock=clock, http=http, population_register=register
        ) as running:
            yield running


@pytest.fixture
def new_browser(provider: RunningProvider) -> Iterator[Callable[[], Browser]]:
    opened: list[Browser] = []

    def open_browser() -> Browser:
        opened.append(Browser(provider.url))
        return opened[-1]

    yield open_browser
    for browser in opened:
        browser.close()


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()


@pytest.fixture
def enrolling(provider: RunningProvider, browser: Browser) -> Enrolling:
    return Enrolling(provider, browser)


@pytest.fixture
def new_resident() -> Callable[[], Resident]:
    """Draw somebody new: of age, alive, with a valid card and never renamed."""
    population = GeneratedPersons(_SEED, MAX_GENERATED_PERSONS // 2)

    def draw() -> Resident:
        person = next(one for one in map(population.by_index, _INDEXES) if _is_plain(one))
        return Resident(person.name, person.documents[0].number, new_phone())

    return draw


@pytest.fixture
def resident(new_resident: Callable[[], Resident]) -> Resident:
    return new_resident()


@pytest.fixture
def phone() -> str:
    """A mobile number that nobody has used."""
    return new_phone()


@pytest.fixture
def portal(provider: RunningProvider) -> Iterator[RelyingParty]:
    """A new client that asks for the name by law and for the number by consent."""
    client_id = f"pages-portal-{next(_CLIENTS)}"
    metadata = {
        "client_id": client_id,
        "client_name": "税务服务",
        "client_name#en": "Tax services",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid phone offline_access",
        "claims": [{"name": "phone_number", "purpose": "通知", "purpose#en": "To notify you"}],
    }
    secret = secrets.token_urlsafe(32)
    provider.register(metadata, secret)
    with httpx2.Client(base_url=provider.url) as http:
        yield RelyingParty(provider.url, metadata, secret, http)


def new_phone() -> str:
    return f"137{next(_PHONES):08d}"


def _is_plain(person: PersonRecord) -> bool:
    document = person.documents[0]
    card = document.cards[0]
    return (
        person.deceased_on is None
        and not person.former_names
        and card.status is CardStatus.VALID
        and card.valid_until.year > date.today().year + 1
        and date.fromisoformat(f"{document.number[6:10]}-01-01") < _ADULT_BEFORE
    )
