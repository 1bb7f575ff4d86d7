"""Settings of the client registry."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from idp.client_registry.claim_policy import Text


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

    registration_allow_hosts: tuple[str, ...] = ()
    """Hosts with private addresses that a client which registered itself may name for its keys,
    its sector document and its logout. For a sandbox within one network; what
    `IDP_OUTBOUND__ALLOW_HOSTS` lists is not open to such clients."""

    require_software_statement: bool = False
    """Whether a registration over the network must bring a software statement."""

    registration_scope: str = "openid profile phone email address offline_access"
    """The scopes that a client which registers itself may have, and has when it asks for none."""

    registration_purpose: Text = "该应用自行登记，用途由其自述"
    """What citizens read as the purpose of every claim of a client that registered itself."""

    registration_purpose_en: Text = "Registered by the application itself; ask it what for"
    """The same in English."""

    registration_requires_pkce: bool = True
    """Whether clients that register themselves must use PKCE, or at least `nonce`. False only with
    the compatibility setting, for certification."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        scopes = self.registration_scope.split()
        if "identity" in scopes:
            raise ValueError("registration_scope: only an administrator gives the scope identity")
        if "openid" not in scopes:
            raise ValueError("registration_scope: must contain openid")
        if not (self.registration_requires_pkce or self.compatibility):
            raise ValueError("registration_requires_pkce: may be false only with compatibility")
        if self.require_software_statement and not self.software_statement_issuers:
            raise ValueError("require_software_statement: no software_statement_issuers are named")
        return self
