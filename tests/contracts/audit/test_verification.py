"""Every way to falsify the log is found, and an honest log is not suspected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, LargeBinary, String, cast, delete, func, literal, select, update

from idp.audit.findings import Damage
from idp.audit.models import audit_checkpoints, audit_events
from idp.audit.verification import verify_log
from idp.crypto.root_key import RootKey
from tests.contracts.audit.conftest import WrittenLog

events = audit_events.c


async def falsify(log: WrittenLog, statement: Executable) -> None:
    async with log.database.write() as transaction:
        result = await transaction.execute(statement)
        assert result.rowcount > 0


async def chains_of(log: WrittenLog) -> list[str]:
    async with log.database.read() as transaction:
        result = await transaction.execute(select(events.chain_id).distinct().order_by("chain_id"))
        return list(result.scalars())


@pytest.fixture
async def chains(log: WrittenLog) -> list[str]:
    """Three chains of twelve events, with two checkpoints."""
    await log.write_chain()
    await log.write_chain()
    await log.checkpoints.write()
    await log.write_chain()
    await log.checkpoints.write()
    return await chains_of(log)


async def test_an_honest_log_with_odd_values_passes(log: WrittenLog, chains: list[str]) -> None:
    report = await log.verify()
    assert report.findings == []
    assert (report.events, report.chains, report.checkpoints) == (36, 3, 2)
    assert report.unattested == 0


async def test_a_log_longer_than_a_page_passes(log: WrittenLog) -> None:
    await log.write_chain(commits=300)
    report = await log.verify()
    assert report.is_intact
    assert (report.events, report.unattested) == (900, 900)


async def test_an_empty_log_passes_unless_an_anchor_was_noted(log: WrittenLog) -> None:
    assert (await log.verify()).is_intact
    report = await log.verify("ab" * 32)
    assert [finding.damage for finding in report.findings] == [Damage.ANCHOR_UNKNOWN]


@pytest.mark.parametrize(
    "change",
    [
        {"tag": "session:browser:endeD"},
        {"account_id": "b" * 32},
        {"client_id": "other"},
        {"session_id": "c" * 32},
        {"trace_id": None},
        {"detail": {"a": "税務"}},
        {"detail": {"large": 2**70}},
        {"hash": b"\x00" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_one_changed_value_is_found(
    log: WrittenLog, chains: list[str], change: dict[str, Any]
) -> None:
    where = (events.chain_id == chains[1]) & (events.seq == 5)
    await falsify(log, update(audit_events).where(where).values(**change))
    report = await log.verify()
    first = report.findings[0]
    assert (first.damage, first.chain_id, first.number) == (Damage.ALTERED, chains[1], 5)
    assert {finding.chain_id for finding in report.findings} == {chains[1]}


async def test_a_moved_microsecond_is_found(log: WrittenLog, chains: list[str]) -> None:
    where = (events.chain_id == chains[0]) & (events.seq == 0)
    at = log.clock.now() + timedelta(microseconds=1)
    await falsify(log, update(audit_events).where(where).values(at=at))
    [finding] = (await log.verify()).findings
    assert (finding.damage, finding.number) == (Damage.ALTERED, 0)


# PostgreSQL does not store such values.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_content_that_is_no_longer_json_or_text_is_found(log: WrittenLog) -> None:
    await log.write_chain()
    [chain] = await chains_of(log)
    broken = cast(literal(b"\xff\xfe{", LargeBinary), String)
    for seq, column in ((3, "detail"), (7, "at"), (9, "tag")):
        where = (events.chain_id == chain) & (events.seq == seq)
        await falsify(log, update(audit_events).where(where).values({column: func.trim(broken)}))
    report = await log.verify()
    assert {f.number for f in report.findings} == {3, 7, 9}
    assert {f.damage for f in report.findings} <= {Damage.UNREADABLE, Damage.ALTERED}
    assert report.events == 12


async def test_a_removed_last_event_is_found(log: WrittenLog, chains: list[str]) -> None:
    where = (events.chain_id == chains[2]) & (events.seq == 11)
    await falsify(log, delete(audit_events).where(where))
    [finding] = (await log.verify()).findings
    assert (finding.damage, finding.chain_id, finding.number) == (Damage.TRUNCATED, chains[2], 11)
    assert "checkpoint 1" in finding.sentence


async def test_a_removed_middle_event_is_found(log: WrittenLog, chains: list[str]) -> None:
    where = (events.chain_id == chains[0]) & (events.seq == 4)
    await falsify(log, delete(audit_events).where(where))
    [finding] = (await log.verify()).findings
    assert (finding.damage, finding.chain_id, finding.number) == (Damage.GAP, chains[0], 5)


async def test_a_removed_first_event_is_found(log: WrittenLog, chains: list[str]) -> None:
    where = (events.chain_id == chains[0]) & (events.seq == 0)
    await falsify(log, delete(audit_events).where(where))
    [finding] = (await log.verify()).findings
    assert (finding.damage, finding.number) == (Damage.GAP, 1)


async def test_a_removed_chain_is_found(log: WrittenLog, chains: list[str]) -> None:
    await falsify(log, delete(audit_events).where(events.chain_id == chains[1]))
    [finding] = (await log.verify()).findings
    assert (finding.damage, finding.chain_id) == (Damage.TRUNCATED, chains[1])


async def test_two_exchanged_events_are_found(log: WrittenLog, chains: list[str]) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        where = (events.chain_id == chains[0]) & (events.seq == old)
        await falsify(log, update(audit_events).where(where).values(seq=new))
    assert {f.number for f in (await log.verify()).findings} >= {2, 3}


async def test_a_removed_newest_checkpoint_is_found_with_an_anchor(
    log: WrittenLog, chains: list[str]
) -> None:
    anchor = (await log.verify()).anchor
    assert anchor is not None
    assert (await log.verify(anchor)).is_intact
    await falsify(log, delete(audit_checkpoints).where(audit_checkpoints.c.number == 1))
    assert (await log.verify()).is_intact
    [finding] = (await log.verify(anchor)).findings
    assert finding.damage is Damage.ANCHOR_UNKNOWN


async def test_an_older_anchor_stays_good(log: WrittenLog, chains: list[str]) -> None:
    anchor = (await log.verify()).anchor
    await log.write_chain()
    await log.checkpoints.write()
    assert (await log.verify(anchor)).is_intact


async def test_a_removed_first_checkpoint_is_found(log: WrittenLog, chains: list[str]) -> None:
    await falsify(log, delete(audit_checkpoints).where(audit_checkpoints.c.number == 0))
    damages = [finding.damage for finding in (await log.verify()).findings]
    assert damages == [Damage.GAP, Damage.BROKEN_LINK]


@pytest.mark.parametrize("heads", [{}, {"x": [1]}, [], {"x": [1, "no hexadecimal"]}])
async def test_an_altered_checkpoint_is_found(
    log: WrittenLog, chains: list[str], heads: object
) -> None:
    where = audit_checkpoints.c.number == 0
    await falsify(log, update(audit_checkpoints).where(where).values(heads=heads))
    [finding] = (await log.verify()).findings
    assert (finding.damage, finding.number) == (Damage.ALTERED, 0)


async def test_a_log_of_another_root_key_does_not_pass(log: WrittenLog, chains: list[str]) -> None:
    report = await verify_log(log.database, RootKey(bytes(32)))
    assert len([f for f in report.findings if f.damage is Damage.ALTERED]) == 36 + 2
