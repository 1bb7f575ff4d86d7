"""Starting, finding and ending sign-in sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.clock import Clock
from idp.crypto.identifiers import digest, new_id, new_secret
from idp.sessions import repository
from idp.sessions.session import EndReason, Session
from idp.sessions.settings import SessionSettings
from idp.storage.database import Transaction

_DEVICE_MAX = 120


@dataclass(frozen=True, slots=True)
class Authentication:
    """How a person proved who they are, as `acr`, `amr` and `auth_time` will say."""

    account_id: str
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A new session and the secret for its cookie, which is known only here."""

    session: Session
    cookie_value: str = field(repr=False)


class Sessions:
    """Sign-in sessions in SQL; the cookie holds a 256-bit secret of which only a hash is kept."""

    def __init__(self, audit: AuditLog, clock: Clock, settings: SessionSettings) -> None:
        self._audit = audit
        self._clock = clock
        self._settings = settings

    async def start(
        self, transaction: Transaction, authentication: Authentication, device: str
    ) -> StartedSession:
        """Start a session for a browser that has none."""
        now = self._clock.now()
        cookie_value = new_secret()
        absolute = now + timedelta(seconds=self._settings.absolute_seconds)
        session = Session(
            id=new_id(),
            account_id=authentication.account_id,
            started_at=now,
            auth_time=authentication.auth_time,
            acr=authentication.acr,
            amr=authentication.amr,
            device=device[:_DEVICE_MAX],
            last_seen_at=now,
            idle_expires_at=min(now + timedelta(seconds=self._settings.idle_seconds), absolute),
            absolute_expires_at=absolute,
        )
        row = {name: getattr(session, name) for name in Session.__slots__}
        row |= {"amr": list(session.amr), "token_hash": digest(cookie_value)}
        await repository.insert_session(transaction, row)
        self._record(transaction, Tag.SESSION_STARTED, session.id, session.account_id, session.acr)
        return StartedSession(session, cookie_value)

    async def renew(
        self, transaction: Transaction, session: Session, authentication: Authentication
    ) -> StartedSession | None:
        """Note that the same person proved themselves again, under a new secret (R25).

        The session keeps its id, so portals that were entered through it stay signed in. Returns
        None when it ended meanwhile.
        """
        now = self._clock.now()
        cookie_value = new_secret()
        absolute = now + timedelta(seconds=self._settings.absolute_seconds)
        row = await repository.renew_session(
            transaction,
            session.id,
            now,
            {
                "token_hash": digest(cookie_value),
                "auth_time": authentication.auth_time,
                "acr": authentication.acr,
                "amr": list(authentication.amr),
                "last_seen_at": now,
                "idle_expires_at": min(
                    now + timedelta(seconds=self._settings.idle_seconds), absolute
                ),
                "absolute_expires_at": absolute,
            },
        )
        if row is None:
            return None
        self._record(transaction, Tag.SESSION_RENEWED, row.id, row.account_id, row.acr)
        return StartedSession(Session.from_row(row), cookie_value)

    async def find(self, transaction: Transaction, cookie_value: str) -> Session | None:
        """Return the live session of this cookie."""
        row = await repository.read_live(transaction, digest(cookie_value), self._clock.now())
        return Session.from_row(row) if row else None

    async def visit(self, transaction: Transaction, cookie_value: str) -> Session | None:
        """Return the live session of this cookie and push its idle limit forward, unless that was
        done a moment ago (`SessionSettings.visits_noted_after`)."""
        now = self._clock.now()
        token_hash = digest(cookie_value)
        row = await repository.read_live(transaction, token_hash, now)
        if row is not None and now - row.last_seen_at >= self._settings.visits_noted_after:
            idle = now + timedelta(seconds=self._settings.idle_seconds)
            row = await repository.touch_live(transaction, token_hash, now, idle)
        return Session.from_row(row) if row else None

    async def list_live(self, transaction: Transaction, account_id: str) -> list[Session]:
        """Return an account's live sessions, newest first."""
        rows = await repository.read_live_of_account(transaction, account_id, self._clock.now())
        return [Session.from_row(row) for row in rows]

    async def end(self, transaction: Transaction, session_id: str, reason: EndReason) -> bool:
        """End a session; returns whether it was still running."""
        now = self._clock.now()
        row = await repository.end_session(transaction, session_id, now, reason.value)
        if row is None:
            return False
        self._record(transaction, Tag.SESSION_ENDED, row.id, row.account_id, reason.value)
        return True

    async def end_all(
        self,
        transaction: Transaction,
        account_id: str,
        reason: EndReason,
        except_id: str | None = None,
    ) -> list[str]:
        """End an account's sessions, but for `except_id`; returns the ids of those that ended."""
        ended = await repository.end_sessions_of_account(
            transaction, account_id, self._clock.now(), reason.value, except_id
        )
        for session_id in ended:
            self._record(transaction, Tag.SESSION_ENDED, session_id, account_id, reason.value)
        return ended

    def _record(
        self, transaction: Transaction, tag: Tag, session_id: str, account_id: str, note: str
    ) -> None:
        name = "reason" if tag is Tag.SESSION_ENDED else "acr"
        event = AuditEvent(tag, account_id=account_id, session_id=session_id, detail={name: note})
        self._audit.record(transaction, event)
