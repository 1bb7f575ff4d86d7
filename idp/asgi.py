"""The door for web servers: makes the application from the environment's settings."""

from __future__ import annotations

from starlette.types import ASGIApp

from idp.app import create_app
from idp.observability.logging import configure_logging
from idp.services.wiring import build_services
from idp.settings import Settings, check_settings


def application() -> ASGIApp:
    """Return the application; raises UnsafeSettingsError."""
    settings = Settings()
    check_settings(settings)
    configure_logging(settings.observability.log_level)
    return create_app(build_services(settings))
