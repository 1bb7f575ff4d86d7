"""Runs the register simulator as a process of its own."""

from __future__ import annotations

import uvicorn

from idp.registers.app import create_app
from idp.registers.settings import RegistersSettings


def serve(host: str, port: int, settings: RegistersSettings) -> None:
    """Serve the registers on `host`:`port` until the process is told to stop."""
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
