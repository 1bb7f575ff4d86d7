"""python -m bench: measure this provider and its rivals, print the cells, write the report."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.contenders.catalogue import CONTENDERS
from bench.machine import describe_machine
from bench.plan import Campaign, Plan
from bench.report import write_report
from bench.results import Result, Run, merge, read, save
from bench.scenarios.catalogue import SCENARIOS

_HERE = Path(__file__).parent
_ARTIFACTS = _HERE / ".artifacts"
_RESULTS = _ARTIFACTS / "results.json"
_REPORT = _HERE.parent / "docs" / "benchmarks.md"


def main() -> int:
    """Measure and report; 1 when a cell failed."""
    arguments = _parse()
    # Ended from outside, it still takes its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    plan = _smoke_plan() if arguments.smoke else _plan(arguments)
    results: list[Result] = []

    def on_result(result: Result) -> None:
        results.append(result)
        print(_line(result), flush=True)  # noqa: T201 - this is a command

    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        campaign = Campaign(plan, Path(folder), _ARTIFACTS, on_result)
        started = datetime.now(UTC).isoformat(timespec="minutes")
        versions = campaign.install()
        hash_rates = campaign.hash_rates()
        campaign.run()
    run = Run(started, describe_machine(), _settings(plan), versions, results, hash_rates)
    if arguments.add:
        run = merge(read(_RESULTS), run)
    if not arguments.smoke:
        save(run, _RESULTS)
        write_report(run, arguments.report, _HERE / "remarks.md")
    return 1 if campaign.failures else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each cell")
    parser.add_argument("--warm-up", type=float, default=3.0, help="seconds before it, not counted")
    parser.add_argument("--settle", type=float, default=20.0, help="seconds after each start")
    parser.add_argument("--connections", type=int, default=16, help="connections at the same time")
    parser.add_argument("--people", type=int, default=4, help="browsers that share a connection")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--accounts", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--report", type=Path, default=_REPORT, help="where the report is written")
    parser.add_argument("--add", action="store_true", help="add to the cells of the last run")
    parser.add_argument("--smoke", action="store_true", help="a minute, ours only, no report")
    return parser.parse_args()


def _plan(arguments: argparse.Namespace) -> Plan:
    return Plan(
        tuple(arguments.contenders), tuple(arguments.only), tuple(arguments.workers),
        tuple(arguments.accounts), arguments.connections, arguments.people, arguments.seconds,
        arguments.warm_up, arguments.settle,
    )  # fmt: skip


def _smoke_plan() -> Plan:
    return Plan(
        ("tongxing",), tuple(SCENARIOS), (1,), (20,), connections=2, people_each=2, seconds=0.4,
        warm_up=0.1, settle=0.0,
    )  # fmt: skip


def _settings(plan: Plan) -> dict[str, str]:
    return {
        "each cell": f"{plan.seconds:g} s after {plan.warm_up:g} s of warming up, and "
        f"{plan.settle:g} s of hops after each start of a server",
        "connections": f"{plan.connections}, each with {plan.people_each} signed-in browsers",
    }


def _line(result: Result) -> str:
    key = result.key
    where = f"{key.contender:22} {key.workers}w {key.accounts:>9,} {key.scenario:14}"
    if result.outcome.not_offered:
        return f"{where} not offered: {result.outcome.not_offered}"
    whole = result.outcome.parts.get("round")
    times = f"p50 {whole.p50:8.2f}  p99 {whole.p99:8.2f} ms" if whole else ""
    return f"{where} {result.rate:9.1f}/s  {result.cpu_ms:8.3f} ms CPU  {times}"


if __name__ == "__main__":
    sys.exit(main())
