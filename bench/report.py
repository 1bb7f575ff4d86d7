"""docs/benchmarks.md, from a run and the remarks somebody wrote about it."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench import tables
from bench.contenders.catalogue import CONTENDERS
from bench.machinery.postgres import SETTINGS
from bench.results import Run, read
from bench.scenarios.catalogue import SCENARIOS

_HERE = Path(__file__).parent

_INTRODUCTION = """\
# Measurements

Written by `make bench` (see [bench/README.md](../bench/README.md)); only the remarks at the end are
written by hand. One run, one machine, everything from the same loopback address: compare columns
with each other, not with figures from elsewhere.
"""

_READING = """\
**per second** is what came through, **p50** and **p99** are response times of a whole round with
queueing. With one worker the contender and its stores share one processor and the load has the
other; with more, the load takes its part of the same processors. **CPU ms** is the processor time
of server, database and Redis together for one round, and does not depend on the load; **per busy
core** is its inverse. A ratio above 1 means that we do more.
"""


def write_report(run: Run, path: Path, remarks: Path) -> None:
    """Write the report to `path`."""
    text = "\n".join([_INTRODUCTION, _situation(run), _comparisons(run), _rest(run, remarks)])
    path.write_text(text, encoding="utf-8")


def _situation(run: Run) -> str:
    postgresql = ", ".join(f"{name}={value}" for name, value in SETTINGS.items())
    facts = {"begun": run.started, **run.machine, **run.settings, "PostgreSQL": postgresql}
    contenders = [[name, version, CONTENDERS[name].settings]
                  for name, version in run.versions.items()]  # fmt: skip
    scenarios = [[f"`{name}`", scenario.says] for name, scenario in SCENARIOS.items()]
    return "\n\n".join([
        "## What was measured, on what",
        tables.table(["", ""], [[name, value] for name, value in facts.items()]),
        tables.table(["contender", "version", "configuration"], contenders),
        tables.table(["scenario", "one round"], scenarios),
        _READING,
    ])  # fmt: skip


def _comparisons(run: Run) -> str:
    sizes = dict.fromkeys((result.key.workers, result.key.accounts) for result in run.results)
    parts = []
    for workers, accounts in sorted(sizes):
        parts.append(f"## {workers} worker{'s' if workers > 1 else ''}, {accounts:,} accounts\n")
        parts.append(f"{tables.comparison(run, workers, accounts)}\n")
    return "\n".join(parts)


def _rest(run: Run, remarks: Path) -> str:
    sections = {
        "The sign-in hop in parts": tables.hop_parts(run),
        "First sign-in and the password hash": tables.first_sign_ins(run),
        "From few accounts to many": tables.growth(run),
        "Memory": "Shared pages are counted once (PSS).\n\n" + tables.memory(run),
        "Where we are behind": tables.behind(run),
        "Remarks": remarks.read_text(encoding="utf-8").strip(),
    }
    return "\n".join(f"## {title}\n\n{text}\n" for title, text in sections.items())


def main() -> None:
    """python -m bench.report: write the report again from the last run's results."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=main.__doc__)
    parser.add_argument("--results", type=Path, default=_HERE / ".artifacts" / "results.json")
    parser.add_argument("--report", type=Path, default=_HERE.parent / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    write_report(read(arguments.results), arguments.report, _HERE / "remarks.md")


if __name__ == "__main__":
    main()
