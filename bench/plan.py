"""What a run measures, and walking through it: fill, start, load, stop, next."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contenders.catalogue import CONTENDERS
from bench.contenders.contender import Contender, Running, Site
from bench.hash_rate import measure_hash_rate
from bench.load.order import Order
from bench.machinery.processors import Placement, place
from bench.machinery.waiting import DidNotStartError
from bench.measuring import LoadFailedError, measure
from bench.results import HashRate, Result
from bench.scenarios.catalogue import SCENARIOS

OnResult = Callable[[Result], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The cells of the comparison and how each is measured."""

    contenders: tuple[str, ...]
    scenarios: tuple[str, ...]
    workers: tuple[int, ...]
    accounts: tuple[int, ...]
    connections: int
    people_each: int
    seconds: float
    warm_up: float
    settle: float
    """Seconds of hops after each start, thrown away: compilers and caches need them."""


class Campaign:
    """Carries out a plan; `on_result` hears of each cell as soon as it is known."""

    def __init__(self, plan: Plan, folder: Path, artifacts: Path, on_result: OnResult) -> None:
        self._plan, self._folder, self._artifacts = plan, folder, artifacts
        self._on_result = on_result
        self._versions: dict[str, str] = {}
        self.failures: list[str] = []

    def hash_rates(self) -> list[HashRate]:
        """Measure the raw rate of the password hash for each placement."""
        seconds = self._plan.seconds
        return [measure_hash_rate(place(workers), seconds) for workers in self._plan.workers]

    def install(self) -> dict[str, str]:
        """Install every contender; returns the versions of those that could be."""
        for name in self._plan.contenders:
            try:
                self._versions[name] = CONTENDERS[name].install(self._artifacts)
            except (OSError, subprocess.CalledProcessError) as error:
                self._failed(f"{name} cannot be installed: {error}")
        return self._versions

    def run(self) -> None:
        """Measure every cell. What fails is noted in `failures` and the rest goes on."""
        for accounts in self._plan.accounts:
            for name in self._versions:
                self._say(f"{name}: making {accounts:,} accounts")
                folder = self._folder / f"{name}-{accounts}"
                try:
                    with CONTENDERS[name].filled(folder, accounts) as site:
                        self._measure_site(CONTENDERS[name], site)
                except (LoadFailedError, DidNotStartError, subprocess.CalledProcessError) as error:
                    self._failed(f"{name} with {accounts:,} accounts: {error}")

    def _measure_site(self, contender: Contender, site: Site) -> None:
        for workers in self._plan.workers:
            if workers > contender.most_workers:
                continue
            placement = place(workers)
            with site.serving(workers, placement) as running:
                if self._plan.settle:
                    settling = replace(self._order(running, "hop"), seconds=self._plan.settle)
                    measure(running, settling, workers, placement)
                for scenario in self._plan.scenarios:
                    self._measure_cell(running, scenario, workers, placement)

    def _measure_cell(
        self, running: Running, scenario: str, workers: int, placement: Placement
    ) -> None:
        try:
            result = measure(running, self._order(running, scenario), workers, placement)
        except LoadFailedError as error:
            self._failed(f"{running.target.contender}, {scenario}, {workers} worker(s): {error}")
        else:
            self._on_result(result)

    def _failed(self, words: str) -> None:
        self.failures.append(words)
        self._say(words)

    def _order(self, running: Running, scenario: str) -> Order:
        plan = self._plan
        # A browser that is new each time needs no others beside it.
        people = plan.people_each if SCENARIOS[scenario].needs_session else 1
        return Order(running.target, scenario, plan.connections, people, plan.seconds, plan.warm_up)

    def _say(self, words: str) -> None:
        sys.stderr.write(f"{words}\n")
