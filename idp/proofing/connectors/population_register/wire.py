"""The signed protocol of docs/registers.md from the asking side: questions, and proof of a reply.

A reply counts only if it is signed over the nonce of this very question and names the number that
was asked about; anything else may be forged, repeated or somebody else's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson

from idp.proofing.connectors.population_register.connector import PersonClaim

PATH: Final = "/population/v1/verifications"
SIGNATURE_HEADER: Final = "x-register-signature"


@dataclass(frozen=True, slots=True)
class Question:
    """One claim, ready to be sent any number of times under one request id."""

    request_id: str
    body: bytes = field(repr=False)
    kind: str
    number: str = field(repr=False)
    claims_validity: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs questions and checks replies with one shared key."""

    key_id: str
    secret: bytes = field(repr=False)

    def headers(self, body: bytes, target: str, timestamp: int, nonce: str) -> dict[str, str]:
        """Return the headers of one attempt; a nonce is never used twice, not even by a retry."""
        digest = hashlib.sha256(body).hexdigest()
        signature = self._sign(
            "TX-REGISTER-REQUEST-1", "POST", target, str(timestamp), nonce, digest
        )
        return {
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "identity",
            "x-register-key-id": self.key_id,
            "x-register-timestamp": str(timestamp),
            "x-register-nonce": nonce,
            SIGNATURE_HEADER: signature,
        }

    def is_signed(self, status: int, headers: Mapping[str, str], body: bytes, nonce: str) -> bool:
        """Return whether the register signed this reply to the question with this nonce."""
        digest = hashlib.sha256(body).hexdigest()
        expected = self._sign("TX-REGISTER-RESPONSE-1", str(status), nonce, digest)
        claimed = headers.get(SIGNATURE_HEADER, "")
        return hmac.compare_digest(expected.encode(), claimed.encode())

    def is_about(self, subject: str, question: Question, nonce: str) -> bool:
        """Return whether `subject` names the number that was asked about."""
        expected = self._sign("TX-REGISTER-SUBJECT-1", question.kind, question.number, nonce)
        return hmac.compare_digest(expected.encode(), subject.encode())

    def _sign(self, *parts: str) -> str:
        return hmac.new(self.secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def write_question(claim: PersonClaim, request_id: str) -> Question:
    """Return the question that asks about `claim` and tells the register nothing else."""
    identifier = claim.identifier
    content: dict[str, str] = {
        "request_id": request_id,
        "kind": identifier.kind.value,
        "number": identifier.canonical,
        "name": claim.name,
    }
    if claim.valid_from is not None:
        content["valid_from"] = claim.valid_from.isoformat()
    if claim.valid_until is not None:
        content["valid_until"] = claim.valid_until.isoformat()
    return Question(
        request_id=request_id,
        body=orjson.dumps(content),
        kind=identifier.kind.value,
        number=identifier.canonical,
        claims_validity=bool(claim.valid_from or claim.valid_until),
    )
