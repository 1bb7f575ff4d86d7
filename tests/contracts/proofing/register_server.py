"""The register simulator behind a real socket on a free loopback port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from pydantic import SecretStr

from idp.clock import Clock
from idp.registers.app import create_app
from idp.registers.settings import RegistersSettings

SECRET = SecretStr("tests-only-secret-of-forty-characters-xx")
START_SECONDS = 20


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@contextmanager
def running_register(clock: Clock, *, faults_enabled: bool = True) -> Iterator[str]:
    """Yield the base URL of a simulator that lives as long as the block."""
    settings = RegistersSettings(secret=SECRET, faults_enabled=faults_enabled)
    config = uvicorn.Config(
        create_app(settings, clock),
        log_level="critical",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _AnnouncingServer(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert server.is_up.wait(START_SECONDS), "the register did not start"
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)
