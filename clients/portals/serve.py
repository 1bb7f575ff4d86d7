"""Runs one portal in its own process."""

from __future__ import annotations

import logging

import uvicorn

from clients.environment import settings_from_environment
from clients.portals.app import create_app
from clients.portals.department import Department
from clients.portals.settings import PortalSettings


def serve(department: Department) -> None:
    """Serve `department` until interrupted; PORTAL_* variables say where."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # At DEBUG, Authlib writes code verifiers and tokens; at INFO, httpx2 writes URLs.
    for chatty in ("authlib", "httpx2", "httpcore2"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    settings = settings_from_environment(PortalSettings)
    uvicorn.run(
        create_app(settings, department),
        host=settings.host,
        port=settings.listen_port,
        # An access log would hold authorization codes, which travel in the callback's query.
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
