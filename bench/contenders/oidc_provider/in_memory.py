"""oidc-provider with everything in the memory of one process: nothing survives its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders.contender import Contender, Running, Site
from bench.contenders.oidc_provider.server import Server, install, installed_in
from bench.machinery.processors import Placement


class OidcProviderInMemory(Contender):
    """Not fit for use; shows what the protocol alone costs."""

    name = "oidc-provider-memory"
    most_workers = 1
    settings = (
        "the same with everything in the memory of its one process, which nobody would run: no "
        "durability, no second worker, accounts computed and not stored"
    )

    def install(self, artifacts: Path) -> str:
        self._program = installed_in(artifacts)
        return install(artifacts)

    @contextmanager
    def filled(self, folder: Path, accounts: int) -> Iterator[Site]:
        folder.mkdir(parents=True, exist_ok=True)
        yield _Site(Server(self.name, self._program, folder / "server.log", accounts))


class _Site(Site):
    def __init__(self, server: Server) -> None:
        self._server = server

    @contextmanager
    def serving(self, workers: int, placement: Placement) -> Iterator[Running]:
        with self._server.running(workers, placement, "") as (target, pid):
            yield Running(target, {"provider": pid})
