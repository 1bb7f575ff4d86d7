"""Levels follow from evidence and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from idp.accounts.person import IdentityLevel
from idp.proofing.evidence import Evidence
from idp.proofing.levels import expiry_of, level_at
from idp.proofing.settings import ProofingSettings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
YEAR = timedelta(days=365)
SETTINGS = ProofingSettings()


def _evidence(
    level: int, *, since: datetime = NOW - YEAR, until: datetime | None = None
) -> Evidence:
    return Evidence("any", "人口库", level, since, until)


def test_without_evidence_the_level_is_one() -> None:
    assert level_at([], NOW) == IdentityLevel(1)


def test_a_register_match_makes_level_two_until_it_expires() -> None:
    evidence = [_evidence(2, until=NOW + YEAR)]
    assert level_at(evidence, NOW) == IdentityLevel(2, NOW - YEAR, NOW + YEAR)
    assert level_at(evidence, NOW + YEAR) == IdentityLevel(1)


def test_a_level_needs_the_levels_below_it() -> None:
    assert level_at([_evidence(3), _evidence(4)], NOW).level == 1
    assert level_at([_evidence(2), _evidence(4)], NOW).level == 2
    assert level_at([_evidence(2), _evidence(3), _evidence(4)], NOW).level == 4


def test_a_level_ends_with_the_first_evidence_it_rests_on() -> None:
    evidence = [_evidence(2, until=NOW + YEAR), _evidence(3, until=NOW + 2 * YEAR)]
    assert level_at(evidence, NOW).expires_at == NOW + YEAR


def test_the_longest_lasting_evidence_of_a_level_counts() -> None:
    evidence = [_evidence(2, until=NOW + YEAR), _evidence(2), _evidence(2, until=NOW)]
    assert level_at(evidence, NOW).expires_at is None


def test_an_account_whose_level_expired_counts_as_level_one() -> None:
    level = IdentityLevel(3, NOW - YEAR, NOW)
    assert level.at(NOW - timedelta(seconds=1)) == 3
    assert level.at(NOW) == 1


def test_expiry_follows_the_settings() -> None:
    assert expiry_of(2, NOW, SETTINGS) == NOW + timedelta(days=SETTINGS.register_match_days)
