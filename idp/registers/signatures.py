"""Signed questions and answers, as docs/registers.md describes them for every register."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.clock import epoch_seconds
from idp.registers.nonces import NonceMemory

KEY_ID = "x-register-key-id"
TIMESTAMP = "x-register-timestamp"
NONCE = "x-register-nonce"
SIGNATURE = "x-register-signature"
_NONCE_LENGTHS = range(22, 65)


class Refusal(StrEnum):
    """Why a caller was not answered."""

    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    NONCE = "nonce"
    NONCE_REPLAYED = "nonce_replayed"


class SignatureRefusedError(Exception):
    """The request is not signed as agreed; `refusal` says what is wrong with it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of an HTTP request that its signature covers."""

    method: str
    target: str
    """Path and, if any, `?` and query, as sent."""
    headers: Mapping[str, str]
    body: bytes


class RegisterKey:
    """One caller's key: checks its requests and signs the answers to them."""

    def __init__(self, key_id: str, secret: bytes, window_seconds: int) -> None:
        self._key_id = key_id
        self._secret = secret
        self._window = window_seconds

    def check(self, request: SignedRequest, nonces: NonceMemory, now: datetime) -> str:
        """Return the request's nonce; raises `SignatureRefusedError`. The nonce is used up."""
        headers = request.headers
        if headers.get(KEY_ID) != self._key_id:
            raise SignatureRefusedError(Refusal.UNKNOWN_KEY)
        timestamp, nonce = headers.get(TIMESTAMP, ""), headers.get(NONCE, "")
        expected = self._sign(
            "TX-REGISTER-REQUEST-1",
            request.method,
            request.target,
            timestamp,
            nonce,
            hashlib.sha256(request.body).hexdigest(),
        )
        if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()):
            raise SignatureRefusedError(Refusal.SIGNATURE)
        if not timestamp.isascii() or not timestamp.isdigit():
            raise SignatureRefusedError(Refusal.TIMESTAMP)
        if abs(int(timestamp) - epoch_seconds(now)) > self._window:
            raise SignatureRefusedError(Refusal.TIMESTAMP)
        if len(nonce) not in _NONCE_LENGTHS:
            raise SignatureRefusedError(Refusal.NONCE)
        # A timestamp ahead of the clock stays acceptable for up to two windows from now.
        if not nonces.remember(nonce, until=int(timestamp) + self._window, now=epoch_seconds(now)):
            raise SignatureRefusedError(Refusal.NONCE_REPLAYED)
        return nonce

    def sign_answer(self, status: int, nonce: str, body: bytes) -> str:
        """Return the signature of an answer; it fits the one request that carried `nonce`."""
        digest = hashlib.sha256(body).hexdigest()
        return self._sign("TX-REGISTER-RESPONSE-1", str(status), nonce, digest)

    def subject(self, kind: str, number: str, nonce: str) -> str:
        """Return the keyed digest that tells the caller whom the answer is about."""
        return self._sign("TX-REGISTER-SUBJECT-1", kind, number, nonce)

    def reference(self, request_id: str, body: bytes) -> str:
        """Return the log number of a question: the same for a retry, another for another body."""
        digest = hashlib.sha256(body).hexdigest()
        return "R" + self._sign("TX-REGISTER-REFERENCE-1", request_id, digest)[:20].upper()

    def _sign(self, *parts: str) -> str:
        return hmac.new(self._secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
