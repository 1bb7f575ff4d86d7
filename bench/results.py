"""What a run found out; kept as JSON so that a report can be written again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
from pydantic import TypeAdapter

from bench.load.measurement import LoadOutcome


@dataclass(frozen=True, slots=True)
class Key:
    """Which cell of the comparison."""

    contender: str
    workers: int
    accounts: int
    scenario: str


@dataclass(frozen=True, slots=True)
class Result:
    """One cell. `cpu`: seconds used while measuring, `memory`: MiB at its end, by role."""

    key: Key
    outcome: LoadOutcome
    cpu: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Rounds per second."""
        return self.outcome.done / self.outcome.seconds if self.outcome.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of all servers for one round."""
        return 1000 * sum(self.cpu.values()) / self.outcome.done if self.outcome.done else 0.0

    @property
    def per_core(self) -> float:
        """Rounds per second of processor time: what one busy core does."""
        return 1000 / self.cpu_ms if self.cpu_ms else 0.0


@dataclass(frozen=True, slots=True)
class HashRate:
    """Password verifications per second with nothing else to do, on `processors`, and the CPU
    milliseconds of one."""

    processors: int
    rate: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run. `versions` by contender; `settings` as the report words them."""

    started: str
    machine: Mapping[str, str]
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    results: list[Result]
    hash_rates: list[HashRate]


def merge(earlier: Run, later: Run) -> Run:
    """Add the cells of a later run on the same machine; a cell measured again replaces the old.

    Raises ValueError when the two were not measured alike.
    """
    if (earlier.machine, earlier.settings) != (later.machine, later.settings):
        raise ValueError("the earlier run was measured on another machine or with other settings")
    cells = {result.key: result for result in (*earlier.results, *later.results)}
    rates = {rate.processors: rate for rate in (*earlier.hash_rates, *later.hash_rates)}
    return Run(
        started=f"{earlier.started} and {later.started}",
        machine=later.machine,
        settings=later.settings,
        versions={**earlier.versions, **later.versions},
        results=list(cells.values()),
        hash_rates=list(rates.values()),
    )


def save(run: Run, path: Path) -> None:
    """Write a run to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(asdict(run), option=orjson.OPT_INDENT_2))


def read(path: Path) -> Run:
    """Read a run; raises pydantic's ValidationError."""
    return TypeAdapter(Run).validate_json(path.read_bytes())
