"""Registering: every page that says no, and that it says no more than it may."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from idp.clock import ManualClock
from tests.pages.conftest import Resident
from tests.pages.enrolling import Enrolling, form_to
from tests.protocol.browser import Browser
from tests.provider import RunningProvider

CHILD = ("张小禾", "100000201806010043")
DECEASED = ("周建国", "10000019520420001X")
LOST = ("何淼", "100000199404120143")
EXPIRED = ("罗敏", "100000198112120163")
BROKEN_REGISTER = ("故障", "100000197707070324")


@pytest.mark.parametrize("typed", ["", "   ", "12345", "010-12345678", "not a number"])
def test_a_number_that_is_none_is_an_error_at_its_field(enrolling: Enrolling, typed: str) -> None:
    page = enrolling.send_code(typed)
    assert (page.path, page.status) == ("/register", 400)
    assert 'id="phone-error"' in page.text
    assert "tongxing_draft" not in enrolling.browser.http.cookies


def test_a_second_code_for_one_number_has_to_wait(
    enrolling: Enrolling, new_browser: Callable[[], Browser], phone: str
) -> None:
    enrolling.send_code(phone)
    page = Enrolling(enrolling.provider, new_browser()).send_code(phone)
    assert (page.path, page.status) == ("/register", 429)
    assert "A new code cannot be sent yet" in page.text
    assert int(page.response.headers["retry-after"]) <= 60
    assert len(enrolling.provider.messages_to(f"+86{phone}")) == 1


@pytest.mark.parametrize("typed", ["", "000000", "12345", "１２３", "abcdef"])
def test_a_wrong_code_is_an_error_at_its_field(
    enrolling: Enrolling, phone: str, typed: str
) -> None:
    page = enrolling.fill(enrolling.send_code(phone), code=typed)
    assert (page.path, page.status) == ("/register/code", 400)
    assert 'id="code-error"' in page.text


def test_a_code_that_was_typed_wrong_five_times_is_worth_nothing(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.send_code(phone)
    code = enrolling.provider.code_for(f"+86{phone}")
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        page = enrolling.fill(page, code=wrong)
    assert enrolling.fill(page, code=code).status == 400


def test_a_new_code_replaces_the_earlier_one(
    enrolling: Enrolling, clock: ManualClock, phone: str
) -> None:
    page = enrolling.send_code(phone)
    first = enrolling.provider.code_for(f"+86{phone}")
    early = enrolling.fill(page, "/register/code/resend")
    assert early.status == 429
    assert re.search(r"a new code in \d+ seconds", early.text)
    clock.advance(61)
    page = enrolling.fill(page, "/register/code/resend")
    assert (page.path, page.status) == ("/register/code", 200)
    assert "We have sent a new code" in page.text
    second = enrolling.provider.code_for(f"+86{phone}")
    if first != second:
        page = enrolling.fill(page, code=first)
        assert page.status == 400
    assert enrolling.fill(page, code=second).path == "/register/identity"


def test_only_whoever_reads_the_message_learns_that_a_number_is_taken(
    provider: RunningProvider, enrolling: Enrolling
) -> None:
    citizen = provider.citizen()
    page = enrolling.send_code(citizen.phone)
    assert (page.path, page.status) == ("/register/code", 200)
    page = enrolling.fill(page, code=provider.code_for(f"+86{citizen.phone}"))
    assert page.status == 409
    assert "This mobile number already has an account" in page.text
    query = urlsplit(page.url).query
    assert f'href="/login?{query}"' in page.text
    assert f'href="/recover?{query}"' in page.text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 500}, "name"),
        ({"name": "张\u202e三"}, "name"),
        ({"id_kind": None}, "id_kind"),
        ({"id_kind": "uscc-of-nobody"}, "id_kind"),
        ({"id_number": ""}, "id_number"),
        ({"id_number": "100000199003077712"}, "id_number"),
        ({"id_number": "110105194912310021"}, "id_number"),
    ],
)
def test_what_is_wrong_in_the_identity_form_is_said_at_its_field(
    enrolling: Enrolling, phone: str, fields: dict[str, str | None], wrong: str
) -> None:
    page = enrolling.verify_phone(phone)
    given = {"name": "张伟", "id_kind": "resident_id", "id_number": "100000199003077711", **fields}
    page = enrolling.fill(page, "", **given)
    assert (page.path, page.status) == ("/register/identity", 400)
    assert re.findall(r'id="(\w+)-error"', page.text) == [wrong]


def without_reference(text: str) -> str:
    """A page without what differs from one visit to the next."""
    text = re.sub(r"<code>[0-9a-f]{32}</code>", "", text)
    return re.sub(r"transaction=[0-9a-f]{32}", "", text)


def test_a_wrong_name_a_deceased_person_and_one_who_has_an_account_get_the_same_page(
    enrolling: Enrolling, new_browser: Callable[[], Browser], new_resident: Callable[[], Resident]
) -> None:
    holder, other = new_resident(), new_resident()
    enrolling.register(holder.phone, holder.name, holder.id_number)
    pages = [
        Enrolling(enrolling.provider, new_browser()).register(new_resident().phone, *identity)
        for identity in (("王不对", other.id_number), DECEASED, (holder.name, holder.id_number))
    ]
    assert {page.status for page in pages} == {400}
    assert {page.path for page in pages} == {"/register/password"}
    assert len({without_reference(page.text) for page in pages}) == 1
    assert "We could not complete the registration" in pages[0].text
    # The owner is told, by a message to the number of the account.
    assert "another account with your identity" in enrolling.provider.messages_to(holder.e164)[-1]


def test_after_a_mismatch_the_form_comes_back_filled_in(
    enrolling: Enrolling, resident: Resident
) -> None:
    page = enrolling.register(resident.phone, "王不对", resident.id_number)
    again = enrolling.browser.get(f"/register/identity?{urlsplit(page.url).query}")
    form = form_to(again, "/register/identity")
    assert (form.fields["name"], form.fields["id_number"]) == ("王不对", resident.id_number)


@pytest.mark.parametrize(
    ("identity", "words"), [(LOST, "was reported lost"), (EXPIRED, "has expired")]
)
def test_a_refusal_that_helps_its_owner_has_its_own_page(
    enrolling: Enrolling, phone: str, identity: tuple[str, str], words: str
) -> None:
    page = enrolling.register(phone, *identity)
    assert (page.path, page.status) == ("/register/password", 400)
    assert words in page.text


def test_a_child_is_told_before_choosing_a_password_that_a_guardian_has_to_apply(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.identify(phone, *CHILD)
    assert (page.path, page.status) == ("/register/identity", 400)
    assert "A parent or guardian has to apply" in page.text
    query = urlsplit(page.url).query
    assert enrolling.browser.get(f"/register/password?{query}").path == "/register/identity"


def test_a_silent_register_keeps_what_was_entered_and_costs_no_attempt(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.register(phone, *BROKEN_REGISTER)
    for _ in range(6):
        assert page.status == 503
        assert "The check is not available right now" in page.text
        assert page.response.headers["retry-after"]
        page = enrolling.fill(page, "/register/identity/retry")


def test_a_sixth_attempt_is_paused_for_hours(enrolling: Enrolling, resident: Resident) -> None:
    page = enrolling.register(resident.phone, "王不对", resident.id_number)
    for attempt in "二三四五":
        page = enrolling.declare_again(page, f"王不对{attempt}", resident.id_number)
        assert page.status == 400
    page = enrolling.declare_again(page, resident.name, resident.id_number)
    assert page.status == 429
    assert "You can try again in 6 hours" in page.text
    assert int(page.response.headers["retry-after"]) > 3600
