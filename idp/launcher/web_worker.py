"""One web worker: uvicorn on an inherited socket, inside an already forked process."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

HEARTBEAT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How a worker serves. `app_factory` is `module:function`, called without arguments."""

    app_factory: str
    graceful_seconds: int = 20
    keep_alive_seconds: int = 5
    max_concurrency: int = 1000


def run_web_worker(
    listener: socket.socket, settings: WebSettings, beat: Callable[[], None]
) -> None:
    """Serve until SIGTERM; call `beat` when ready and every few seconds while the loop turns.

    Imports happen here, after the fork, so that the supervisor stays small and a restarted worker
    loads the code that is on disk now.
    """
    import uvicorn

    from idp.launcher.http_protocol import BoundedHttpProtocol, DrainableState

    async def notify() -> None:
        beat()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                beat()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            state.is_draining = True
            await super().shutdown(sockets)

    server = Server(
        uvicorn.Config(
            settings.app_factory,
            factory=True,
            loop="uvloop",
            http=BoundedHttpProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=settings.max_concurrency,
            timeout_keep_alive=settings.keep_alive_seconds,
            timeout_graceful_shutdown=settings.graceful_seconds,
            timeout_notify=HEARTBEAT_SECONDS,
            callback_notify=notify,
            reset_contextvars=True,
        )
    )
    state = DrainableState()
    server.server_state = state
    server.run(sockets=[listener])
