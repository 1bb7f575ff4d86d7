"""The session store: identifiers, trips under way, and room for everyone."""

from __future__ import annotations

import pytest

from clients.portals import sessions
from clients.portals.sessions import SessionStore, SignIn, SignInUnderWay


def person(subject: str = "s", sid: str = "x") -> SignIn:
    return SignIn(subject, sid, "id-token", {}, {})


def test_identifiers_are_long_and_never_equal() -> None:
    store = SessionStore(lambda: 0.0)
    ids = {store.open().id for _ in range(500)}
    assert len(ids) == 500
    assert min(map(len, ids)) >= 43


def test_a_trip_is_claimed_once_and_in_time() -> None:
    session = SessionStore(lambda: 0.0).open()
    session.remember("state", SignInUnderWay(0.0, {}))
    assert session.claim("state", 10.0) is not None
    assert session.claim("state", 10.0) is None
    session.remember("late", SignInUnderWay(0.0, {}))
    assert session.claim("late", 3601.0) is None


def test_only_the_newest_trips_are_kept() -> None:
    session = SessionStore(lambda: 0.0).open()
    for number in range(9):
        session.remember(str(number), SignInUnderWay(0.0, {}))
    assert list(session.sign_ins_under_way) == ["4", "5", "6", "7", "8"]


def test_a_flood_of_strangers_pushes_out_no_one_who_is_signed_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "MAXIMUM_SESSIONS", 20)
    store = SessionStore(lambda: 0.0)
    signed_in = store.start_signed_in(store.open(), person())
    for _ in range(100):
        newest = store.open()
    assert store.find(signed_in.id) is signed_in
    assert store.find(newest.id) is newest
    assert len(store._sessions) <= 20


def test_nothing_personal_is_in_a_repr() -> None:
    store = SessionStore(lambda: 0.0)
    session = store.start_signed_in(store.open(), person("subject", "sid"))
    text = repr(session)
    assert session.id not in text
    assert session.csrf_token not in text
    assert "id-token" not in text
