"""What a contender is: installed once, filled once per number of accounts, served several times."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bench.load.target import Target
from bench.machinery.processors import Placement
from bench.machinery.usage import Roles


@dataclass(frozen=True, slots=True)
class Running:
    """A contender that answers, and its processes."""

    target: Target
    roles: Roles


class Site(ABC):
    """A contender with its accounts, ready to be started."""

    @abstractmethod
    def serving(self, workers: int, placement: Placement) -> AbstractContextManager[Running]:
        """Run stores and server for the length of the block; raises DidNotStartError."""


class Contender(ABC):
    """One product in one configuration."""

    name: ClassVar[str]
    """As on the command line and in the report."""

    settings: ClassVar[str]
    """What the reader of the report has to know about the configuration."""

    most_workers: ClassVar[int] = 64

    @abstractmethod
    def install(self, artifacts: Path) -> str:
        """Make the product ready in `artifacts` unless it is there; returns its version."""

    @abstractmethod
    def filled(self, folder: Path, accounts: int) -> AbstractContextManager[Site]:
        """Make a site with so many accounts that lasts for the length of the block."""
