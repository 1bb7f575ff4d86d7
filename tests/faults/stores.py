"""Ephemeral stores that can be flushed, killed and brought back from an older snapshot."""

from __future__ import annotations

import os
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import redis

from tests.faults.waiting import wait_for
from tests.servers.ports import free_port
from tests.servers.redis7 import start_redis7
from tests.servers.requirements import require


class Store(ABC):
    """A store that an installation uses and a test disturbs."""

    url: str

    def flush(self) -> None:
        """Lose everything."""
        with redis.Redis.from_url(self.url) as connection:
            connection.flushall()

    def answers(self) -> bool:
        """Whether the store serves requests."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as connection:
                return bool(connection.ping())
        except redis.RedisError:
            return False

    @abstractmethod
    def snapshot(self) -> Path:
        """Keep what the store holds now."""

    @abstractmethod
    def crash(self) -> None:
        """Kill the server and leave it dead."""

    @abstractmethod
    def hang(self) -> None:
        """Stop the server in its tracks; connections stay open and nothing is answered."""

    @abstractmethod
    def resume(self) -> None:
        """Have the server running again, whatever befell it, and return once it answers."""

    @abstractmethod
    def restore(self, snapshot: Path) -> None:
        """Crash, and come back with what an older snapshot holds."""


class RedisStore(Store):
    """Debian's Redis on a TCP port; keeps nothing on disk but the snapshots asked for."""

    def __init__(self, folder: Path) -> None:
        self._program = require("redis-server")
        self._folder = folder
        self._folder.mkdir(parents=True)
        self._port = free_port()
        self._process = start_redis7(self._program, folder, self._port)
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def snapshot(self) -> Path:
        with redis.Redis.from_url(self.url) as connection:
            connection.save()
        kept = self._folder / "kept.rdb"
        shutil.copy(self._folder / "dump.rdb", kept)
        return kept

    def crash(self) -> None:
        self._process.kill()
        self._process.wait()
        (self._folder / "dump.rdb").unlink(missing_ok=True)

    def hang(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            return
        self._process = start_redis7(self._program, self._folder, self._port)

    def restore(self, snapshot: Path) -> None:
        self.crash()
        shutil.copy(snapshot, self._folder / "dump.rdb")
        self.resume()

    def stop(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()


class EmbeddedStore(Store):
    """The Valkey of an embedded home: the launcher starts it, and starts it again."""

    def __init__(self, folder: Path, launcher: Callable[[], psutil.Process]) -> None:
        self._folder = folder
        self._launcher = launcher
        self.url = f"unix://{folder / 'valkey.sock'}"

    def snapshot(self) -> Path:
        kept = self._folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self._folder / "appendonlydir", kept)
        return kept

    def crash(self) -> None:
        # A launcher that is held cannot look after its store.
        self._launcher().suspend()
        server = self._server()
        os.kill(server.pid, signal.SIGKILL)
        wait_for(lambda: server.status() == psutil.STATUS_ZOMBIE, "the store ended")

    def hang(self) -> None:
        self._server().suspend()

    def resume(self) -> None:
        self._launcher().resume()
        with suppress(StopIteration):
            self._server().resume()
        wait_for(self.answers, "the launcher started the store again")

    def restore(self, snapshot: Path) -> None:
        self.crash()
        shutil.rmtree(self._folder / "appendonlydir")
        shutil.copytree(snapshot, self._folder / "appendonlydir")
        self.resume()

    def _server(self) -> psutil.Process:
        return next(p for p in self._launcher().children() if p.name() == "valkey-server")
