"""Configuration of the demonstration's home page, read from DEMO_* environment variables."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class DemoSettings(BaseSettings):
    """Where the parts of the demonstration are."""

    model_config = SettingsConfigDict(env_prefix="DEMO_", extra="ignore")

    host: str = "127.0.0.1"
    """Address to listen on; only addresses of this machine are accepted."""

    port: int = Field(ge=1, le=65535)
    """Port to listen on."""

    issuer: str
    """The identity provider."""

    register_url: str | None = None
    """The provider's registration page; its front page when not given."""

    tax_url: str
    """The tax portal."""

    social_url: str
    """The social-insurance portal."""

    personas_url: str | None = None
    """JSON list of people whom the simulated registers know."""

    outbox: Path | None = None
    """JSON-lines file to which the provider's file messaging writes what it would have sent."""

    account_phone: str | None = Field(default=None, repr=False)
    """Mobile number of an account generated for this run, if there is one."""

    account_password: str | None = Field(default=None, repr=False)
    """Password of that account. It is generated anew for each installation."""

    @field_validator("host")
    @classmethod
    def check_host(cls, value: str) -> str:
        """The page with the messages must not be readable from another machine."""
        if value != "localhost" and not ipaddress.ip_address(value).is_loopback:
            raise ValueError("must be an address of this machine only, such as 127.0.0.1")
        return value

    @field_validator("issuer", "tax_url", "social_url", "register_url", "personas_url")
    @classmethod
    def check_url(cls, value: str | None) -> str | None:
        """Links are absolute http(s) URLs; a trailing slash is dropped."""
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an absolute http(s) URL")
        return value.rstrip("/")
