"""Password hashing: formats, characters, cost, overload."""

from __future__ import annotations

import asyncio
import hmac
import os
import statistics
import time
from base64 import b64encode

import pytest
from passlib.hash import bcrypt, ldap_salted_sha1

from idp.crypto.password_schemes import Pbkdf2Sm3, SaltedSm3
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.password_text import (
    MAX_PASSWORD_CHARACTERS,
    PasswordTextError,
    normalise_password,
)
from idp.crypto.passwords import (
    OverloadedError,
    PasswordHasher,
    UnknownHashError,
    VerifyResult,
)

CHEAP = PasswordHashingSettings(memory_kib=64, passes=1, threads=2)


@pytest.fixture(scope="module")
def hasher() -> PasswordHasher:
    return PasswordHasher(CHEAP)


@pytest.mark.parametrize(
    "password",
    ["", "a" * (MAX_PASSWORD_CHARACTERS + 1), "tab\there", "nul\x00", "\udc80", "\ue000"],
)
async def test_text_that_cannot_be_a_password_is_refused_and_never_verifies(
    hasher: PasswordHasher, password: str
) -> None:
    with pytest.raises(PasswordTextError):
        await hasher.hash(password)
    stored = await hasher.hash("something else entirely")
    assert await hasher.verify(password, stored) == VerifyResult(False)


def test_a_short_text_that_unfolds_beyond_the_limit_is_refused() -> None:
    with pytest.raises(PasswordTextError):
        normalise_password("\ufdfa" * 100)


@pytest.mark.parametrize(
    ("typed", "same"),
    [("ａｂｃ１２３", "abc123"), ("a\u3000b", "a b"), ("e\u0301", "é"), ("a\u1680b", "a b")],
)
async def test_one_password_typed_on_two_keyboards_is_the_same(
    hasher: PasswordHasher, typed: str, same: str
) -> None:
    assert (await hasher.verify(typed, await hasher.hash(same))).ok
    assert (await hasher.verify(same, await hasher.hash(typed))).ok


async def test_case_and_outer_spaces_matter(hasher: PasswordHasher) -> None:
    stored = await hasher.hash(" Pass phrase ")
    assert not (await hasher.verify("Pass phrase", stored)).ok
    assert not (await hasher.verify(" pass phrase ", stored)).ok


async def test_the_whole_of_a_long_password_counts(hasher: PasswordHasher) -> None:
    stored = await hasher.hash("长" * 1023 + "a")
    assert (await hasher.verify("长" * 1023 + "a", stored)).ok
    assert not (await hasher.verify("长" * 1023 + "b", stored)).ok


async def test_bcrypt_alone_reads_72_bytes_as_former_systems_did(hasher: PasswordHasher) -> None:
    stored = bcrypt.using(rounds=4).hash("a" * 72)
    assert (await hasher.verify("a" * 80, stored)).ok
    assert not (await hasher.verify("a" * 71, stored)).ok


async def test_an_old_hash_of_full_width_text_still_verifies(hasher: PasswordHasher) -> None:
    stored = ldap_salted_sha1.hash("密码１２３")
    result = await hasher.verify("密码１２３", stored)
    assert result.ok
    assert result.new_hash
    assert (await hasher.verify("密码123", result.new_hash)).ok


async def test_a_cheaper_argon2_hash_is_replaced(hasher: PasswordHasher) -> None:
    dearer = PasswordHasher(PasswordHashingSettings(memory_kib=128, passes=1, threads=1))
    result = await dearer.verify("some password", await hasher.hash("some password"))
    assert result.ok
    assert result.new_hash
    assert "m=128" in result.new_hash
    assert (await dearer.verify("some password", result.new_hash)).new_hash is None


def test_salted_sm3_agrees_with_the_standards_own_sample() -> None:
    # GB/T 32905 appendix A.1: the digest of "abc", here as salt "a" and password "bc".
    sample = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert SaltedSm3.verify("bc", "{SM3}a$" + sample)
    assert not SaltedSm3.verify("bd", "{SM3}a$" + sample)


def test_pbkdf2_sm3_agrees_with_its_definition() -> None:
    # RFC 8018 section 5.2 with HMAC-SM3, first block, written out.
    salt, password, rounds = b"0123456789abcdef", b"password", 100
    block = last = hmac.digest(password, salt + b"\0\0\0\1", "sm3")
    for _ in range(rounds - 1):
        last = hmac.digest(password, last, "sm3")
        block = bytes(x ^ y for x, y in zip(block, last, strict=True))
    text = "$".join(("", "pbkdf2-sm3", str(rounds), _ab64(salt), _ab64(block)))
    assert Pbkdf2Sm3.verify("password", text)
    assert not Pbkdf2Sm3.verify("passwore", text)


def _ab64(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=").replace("+", ".")


@pytest.mark.parametrize(
    "stored",
    [
        "plain",
        "",
        "{SM3}no-dollar",
        "$pbkdf2-sm3$99999999$c2FsdA$" + "A" * 43,
        "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$" + "A" * 43,
        "$2b$31$" + "." * 53,
        "$argon2id$v=19$m=19456",
    ],
)
async def test_unreadable_and_ruinous_hashes_are_refused(
    hasher: PasswordHasher, stored: str
) -> None:
    with pytest.raises(UnknownHashError):
        hasher.check_storable(stored)
    assert await hasher.verify("plain", stored) == VerifyResult(False)


async def test_an_absent_account_takes_as_long_as_a_wrong_password() -> None:
    hasher = PasswordHasher(PasswordHashingSettings(threads=1))
    stored = await hasher.hash("the right password")

    async def median(known: str | None) -> float:
        spans = []
        for _ in range(9):
            begun = time.perf_counter()
            assert not (await hasher.verify("wrong", known)).ok
            spans.append(time.perf_counter() - begun)
        return statistics.median(spans)

    assert 0.5 < await median(None) / await median(stored) < 2


async def test_more_than_can_wait_are_turned_away_and_the_rest_served() -> None:
    hasher = PasswordHasher(
        PasswordHashingSettings(memory_kib=19_456, passes=2, threads=1, max_waiting=3)
    )
    results = await asyncio.gather(
        *(hasher.verify("wrong", None) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(one, OverloadedError) for one in results) == 6
    assert sum(isinstance(one, VerifyResult) for one in results) == 4
    assert await hasher.verify("wrong", None) == VerifyResult(False)


def test_workers_share_the_processors_and_leave_none_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)))
    settings = PasswordHashingSettings()
    assert [settings.threads_of(workers) for workers in (1, 2, 3, 8, 20)] == [8, 4, 3, 1, 1]
    assert PasswordHashingSettings(threads=5).threads_of(8) == 5


async def test_a_cancelled_request_gives_its_place_back() -> None:
    hasher = PasswordHasher(CHEAP.model_copy(update={"threads": 1, "max_waiting": 0}))
    task = asyncio.create_task(hasher.verify("wrong", None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while True:
            try:
                assert await hasher.verify("wrong", None) == VerifyResult(False)
                break
            except OverloadedError:
                await asyncio.sleep(0.001)


def test_results_hide_their_hash() -> None:
    assert "argon2" not in repr(VerifyResult(True, "$argon2id$secret"))
