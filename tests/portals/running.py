"""Runs ASGI applications for real, on free loopback ports, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


def listening_socket() -> socket.socket:
    """Return a socket bound to a free port, so that nobody can take the port in between."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(64)
    return bound


def url_of(bound: socket.socket) -> str:
    return f"http://127.0.0.1:{bound.getsockname()[1]}"


@asynccontextmanager
async def running(*served: tuple[ASGIApp, socket.socket]) -> AsyncIterator[None]:
    """Serve each app on its socket, which queues connections until uvicorn is ready."""
    servers = [
        (uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none")), bound)
        for app, bound in served
    ]
    tasks = [asyncio.create_task(server.serve(sockets=[bound])) for server, bound in servers]
    try:
        yield
    finally:
        for server, _ in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)
