"""Signing keys: published before use, rotated with overlap, revoked at once, sealed at rest."""

from __future__ import annotations

import base64
from datetime import timedelta

import orjson
import pytest
from joserfc import jwt
from sqlalchemy import select, update

from idp.audit.service import AuditLog
from idp.clock import ManualClock
from idp.crypto.envelope import SealBrokenError
from idp.crypto.root_key import RootKey
from idp.keys.errors import NoSigningKeyError, UnknownKeyError
from idp.keys.models import signing_keys
from idp.keys.service import KeyRing
from idp.keys.settings import KeySettings
from idp.storage.database import Database
from idp.tokens import jws
from tests.contracts.rooms import ROOT, START

SETTINGS = KeySettings(cache_seconds=30, announce_seconds=120, overlap_days=30)


def ring(database: Database, clock: ManualClock, root: RootKey = ROOT) -> KeyRing:
    """A worker's view of the keys."""
    return KeyRing(database, AuditLog(root, clock, lambda: None), root, clock, SETTINGS)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


async def test_a_first_start_makes_one_key_for_each_algorithm(
    database: Database, clock: ManualClock
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    await keys.ensure()
    assert sorted(key.alg for key in keys.all()) == ["ES256", "RS256"]
    assert len({key["kid"] for key in keys.jwks()["keys"]}) == 2


async def test_the_jwk_set_holds_public_members_only(
    database: Database, clock: ManualClock
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    for key in keys.jwks()["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()
        assert key["use"] == "sig"


async def test_a_new_key_is_published_before_it_signs(
    database: Database, clock: ManualClock
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    old = keys.signer("ES256").kid
    new = await keys.rotate("ES256")
    assert new in {key["kid"] for key in keys.jwks()["keys"]}
    assert keys.signer("ES256").kid == old
    clock.advance(119)
    assert keys.signer("ES256").kid == old
    clock.advance(1)
    assert keys.signer("ES256").kid == new


async def test_tokens_of_the_replaced_key_verify_until_the_overlap_ends(
    database: Database, clock: ManualClock
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    token = jws.sign(keys, "ES256", "JWT", {"sub": "x"})
    await keys.rotate("ES256")
    clock.advance(timedelta(days=30).total_seconds())
    await keys.refresh()
    assert jws.verify(keys, token, "JWT") == {"sub": "x"}
    clock.advance(121)
    await keys.refresh()
    with pytest.raises(jws.NotOurTokenError):
        jws.verify(keys, token, "JWT")


async def test_a_revoked_key_is_refused_by_every_worker_within_a_minute(
    database: Database, clock: ManualClock
) -> None:
    first, second = ring(database, clock), ring(database, clock)
    await first.ensure()
    await second.refresh()
    token = jws.sign(second, "ES256", "JWT", {"sub": "x"})
    kid = first.signer("ES256").kid
    replacement = await first.revoke(kid)
    assert replacement is not None
    assert first.signer("ES256").kid == replacement
    clock.advance(31)
    await second.refresh()
    with pytest.raises(jws.NotOurTokenError):
        jws.verify(second, token, "JWT")
    assert kid not in {key["kid"] for key in second.jwks()["keys"]}
    assert second.signer("ES256").kid == replacement


async def test_a_key_is_revoked_once(database: Database, clock: ManualClock) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    kid = keys.signer("RS256").kid
    await keys.revoke(kid)
    with pytest.raises(UnknownKeyError):
        await keys.revoke(kid)


async def test_an_unknown_algorithm_has_no_signer(database: Database, clock: ManualClock) -> None:
    keys = ring(database, clock)
    with pytest.raises(NoSigningKeyError):
        keys.signer("ES256")


async def test_the_private_key_at_rest_opens_only_with_the_root_key(
    database: Database, clock: ManualClock
) -> None:
    await ring(database, clock).ensure()
    with pytest.raises(SealBrokenError):
        await ring(database, clock, RootKey(b"\x07" * 32)).refresh()


async def test_two_private_keys_swapped_in_the_database_do_not_open(
    database: Database, clock: ManualClock
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    async with database.write() as transaction:
        rows = (await transaction.execute(select(signing_keys))).all()
        for row, other in ((rows[0], rows[1]), (rows[1], rows[0])):
            await transaction.execute(
                update(signing_keys)
                .where(signing_keys.c.kid == row.kid)
                .values(private_sealed=other.private_sealed)
            )
    with pytest.raises(SealBrokenError):
        await ring(database, clock).refresh()


@pytest.mark.parametrize("header", [{"crit": ["x"], "x": 1}, {"jku": "https://evil"}, {"jwk": {}}])
async def test_headers_that_carry_more_than_key_and_type_are_refused(
    database: Database, clock: ManualClock, header: dict[str, object]
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    key = keys.signer("ES256")
    claims = {"sub": "x"}
    good = jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, claims, key.private)
    assert jws.verify(keys, good, "JWT") == claims
    text = orjson.dumps({"alg": "ES256", "kid": key.kid, "typ": "JWT", **header})
    forged = base64.urlsafe_b64encode(text).rstrip(b"=").decode()
    with pytest.raises(jws.NotOurTokenError):
        jws.verify(keys, ".".join([forged, *good.split(".")[1:]]), "JWT")


async def test_token_types_are_not_interchangeable(database: Database, clock: ManualClock) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    for made in ("JWT", "at+jwt", "logout+jwt"):
        token = jws.sign(keys, "ES256", made, {"sub": "x"})
        for wanted in ("JWT", "at+jwt", "logout+jwt"):
            if made == wanted:
                assert jws.verify(keys, token, wanted)
            else:
                with pytest.raises(jws.NotOurTokenError):
                    jws.verify(keys, token, wanted)


async def test_revoking_the_newest_key_does_not_leave_one_that_is_on_its_way_out(
    database: Database, clock: ManualClock
) -> None:
    """The rotated-out key signs while its successor is announced, and never as the last one."""
    keys = ring(database, clock)
    await keys.ensure()
    old = keys.signer("ES256").kid
    newest = await keys.rotate("ES256")
    clock.advance(121)
    replacement = await keys.revoke(newest)
    assert replacement is not None
    assert replacement in {key["kid"] for key in keys.jwks()["keys"]}
    assert keys.signer("ES256").kid == old
    clock.advance(120)
    assert keys.signer("ES256").kid == replacement
    clock.advance(timedelta(days=40).total_seconds())
    await keys.refresh()
    assert keys.signer("ES256").kid == replacement


async def test_a_start_makes_a_key_that_lasts_when_only_rotated_out_ones_are_left(
    database: Database, clock: ManualClock
) -> None:
    keys = ring(database, clock)
    await keys.ensure()
    newest = await keys.rotate("ES256")
    await keys.revoke(newest)
    clock.advance(timedelta(days=40).total_seconds())
    await keys.ensure()
    assert keys.signer("ES256")
