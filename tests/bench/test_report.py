"""The report says what the results say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.load.measurement import ROUND, Distribution, LoadOutcome
from bench.report import write_report
from bench.results import HashRate, Key, Result, Run, merge, read, save


def _cell(
    contender: str, done: int, cpu: float, *, accounts: int = 1000, p99: float = 9.0,
    scenario: str = "hop",
) -> Result:  # fmt: skip
    parts = {name: Distribution(done, 5.0, p99) for name in (ROUND, "authorize", "token")}
    return Result(
        Key(contender, 1, accounts, scenario), LoadOutcome(done, 10.0, parts), {"provider": cpu},
        {"provider": 100.0},
    )  # fmt: skip


def _written(folder: Path, *results: Result) -> str:
    (folder / "remarks.md").write_text("We tried.\n", encoding="utf-8")
    versions = {"tongxing": "Tongxing 1", "keycloak": "Keycloak 1"}
    run = Run("2026-01-01", {"processor": "2 x fast"}, {"each cell": "10 s"}, versions,
              list(results), [HashRate(1, 40.0, 25.0)])  # fmt: skip
    save(run, folder / "results.json")
    assert read(folder / "results.json") == run
    write_report(run, folder / "report.md", folder / "remarks.md")
    return (folder / "report.md").read_text(encoding="utf-8")


def test_ratios_are_ours_divided_by_theirs(tmp_path: Path) -> None:
    text = _written(tmp_path, _cell("tongxing", 2000, 8.0), _cell("keycloak", 500, 10.0))
    assert "| `hop` | keycloak | 50.0 | 50 | 20.00 | 5.0 | 9.0 | 4.00 | 5.00 |" in text
    assert "Nowhere in this run." in text


def test_a_cell_in_which_we_are_slower_is_named(tmp_path: Path) -> None:
    text = _written(tmp_path, _cell("tongxing", 500, 10.0), _cell("keycloak", 1000, 10.0))
    assert "keycloak does 2.00 times as much per core" in text


def test_growth_compares_the_largest_size_with_the_smallest(tmp_path: Path) -> None:
    few, many = _cell("tongxing", 500, 10.0), _cell("tongxing", 500, 11.0, accounts=10**6, p99=9.9)
    text = _written(tmp_path, few, many)
    assert "| `hop` | tongxing | 1 | 9.0 | 9.9 | +10 % | +10 % |" in text


def test_first_sign_ins_are_a_share_of_the_raw_hash_rate(tmp_path: Path) -> None:
    text = _written(tmp_path, _cell("tongxing", 300, 9.9, scenario="first"))
    assert "| tongxing | 1 | 1,000 | 30.0 | 40.0 | 75 % | 33.0 | 25.0 | 76 % |" in text


def test_what_is_not_offered_is_said_and_the_remarks_are_there(tmp_path: Path) -> None:
    nothing = Result(Key("keycloak", 1, 1000, "first"), LoadOutcome(0, 0.0, not_offered="no"))
    text = _written(tmp_path, nothing)
    assert "| `first` | keycloak | not offered |" in text
    assert "We tried." in text


def test_a_later_run_replaces_the_cells_that_it_measured_again() -> None:
    def run(*results: Result, each: str = "10 s") -> Run:
        return Run("then", {"processor": "1"}, {"each cell": each}, {}, list(results), [])

    slow, fast = _cell("tongxing", 1000, 8.0), _cell("tongxing", 2000, 8.0)
    other, large = _cell("keycloak", 500, 8.0), _cell("tongxing", 900, 8.0, accounts=1_000_000)
    assert merge(run(slow, other), run(fast, large)).results == [fast, other, large]
    with pytest.raises(ValueError, match="other settings"):
        merge(run(slow), run(fast, each="1 s"))
