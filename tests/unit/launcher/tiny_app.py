"""A trivial ASGI application and the script that serves it, for tests of the launcher."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send


def create_app() -> ASGIApp:
    from idp.launcher import http_protocol
    from idp.observability import metrics

    http_protocol.HEAD_SECONDS = float(os.environ.get("TINY_HEAD_SECONDS", "10"))

    if Path(os.environ.get("TINY_BROKEN", "/nonexistent")).exists():
        raise RuntimeError("the new release does not start")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/slow":
            await asyncio.sleep(1.0)
        if scope["path"] == "/block":
            time.sleep(60)  # noqa: ASYNC251 - a hung event loop is the point
        metrics.SIGN_INS.labels("test", "success").inc()
        body = str(os.getpid()).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def background() -> None:
    marker = Path(os.environ["TINY_BACKGROUND"])
    marker.write_text(str(os.getpid()))
    while True:
        time.sleep(60)


def main() -> int:
    from idp.launcher import supervisor, web_worker
    from idp.launcher.prefork import serve
    from idp.observability.logging import configure_logging

    configure_logging("INFO")
    if hung := os.environ.get("TINY_HUNG_SECONDS"):
        supervisor.HUNG_SECONDS = float(hung)
        web_worker.HEARTBEAT_SECONDS = 0
    port = int(os.environ.get("TINY_METRICS_PORT", "0"))
    return serve(
        "127.0.0.1",
        0,
        2,
        os.environ.get("TINY_FACTORY", "tests.unit.launcher.tiny_app:create_app"),
        background=background if "TINY_BACKGROUND" in os.environ else None,
        metrics=("127.0.0.1", port) if port else None,
        ready_file=Path(sys.argv[1]),
        graceful_seconds=3,
    )


if __name__ == "__main__":
    sys.exit(main())
