"""Signed-in visitors of one portal, kept in this process's memory.

A department with several processes would keep the same records in its own database; what matters
is that a session can be found by the provider's `sid` and `sub`, so that it can be ended from
outside (OpenID Connect Back-Channel Logout 1.0, section 2.7).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 8 * 60 * 60
MAXIMUM_SESSIONS = 20_000
MAXIMUM_SIGN_INS_UNDER_WAY = 5
SECONDS_TO_FINISH_A_SIGN_IN = 60 * 60
SECONDS_TO_REMEMBER_ENDED_SIDS = 10 * 60


@dataclass(frozen=True)
class SignIn:
    """What the provider said about the person, once."""

    subject: str
    sid: str | None
    id_token: str = field(repr=False)
    id_token_claims: Mapping[str, object] = field(repr=False)
    userinfo: Mapping[str, object] = field(repr=False)
    requested_acr: str | None = None


@dataclass(frozen=True)
class SignInUnderWay:
    """One trip to the provider: what has to be remembered until the person is back."""

    begun_at: float
    protocol_state: dict[str, object] = field(repr=False)  # state, nonce, code_verifier
    return_to: str = "/"
    requested_acr: str | None = None


@dataclass
class Session:
    """One browser. It may be signed in, on its way to the provider, or just signed out."""

    id: str = field(repr=False)
    created_at: float
    last_seen_at: float
    csrf_token: str = field(repr=False)
    sign_ins_under_way: dict[str, SignInUnderWay] = field(default_factory=dict, repr=False)
    sign_in: SignIn | None = field(default=None, repr=False)
    was_ended_elsewhere: bool = False
    sign_out_state: str | None = field(default=None, repr=False)

    def remember(self, state: str, under_way: SignInUnderWay) -> None:
        """Keep the newest few trips, so that two tabs can sign in side by side."""
        self.sign_ins_under_way[state] = under_way
        while len(self.sign_ins_under_way) > MAXIMUM_SIGN_INS_UNDER_WAY:
            del self.sign_ins_under_way[next(iter(self.sign_ins_under_way))]

    def claim(self, state: str, now: float) -> SignInUnderWay | None:
        """Take the trip that `state` names. It can be taken once, and only in time."""
        under_way = self.sign_ins_under_way.pop(state, None)
        if under_way is None or now - under_way.begun_at > SECONDS_TO_FINISH_A_SIGN_IN:
            return None
        return under_way


class SessionStore:
    """All sessions of this process; every method is atomic, for none of them awaits."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self._sessions: dict[str, Session] = {}
        self._ended_sids: dict[str, float] = {}

    def open(self) -> Session:
        """Start an anonymous session under a fresh unguessable identifier (256 bits)."""
        self._purge()
        now = self.now()
        session = Session(secrets.token_urlsafe(32), now, now, secrets.token_urlsafe(32))
        self._sessions[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """Return the living session of that identifier, and count this as a visit."""
        session = self._sessions.get(session_id)
        if session is None:
            return None
        if not self._is_alive(session):
            del self._sessions[session_id]
            return None
        session.last_seen_at = self.now()
        return session

    def start_signed_in(self, previous: Session, sign_in: SignIn) -> Session:
        """Replace `previous` by a session under a new identifier (against fixation)."""
        self.forget(previous)
        session = self.open()
        session.sign_in = sign_in
        session.sign_ins_under_way = previous.sign_ins_under_way
        return session

    def forget(self, session: Session) -> None:
        """Drop a session; its cookie is worthless from now on."""
        self._sessions.pop(session.id, None)

    def end_from_outside(self, subject: str | None, sid: str | None) -> int:
        """End the sessions the provider names; return how many there were.

        With a `sid` exactly that provider session ends, otherwise all of the subject's
        (Back-Channel Logout 1.0, section 2.7). The browser keeps an anonymous session that
        remembers why, so that the next page can say so.
        """
        if sid is not None:
            self._ended_sids[sid] = self.now()
        ended = [s for s in self._sessions.values() if _is_named(s.sign_in, subject, sid)]
        for session in ended:
            session.sign_in = None
            session.was_ended_elsewhere = True
        return len(ended)

    def has_ended(self, sid: str | None) -> bool:
        """Whether the provider ended `sid` just now: a sign-in that was still on its way with it
        must not come to life after the logout."""
        return sid is not None and sid in self._ended_sids

    def _is_alive(self, session: Session) -> bool:
        now = self.now()
        idle, age = now - session.last_seen_at, now - session.created_at
        return idle < IDLE_SECONDS and age < ABSOLUTE_SECONDS

    def _purge(self) -> None:
        now = self.now()
        self._ended_sids = {
            sid: at
            for sid, at in self._ended_sids.items()
            if now - at < SECONDS_TO_REMEMBER_ENDED_SIDS
        }
        if len(self._sessions) < MAXIMUM_SESSIONS:
            return
        self._sessions = {i: s for i, s in self._sessions.items() if self._is_alive(s)}
        anonymous = [i for i, s in self._sessions.items() if s.sign_in is None]
        # Only visitors who are not signed in make room for others; oldest first.
        for session_id in anonymous[: max(0, len(self._sessions) - MAXIMUM_SESSIONS + 1)]:
            del self._sessions[session_id]


def _is_named(sign_in: SignIn | None, subject: str | None, sid: str | None) -> bool:
    if sign_in is None:
        return False
    if subject is not None and sign_in.subject != subject:
        return False
    return sid is None or sign_in.sid == sid
