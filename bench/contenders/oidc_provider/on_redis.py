"""oidc-provider with everything in a Redis that syncs every write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import redis as redis_client

from bench.contenders.contender import Contender, Running, Site
from bench.contenders.oidc_provider.server import Server, install, installed_in
from bench.load.target import user_name
from bench.machinery.processors import Placement
from bench.machinery.redis import DURABLE, Redis, redis

_BATCH = 5000


class OidcProviderOnRedis(Contender):
    """As its documentation advises: an adapter of one's own over a shared store."""

    name = "oidc-provider"
    settings = (
        "npm's oidc-provider with an adapter of ours on Redis (`appendonly yes`, `appendfsync "
        "always`, auto-pipelining), accounts in the same Redis, one process or a Node cluster; "
        "opaque access tokens, its default (its userinfo does not take JWTs); refresh tokens "
        "rotate at each use; no audit log, no passwords"
    )

    def install(self, artifacts: Path) -> str:
        self._program = installed_in(artifacts)
        return install(artifacts)

    @contextmanager
    def filled(self, folder: Path, accounts: int) -> Iterator[Site]:
        folder.mkdir(parents=True, exist_ok=True)
        site = _Site(folder, Server(self.name, self._program, folder / "server.log", accounts))
        with redis(folder / "redis", DURABLE) as store:
            _fill(store, accounts)
        yield site


class _Site(Site):
    def __init__(self, folder: Path, server: Server) -> None:
        self._folder, self._server = folder, server

    @contextmanager
    def serving(self, workers: int, placement: Placement) -> Iterator[Running]:
        with (
            redis(self._folder / "redis", DURABLE, placement.servers) as store,
            self._server.running(workers, placement, store.url) as (target, pid),
        ):
            yield Running(target, {"provider": pid, "redis": store.pid})


def _fill(store: Redis, accounts: int) -> None:
    with redis_client.Redis.from_url(store.url) as client:
        for start in range(0, accounts, _BATCH):
            pipeline = client.pipeline(transaction=False)
            for index in range(start, min(start + _BATCH, accounts)):
                name = user_name(index)
                person = {
                    "sub": name, "name": "测量", "birthdate": "1990-01-01",
                    "phone_number": f"+86{name}",
                }  # fmt: skip
                pipeline.set(f"account:{name}", orjson.dumps(person))
            pipeline.execute()
