"""Settings of requests this service sends."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class OutboundSettings(BaseModel):
    """Where this service may connect to, and how much of an answer it reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_hosts: tuple[str, ...] = ()
    """Hosts (`register.gov.example`, or with a port `register.gov.example:8443`) that may have
    private addresses. Every other host must resolve to public addresses only."""

    allow_insecure_loopback: bool = False
    """Allow plain http to allow-listed hosts that resolve to this machine. For development only."""

    ca_bundle: Path | None = None
    """PEM file of the certificate authorities believed, instead of the platform's own."""

    connect_seconds: float = Field(default=3.0, gt=0)
    """Time to resolve a name, connect and finish the TLS handshake."""

    read_seconds: float = Field(default=5.0, gt=0)
    """Longest silence of a server in the middle of an answer."""

    total_seconds: float = Field(default=10.0, gt=0)
    """Time for the whole exchange, however slowly its bytes trickle in."""

    max_response_bytes: int = Field(default=1024 * 1024, ge=1024)
    """Largest answer read."""

    max_connections: int = Field(default=50, ge=1)
    """Connections open at once; further requests wait, within their time limit."""

    user_agent: str = "Tongxing/1.0"
    """The User-Agent header."""
