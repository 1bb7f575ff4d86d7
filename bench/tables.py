"""The tables of the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.load.measurement import ROUND
from bench.results import HashRate, Key, Result, Run
from bench.scenarios.catalogue import SCENARIOS

OURS = "tongxing"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def comparison(run: Run, workers: int, accounts: int) -> str:
    """Every scenario and contender at one size."""
    size = (workers, accounts)
    cells = {one.key: one for one in run.results if (one.key.workers, one.key.accounts) == size}
    rows = []
    for scenario in SCENARIOS:
        ours = cells.get(Key(OURS, workers, accounts, scenario))
        for key, result in cells.items():
            if key.scenario == scenario:
                rows.append([f"`{scenario}`", key.contender, *_figures(result, ours)])
    head = [
        "scenario", "contender", "per second", "per busy core", "CPU ms", "p50 ms", "p99 ms",
        "ours/theirs, per second", "ours/theirs, per core",
    ]  # fmt: skip
    return table(head, rows)


def _figures(result: Result, ours: Result | None) -> list[str]:
    if result.outcome.not_offered:
        return ["not offered", *[""] * 6]
    if not result.outcome.done:
        return ["none came through", *[""] * 6]
    whole = result.outcome.parts[ROUND]
    ratios = ["", ""]
    if ours is not None and ours is not result and ours.outcome.done:
        ratios = [f"{ours.rate / result.rate:.2f}", f"{ours.per_core / result.per_core:.2f}"]
    return [
        f"{result.rate:,.1f}", f"{result.per_core:,.0f}", f"{result.cpu_ms:.2f}",
        f"{whole.p50:.1f}", f"{whole.p99:.1f}", *ratios,
    ]  # fmt: skip


def hop_parts(run: Run) -> str:
    """Response times of the three requests of the sign-in hop, and where its CPU time goes."""
    rows = []
    for result in run.results:
        if result.key.scenario != "hop" or not result.outcome.done:
            continue
        parts = result.outcome.parts
        times = [
            f"{parts[name].p50:.1f} / {parts[name].p99:.1f}" if name in parts else ""
            for name in ("authorize", "token", "userinfo")
        ]
        cpu = ", ".join(
            f"{role} {1000 * seconds / result.outcome.done:.2f}"
            for role, seconds in result.cpu.items()
        )
        rows.append([*_where(result.key), *times, cpu])
    return table(
        ["contender", "workers", "accounts", "authorize p50 / p99 ms", "token", "userinfo",
         "CPU ms by process"], rows,
    )  # fmt: skip


def memory(run: Run) -> str:
    """The most memory that each role had at the end of a scenario."""
    peaks: dict[Key, dict[str, float]] = {}
    for result in run.results:
        key = Key(result.key.contender, result.key.workers, result.key.accounts, "")
        peak = peaks.setdefault(key, {})
        for role, mebibytes in result.memory.items():
            peak[role] = max(peak.get(role, 0.0), mebibytes)
    roles = ("provider", "database", "redis")
    rows = [
        [*_where(key), *(f"{peak[role]:,.0f}" if role in peak else "" for role in roles)]
        for key, peak in peaks.items()
    ]
    return table(["contender", "workers", "accounts", *(f"{role} MiB" for role in roles)], rows)


def first_sign_ins(run: Run) -> str:
    """First sign-ins as a share of the raw hash rate on as many processors."""
    raw = {one.processors: one for one in run.hash_rates}
    rows = []
    for result in run.results:
        if result.key.scenario != "first" or not result.outcome.done:
            continue
        hashes = _hash_rate_for(result, raw)
        if hashes is None:
            continue
        rows.append([
            *_where(result.key), f"{result.rate:.1f}", f"{hashes.rate:.1f}",
            f"{100 * result.rate / hashes.rate:.0f} %", f"{result.cpu_ms:.1f}",
            f"{hashes.cpu_ms:.1f}", f"{100 * hashes.cpu_ms / result.cpu_ms:.0f} %",
        ])  # fmt: skip
    return table(
        ["contender", "workers", "accounts", "first sign-ins per second", "hashes per second",
         "share", "CPU ms each", "CPU ms of a hash alone", "hash/all CPU"], rows,
    )  # fmt: skip


def _hash_rate_for(result: Result, raw: dict[int, HashRate]) -> HashRate | None:
    # One worker was bound to one processor, more had them all.
    sizes = sorted(raw)
    if not sizes:
        return None
    return raw[sizes[0] if result.key.workers == 1 else sizes[-1]]


def growth(run: Run) -> str:
    """p99 at the largest number of accounts against the smallest."""
    sizes = sorted({result.key.accounts for result in run.results})
    if len(sizes) < 2:
        return "Only one size was measured.\n"
    cells = {result.key: result for result in run.results if result.outcome.done}
    rows = []
    for key, small in cells.items():
        large = cells.get(Key(key.contender, key.workers, sizes[-1], key.scenario))
        if key.accounts != sizes[0] or large is None:
            continue
        few, many = small.outcome.parts[ROUND].p99, large.outcome.parts[ROUND].p99
        change = f"{100 * (many / few - 1):+.0f} %"
        cost = f"{100 * (large.cpu_ms / small.cpu_ms - 1):+.0f} %"
        rows.append([f"`{key.scenario}`", key.contender, str(key.workers), f"{few:.1f}",
                     f"{many:.1f}", change, cost])  # fmt: skip
    return table(
        ["scenario", "contender", "workers", f"p99 ms at {sizes[0]:,}", f"p99 ms at {sizes[-1]:,}",
         "p99", "CPU"], rows,
    )  # fmt: skip


def behind(run: Run) -> str:
    """List the cells in which somebody else does more per core than we do."""
    cells = {result.key: result for result in run.results if result.outcome.done}
    lines = []
    for key, theirs in cells.items():
        ours = cells.get(Key(OURS, key.workers, key.accounts, key.scenario))
        if ours is None or ours is theirs or ours.per_core >= theirs.per_core:
            continue
        lines.append(
            f"- `{key.scenario}`, {key.workers} worker(s), {key.accounts:,} accounts: "
            f"{key.contender} does {theirs.per_core / ours.per_core:.2f} times as much per core"
        )
    return "\n".join(lines) if lines else "Nowhere in this run."


def _where(key: Key) -> list[str]:
    return [key.contender, str(key.workers), f"{key.accounts:,}"]
