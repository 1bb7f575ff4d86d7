"""Hashing and verifying passwords, off the event loop and with bounded concurrency."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from idp.crypto.password_schemes import BCRYPT_MAX_BYTES, crypt_context
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.password_text import PasswordTextError, normalise_password
from idp.errors import TongxingError, UnavailableError
from idp.observability import metrics

P = ParamSpec("P")
R = TypeVar("R")

_CURRENT_SCHEME = "argon2"
# A stored hash sets its own cost; a hostile one could hold a thread for minutes.
_MAX_ROUNDS = {"bcrypt": 14, "pbkdf2_sha256": 2_000_000, "pbkdf2_sm3": 2_000_000, "phpass": 20}
_MAX_ARGON2_KIB, _MAX_ARGON2_PASSES, _MAX_ARGON2_LANES = 1_048_576, 20, 16


class OverloadedError(UnavailableError):
    """More passwords wait to be checked than can be checked soon."""


class UnknownHashError(TongxingError, ValueError):
    """The stored text is no password hash of a known format and acceptable cost."""

    code = "invalid_password_hash"


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """Whether the password was right, and the hash to store in place of an outdated one."""

    ok: bool
    new_hash: str | None = field(default=None, repr=False)


class PasswordHasher:
    """Argon2id for new passwords; several older formats for verification only.

    `hash` and `verify` take tens of milliseconds: never call them inside a transaction.
    `workers`: how many processes like this one share the processors.
    """

    def __init__(self, settings: PasswordHashingSettings, *, workers: int = 1) -> None:
        threads = settings.threads_of(workers)
        self._context = crypt_context(settings)
        self._dummy_hash: str = self._context.hash(secrets.token_urlsafe(16))
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._room = threads + settings.max_waiting
        self._lock = threading.Lock()

    async def hash(self, password: str) -> str:
        """Return an Argon2id hash in PHC format; raises PasswordTextError, OverloadedError."""
        text = normalise_password(password)
        return await self._run(self._hash, text)

    async def verify(self, password: str, stored: str | None) -> VerifyResult:
        """Compare `password` with a stored hash; raises OverloadedError.

        Without a stored hash (no such account, no password), with an unreadable one, and with
        text that cannot be a password, one Argon2id verification is done all the same and the
        answer is no: how long it takes tells nothing.
        """
        return await self._run(self._verify, password, stored)

    def check_storable(self, stored: str) -> str:
        """Return the name of the format; raises UnknownHashError. For hashes from elsewhere."""
        try:
            scheme: str | None = self._context.identify(stored)
            if scheme is None:
                raise UnknownHashError("no known password hash")
            parsed = self._context.handler(scheme).from_string(stored)
        except (ValueError, TypeError) as error:
            raise UnknownHashError("no known password hash") from error
        if not _cost_is_bearable(scheme, parsed):
            raise UnknownHashError("the password hash is too costly")
        return scheme

    def close(self) -> None:
        """Let go of the threads."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            if self._room <= 0:
                raise OverloadedError("too many sign-ins at this moment", retry_after=2)
            self._room -= 1
        metrics.PASSWORD_HASH_QUEUE.inc()
        future = self._executor.submit(_timed, partial(function, *args, **kwargs))
        # On the thread's future: a cancelled request still occupies its thread until the end.
        future.add_done_callback(self._make_room)
        return await asyncio.wrap_future(future)

    def _make_room(self, _future: Future[R]) -> None:
        metrics.PASSWORD_HASH_QUEUE.dec()
        with self._lock:
            self._room += 1

    def _hash(self, text: str) -> str:
        hashed: str = self._context.hash(text)
        return hashed

    def _verify(self, password: str, stored: str | None) -> VerifyResult:
        try:
            text = normalise_password(password)
            scheme = self.check_storable(stored) if stored is not None else None
        except (PasswordTextError, UnknownHashError):
            scheme = None
        if scheme is None or stored is None:
            self._context.verify("", self._dummy_hash)
            return VerifyResult(False)
        if scheme == _CURRENT_SCHEME:
            return self._verify_current(text, stored)
        return self._verify_legacy(scheme, password, text, stored)

    def _verify_current(self, text: str, stored: str) -> VerifyResult:
        ok, new_hash = self._context.verify_and_update(text, stored)
        return VerifyResult(ok, new_hash)

    def _verify_legacy(self, scheme: str, raw: str, text: str, stored: str) -> VerifyResult:
        """Former systems hashed what was typed; try that too where it differs from our form."""
        candidates = [text] if raw == text else [text, raw]
        ok = any(self._matches_legacy(scheme, each, stored) for each in candidates)
        # Argon2id either way, so that a cheap old format does not answer faster than the rest.
        if not ok:
            self._context.verify("", self._dummy_hash)
            return VerifyResult(False)
        return VerifyResult(True, self._hash(text))

    def _matches_legacy(self, scheme: str, candidate: str, stored: str) -> bool:
        secret = candidate.encode()
        if scheme == "bcrypt":
            secret = secret[:BCRYPT_MAX_BYTES]
        matches: bool = self._context.handler(scheme).verify(secret, stored)
        return matches


def _timed(compute: Callable[[], R]) -> R:
    with metrics.PASSWORD_HASH_DURATION.time():
        return compute()


def _cost_is_bearable(scheme: str, parsed: object) -> bool:
    rounds: int = getattr(parsed, "rounds", 0)
    if scheme == _CURRENT_SCHEME:
        return (
            rounds <= _MAX_ARGON2_PASSES
            and getattr(parsed, "memory_cost", 0) <= _MAX_ARGON2_KIB
            and getattr(parsed, "parallelism", 0) <= _MAX_ARGON2_LANES
        )
    return rounds <= _MAX_ROUNDS.get(scheme, rounds)
