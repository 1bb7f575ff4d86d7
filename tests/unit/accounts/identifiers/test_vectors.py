"""Every vector of tests/vectors/identifiers.json, through the one entry point."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.parsing import parse_identifier
from idp.accounts.identifiers.resident_id import upgrade_fifteen_digits

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "identifiers.json").read_text(encoding="utf-8")
)
KINDS_WITHOUT_A_SPARE_RANGE = {"hk_macao_residence_permit", "tw_residence_permit"}
TODAY = date.fromisoformat(VECTORS["today"])


def _named(section: str) -> list[object]:
    return [pytest.param(v, id=v.get("number") or v["old"]) for v in VECTORS[section]]


@pytest.mark.parametrize("vector", _named("invalid"))
@pytest.mark.parametrize("sandbox", [True, False])
def test_an_invalid_number_is_refused_with_its_reason(
    vector: dict[str, str], sandbox: bool
) -> None:
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier(vector["number"], sandbox=sandbox, today=TODAY)
    assert refusal.value.reason == vector["reason"]


def _assert_reads(vector: dict[str, str | None], *, sandbox: bool) -> None:
    number = vector["number"]
    assert number is not None
    for kind in (None, IdentifierKind(str(vector["kind"]))):
        identifier = parse_identifier(number, kind, sandbox=sandbox, today=TODAY)
        assert identifier.kind == vector["kind"]
        assert identifier.canonical == number
        assert identifier.country == vector["country"]
        birthdate = identifier.birthdate.isoformat() if identifier.birthdate else None
        assert birthdate == vector.get("birthdate")
        assert identifier.sex == vector.get("sex")


@pytest.mark.parametrize("vector", _named("sandbox_valid"))
def test_a_sandbox_number_is_read(vector: dict[str, str | None]) -> None:
    _assert_reads(vector, sandbox=True)


@pytest.mark.parametrize("vector", _named("production_valid"))
def test_a_real_sample_is_read_in_production(vector: dict[str, str | None]) -> None:
    _assert_reads(vector, sandbox=False)


@pytest.mark.parametrize("vector", _named("production_valid"))
def test_a_real_sample_is_refused_in_a_sandbox(vector: dict[str, str]) -> None:
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier(vector["number"], sandbox=True, today=TODAY)
    assert refusal.value.reason is Reason.SANDBOX_RANGE


@pytest.mark.parametrize("vector", _named("sandbox_valid"))
def test_a_sandbox_number_is_refused_in_production_where_it_can_be_nobodys(
    vector: dict[str, str],
) -> None:
    if vector["kind"] in KINDS_WITHOUT_A_SPARE_RANGE:
        assert parse_identifier(vector["number"], sandbox=False, today=TODAY)
        return
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier(vector["number"], sandbox=False, today=TODAY)
    assert refusal.value.reason is Reason.SANDBOX_RANGE


@pytest.mark.parametrize("vector", _named("sandbox_valid_with_warning"))
def test_an_odd_inner_code_warns_without_refusing(vector: dict[str, str]) -> None:
    identifier = parse_identifier(vector["number"], sandbox=True, today=TODAY)
    assert identifier.kind == vector["kind"]
    assert [warning.value for warning in identifier.warnings] == [vector["warning"]]


@pytest.mark.parametrize("vector", _named("fifteen_digit_upgrades"))
def test_an_old_number_is_upgraded_for_matching_history(vector: dict[str, str]) -> None:
    assert upgrade_fifteen_digits(vector["old"], today=TODAY) == vector["new"]
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier(vector["old"], sandbox=False, today=TODAY)
    assert refusal.value.reason is Reason.OBSOLETE
