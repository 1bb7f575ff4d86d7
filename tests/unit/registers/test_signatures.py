"""Signed requests: refused for any change, once only, within the window only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idp.proofing.connectors.population_register.wire import Question, Signer
from idp.registers.nonces import NonceMemory
from idp.registers.signatures import RegisterKey, SignatureRefusedError, SignedRequest

VECTOR = json.loads(
    (Path(__file__).parents[2] / "vectors" / "register_signatures.json").read_text("utf-8")
)
REQUEST = VECTOR["request"]
SIGNED_AT = datetime.fromtimestamp(REQUEST["timestamp"], UTC)
KEY = RegisterKey(VECTOR["key_id"], VECTOR["secret"].encode(), 300)
HEADERS = {
    "x-register-key-id": VECTOR["key_id"],
    "x-register-timestamp": str(REQUEST["timestamp"]),
    "x-register-nonce": REQUEST["nonce"],
    "x-register-signature": REQUEST["signature"],
}
SIGNED = SignedRequest(REQUEST["method"], REQUEST["target"], HEADERS, REQUEST["body"].encode())


def _refusal(request: SignedRequest, now: datetime = SIGNED_AT) -> str:
    with pytest.raises(SignatureRefusedError) as refused:
        KEY.check(request, NonceMemory(), now)
    return refused.value.refusal.value


@pytest.mark.parametrize(
    "changed",
    [
        replace(SIGNED, method="PUT"),
        replace(SIGNED, target="/legal-entities/v1/verifications"),
        replace(SIGNED, target=SIGNED.target + "?x=1"),
        replace(SIGNED, body=SIGNED.body + b" "),
        replace(SIGNED, headers=HEADERS | {"x-register-nonce": "n" * 32}),
        replace(SIGNED, headers=HEADERS | {"x-register-timestamp": "1767240001"}),
        replace(SIGNED, headers=HEADERS | {"x-register-signature": ""}),
        replace(SIGNED, headers=HEADERS | {"x-register-signature": "ä"}),
        replace(SIGNED, headers={"x-register-key-id": VECTOR["key_id"]}),
    ],
)
def test_any_change_breaks_the_signature(changed: SignedRequest) -> None:
    assert _refusal(changed) == "signature"


def test_another_key_is_unknown() -> None:
    assert _refusal(replace(SIGNED, headers=HEADERS | {"x-register-key-id": "x"})) == "unknown_key"


@pytest.mark.parametrize("seconds", [-301, 301, 90_000, -90_000])
def test_a_timestamp_outside_the_window_is_refused(seconds: int) -> None:
    assert _refusal(SIGNED, SIGNED_AT + timedelta(seconds=seconds)) == "timestamp"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_inside_the_window_is_accepted(seconds: int) -> None:
    now = SIGNED_AT + timedelta(seconds=seconds)
    assert KEY.check(SIGNED, NonceMemory(), now) == REQUEST["nonce"]


def test_a_nonce_is_refused_for_as_long_as_its_timestamp_is_acceptable() -> None:
    nonces = NonceMemory()
    KEY.check(SIGNED, nonces, SIGNED_AT - timedelta(seconds=300))
    for seconds in (-300, 0, 299, 300):
        with pytest.raises(SignatureRefusedError, match="nonce_replayed"):
            KEY.check(SIGNED, nonces, SIGNED_AT + timedelta(seconds=seconds))
    with pytest.raises(SignatureRefusedError, match="timestamp"):
        KEY.check(SIGNED, nonces, SIGNED_AT + timedelta(seconds=301))


def test_a_full_memory_refuses_new_nonces_rather_than_forget_old_ones() -> None:
    nonces = NonceMemory(capacity=1)
    assert nonces.remember("a", until=100, now=0)
    assert not nonces.remember("b", until=100, now=100)
    assert not nonces.remember("a", until=100, now=100)
    assert nonces.remember("b", until=200, now=101)


def test_both_sides_of_the_protocol_make_the_same_signatures() -> None:
    signer = Signer(VECTOR["key_id"], VECTOR["secret"].encode())
    body, nonce = REQUEST["body"].encode(), REQUEST["nonce"]
    headers = signer.headers(body, REQUEST["target"], REQUEST["timestamp"], nonce)
    assert headers.items() >= HEADERS.items()
    response, subject = VECTOR["response"], VECTOR["subject"]
    reply = response["body"].encode()
    assert KEY.sign_answer(response["status"], nonce, reply) == response["signature"]
    signed = {"x-register-signature": response["signature"]}
    assert signer.is_signed(response["status"], signed, reply, nonce)
    assert not signer.is_signed(400, signed, reply, nonce)
    assert not signer.is_signed(200, signed, reply, "n" * 32)
    question = Question("q", body, subject["kind"], subject["number"], False)
    assert KEY.subject(subject["kind"], subject["number"], nonce) == subject["signature"]
    assert signer.is_about(subject["signature"], question, nonce)
    assert not signer.is_about(subject["signature"], replace(question, number="1"), nonce)
