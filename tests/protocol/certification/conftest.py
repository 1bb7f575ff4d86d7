"""One provider, set up by the blocks of docs/certification.md, behind TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest

from idp.enrolment.seeding import SeedAccount
from tests.protocol.browser import Browser
from tests.protocol.certification.page import Certification, read_page
from tests.protocol.certification.suite_client import Suite, SuiteClient
from tests.protocol.certification.tls_front import TlsFront, new_front, passing_on
from tests.protocol.documents import Documents, serving_documents
from tests.provider import Citizen, RunningProvider, running_provider


@pytest.fixture(scope="session")
def certification() -> Certification:
    return read_page()


@pytest.fixture(scope="session")
def front() -> Iterator[TlsFront]:
    made = new_front()
    yield made
    made.listener.close()


@pytest.fixture(scope="session")
def provider(
    tmp_path_factory: pytest.TempPathFactory, front: TlsFront, certification: Certification
) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("certification")
    bundle = folder / "authority.pem"
    bundle.write_text(front.authority, encoding="utf-8")
    settings = certification.settings(front.origin, bundle)
    with running_provider(folder / "home", **settings) as running, passing_on(front, running.port):
        yield running
        # Nothing that a suite sends may be a surprise (I10).
        assert not [line for line in running.log_lines() if line["level"] in ("error", "critical")]


@pytest.fixture(scope="session")
def user(provider: RunningProvider, certification: Certification) -> Citizen:
    (entry,) = [SeedAccount.model_validate(entry) for entry in certification.users]
    report = provider.call(provider.services.enrolment.seeding.import_accounts([entry]))
    password = entry.password.get_secret_value() if entry.password else ""
    return Citizen(report.created[0], entry.phone, entry.id_number, entry.name, password)


@pytest.fixture
def http(provider: RunningProvider, front: TlsFront) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=provider.url, verify=front.trust) as client:
        yield client


@pytest.fixture
def new_browser(provider: RunningProvider, front: TlsFront) -> Iterator[Callable[[], Browser]]:
    opened: list[Browser] = []

    def open_browser() -> Browser:
        opened.append(Browser(provider.url, trust=front.trust))
        return opened[-1]

    yield open_browser
    for browser in opened:
        browser.close()


@pytest.fixture
def suite(
    provider: RunningProvider,
    http: httpx2.Client,
    user: Citizen,
    new_browser: Callable[[], Browser],
) -> Suite:
    return Suite(provider, http, new_browser(), user, new_browser)


@pytest.fixture
def client(suite: Suite) -> SuiteClient:
    """A client as a suite registers it by default."""
    return suite.register()


@pytest.fixture(scope="session")
def documents() -> Iterator[Documents]:
    """A client's web server."""
    with serving_documents() as served:
        yield served
