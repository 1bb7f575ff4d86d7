"""The password of a registration: judged by what the person is called, kept while the identity is
put right, and never in plain text anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlsplit

import pytest
import redis

from idp.enrolment.drafts import Draft, Drafts
from tests.pages.conftest import Resident
from tests.pages.enrolling import PASSWORD, SOMEBODY, Enrolling, form_to
from tests.protocol.browser import Browser, Page
from tests.provider import RunningProvider

ZHUGE = ("诸葛青云", "100000199003077711")
PERSONAL = "This password is close to your name, birthday or numbers"
CANARY = "eleven kettles beside a copper gate"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Choose a password"),
        ("short", "at least 15 characters"),
        ("password123password123", "Many people use this password"),
        ("a" * 15 + "b" * 5000, "at most"),
    ],
)
def test_a_weak_password_is_an_error_at_its_field_and_never_comes_back(
    enrolling: Enrolling, phone: str, password: str, words: str
) -> None:
    page = enrolling.fill(enrolling.identify(phone, *SOMEBODY), password=password)
    assert (page.path, page.status) == ("/register/password", 400)
    assert 'id="password-error"' in page.text
    assert words in page.text
    assert not password or f'"{password}"' not in page.text


@pytest.mark.parametrize(
    "password",
    [
        "zhugeqingyun-qingyunzhuge",
        "ZhugeQingyun1990",
        "19900307-07031990",
        "x100000199003077711x",
        "100000-19900307-7711",
    ],
    ids=["name in pinyin", "name and year", "birth date", "ID number", "ID number in pieces"],
)
def test_a_password_made_of_the_own_name_or_numbers_is_refused_with_its_reason(
    enrolling: Enrolling, phone: str, password: str
) -> None:
    page = enrolling.fill(enrolling.identify(phone, *ZHUGE), password=password)
    assert (page.path, page.status) == ("/register/password", 400)
    assert PERSONAL in page.text
    assert password not in page.text


def test_a_password_made_of_the_own_phone_number_is_refused_with_its_reason(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.fill(enrolling.identify(phone, *ZHUGE), password=f"86-{phone}-{phone[5:]}")
    assert (page.path, page.status) == ("/register/password", 400)
    assert PERSONAL in page.text


def test_what_is_personal_for_one_is_a_good_password_for_another(
    enrolling: Enrolling, resident: Resident
) -> None:
    page = enrolling.identify(resident.phone, resident.name, resident.id_number)
    assert enrolling.fill(page, password="zhugeqingyun-qingyunzhuge").path == "/register/done"


def test_after_a_mismatch_the_register_is_asked_again_at_once_and_the_password_is_kept(
    enrolling: Enrolling, resident: Resident, new_browser: Callable[[], Browser]
) -> None:
    refused = enrolling.register(resident.phone, "王不对", resident.id_number)
    assert "We could not complete the registration" in refused.text
    done = enrolling.declare_again(refused, resident.name, resident.id_number)
    assert done.path == "/register/done"
    elsewhere = Enrolling(enrolling.provider, new_browser())
    assert elsewhere.sign_in(resident.phone, PASSWORD).path == "/account"


def test_asking_again_before_there_is_a_password_leads_to_the_password(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.identify(phone, *SOMEBODY)
    sent = form_to(page, "/register/password").fields
    page = enrolling.browser.post(f"/register/identity/retry?{urlsplit(page.url).query}", sent)
    assert (page.path, page.status) == ("/register/password", 200)


def test_the_password_is_nowhere_in_plain_text(
    provider: RunningProvider, enrolling: Enrolling, resident: Resident
) -> None:
    page = enrolling.identify(resident.phone, "王不对", resident.id_number)
    refused = enrolling.fill(page, password=CANARY)
    assert refused.status == 400
    query = urlsplit(refused.url).query
    pages = [
        refused,
        enrolling.browser.get(f"/register/identity?{query}"),
        enrolling.browser.get(f"/register/password?{query}"),
    ]
    draft = draft_of(enrolling)
    assert draft.password_hash is not None
    assert draft.password_hash.startswith("$argon2id$")
    assert CANARY not in str(asdict(draft))
    stored = stored_bytes(provider)
    assert not [value for value in stored if CANARY.encode() in value]
    # The store does not even see what is not secret in the draft.
    assert not [value for value in stored if resident.id_number.encode() in value]

    done = enrolling.declare_again(refused, resident.name, resident.id_number)
    assert done.path == "/register/done"
    assert not [one for one in (*pages, done) if holds_password(one)]
    files = [file for file in provider.folder.rglob("*") if file.is_file()]
    assert provider.log in files
    assert [file for file in files if file.name == "tongxing.db"]
    assert not [file for file in files if CANARY.encode() in file.read_bytes()]


def holds_password(page: Page) -> bool:
    texts = (page.text, page.url, *page.response.headers.values())
    return any(CANARY in text or CANARY.replace(" ", "+") in text for text in texts)


def draft_of(enrolling: Enrolling) -> Draft:
    """Open the draft of this browser as the provider does."""
    foundation = enrolling.provider.services.foundation
    drafts = Drafts(foundation.ephemeral.space("registration"), foundation.root, foundation.clock)
    draft_id = enrolling.browser.http.cookies["tongxing_draft"].partition(".")[0]
    return enrolling.provider.call(drafts.get(draft_id))


def stored_bytes(provider: RunningProvider) -> list[bytes]:
    """Return every key of a draft in the ephemeral store, and what it holds."""
    with redis.Redis.from_url(provider.services.settings.storage.redis_url) as store:
        keys = list(store.scan_iter("*registration*"))
        assert keys
        return [*keys, *(store.get(key) or b"" for key in keys)]
