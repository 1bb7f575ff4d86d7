"""Configuration of one portal process, read from PORTAL_* environment variables."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def is_loopback(url: str) -> bool:
    """Tell whether the host of `url` can only be this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str:
    """Return scheme://host[:port] of `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def plain_url(value: str) -> str:
    """Return `value` without a trailing slash; refuse what is not a safe absolute URL."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an absolute http(s) URL")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("must have no query, fragment or user information")
    if parts.scheme == "http" and not is_loopback(value):
        raise ValueError("must use https (plain http is accepted on this machine only)")
    return value.rstrip("/")


class PortalSettings(BaseSettings):
    """Where the provider is, who this portal is to it, and where people reach this portal."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore")

    issuer: str
    """Issuer of the provider, byte for byte as in its discovery document."""

    client_id: str = Field(min_length=1)
    """Client identifier from registration."""

    client_secret: SecretStr
    """Client secret from registration, sent by client_secret_basic only."""

    base_url: str
    """Public URL of this portal; every absolute URL is built from it, never from Host."""

    host: str = "127.0.0.1"
    """Address to listen on."""

    port: int = Field(default=0, ge=0, le=65535)
    """Port to listen on; 0 takes the port of `base_url`."""

    home_url: str | None = None
    """Home page of the demonstration, linked from the header when given."""

    other_url: str | None = None
    """The other department's portal, to which the visitor can go on without signing in again."""

    ca_file: Path | None = None
    """PEM file of the authority that issued the provider's certificate, if it is a private one."""

    @field_validator("issuer")
    @classmethod
    def check_issuer(cls, value: str) -> str:
        """Keep the issuer as it is: it is compared byte for byte with `iss`."""
        plain_url(value)
        return value

    @field_validator("base_url")
    @classmethod
    def check_base_url(cls, value: str) -> str:
        """Accept https anywhere and http on loopback, so that no session leaves in the clear."""
        return plain_url(value)

    @field_validator("home_url", "other_url")
    @classmethod
    def check_link(cls, value: str | None) -> str | None:
        """An empty variable means no link."""
        return plain_url(value) if value else None

    @property
    def is_https(self) -> bool:
        """Whether people reach this portal over TLS."""
        return self.base_url.startswith("https://")

    @property
    def listen_port(self) -> int:
        """The port to bind."""
        return self.port or urlsplit(self.base_url).port or 8000

    def url(self, path: str) -> str:
        """Return the public URL of `path` (which starts with a slash)."""
        return self.base_url + path
