"""Settings of the client registry."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ClientRegistrySettings(BaseModel):
    """What clients may register, and who may register one over the network."""

    model_config = ConfigDict(extra="forbid")

    compatibility: bool = False
    """Let clients that register them use the implicit and hybrid response types, request objects
    by reference, and requests with neither PKCE nor `nonce`. For old portals and certification
    alone: codes with PKCE are safer for everybody else. While it is off nothing of it is served,
    whatever was registered before."""

    registration: Literal["closed", "initial_access_token", "open"] = "closed"
    """Who may register a client over the network (RFC 7591): nobody; who holds an initial access
    token, made with `idp clients invite`; anybody, which is for a sandbox alone."""

    software_statement_issuers: dict[str, str] = Field(default_factory=dict)
    """Whose software statements count (RFC 7591 section 2.3): `iss` and the URL of its JWK Set."""

    require_software_statement: bool = False
    """Whether a registration over the network must bring a software statement."""
