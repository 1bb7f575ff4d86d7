"""python -m clients.demo"""

from __future__ import annotations

import logging

import uvicorn

from clients.demo.app import create_app
from clients.demo.settings import DemoSettings
from clients.environment import settings_from_environment

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    settings = settings_from_environment(DemoSettings)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
