"""python -m bench: measure a provider of its own, and print a table."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.installation import run_installation
from bench.phases import Result, measure_first_logins, measure_hashes, measure_hops
from bench.timings import percentile


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each phase")
    parser.add_argument("--connections", type=int, default=8, help="people at the same time")
    parser.add_argument("--workers", type=int, default=1, help="web server processes")
    arguments = parser.parse_args()
    console = Console(width=110)
    console.print(_situation(arguments.workers, arguments.connections))
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        for result in asyncio.run(_measure(Path(folder), arguments)):
            console.print(f"\n{_summary(result)}")
            console.print(_table(result))


async def _measure(folder: Path, arguments: argparse.Namespace) -> list[Result]:
    seconds, connections = arguments.seconds, arguments.connections
    hashes = await measure_hashes(seconds=seconds)
    with run_installation(folder, accounts=connections, workers=arguments.workers) as site:
        hops = await measure_hops(site, connections=connections, seconds=seconds)
        logins = await measure_first_logins(site, connections=connections, seconds=seconds)
    return [hops, hashes, logins]


def _situation(workers: int, connections: int) -> str:
    where = os.environ.get("IDP_STORAGE__DATABASE_URL", "sqlite").partition(":")[0]
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, {where}, "
        f"{workers} web worker(s), {connections} connections, the load from the same machine"
    )


def _summary(result: Result) -> str:
    rate = result.done / result.seconds
    cpu = result.cpu_seconds / max(result.done, 1)
    per_core = 1 / cpu if cpu else 0.0
    return (
        f"{result.name}: {rate:.1f}/s, {cpu * 1000:.1f} ms of CPU each, "
        f"{per_core:.1f}/s per busy core"
    )


def _table(result: Result) -> Table:
    table = Table("part", "count", "p50 ms", "p99 ms", box=None)
    for name, durations in result.timings.by_name.items():
        p50, p99 = percentile(durations, 0.50), percentile(durations, 0.99)
        table.add_row(name, str(len(durations)), f"{p50 * 1000:.1f}", f"{p99 * 1000:.1f}")
    return table


if __name__ == "__main__":
    main()
