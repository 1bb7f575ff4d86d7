"""What a client registers (RFC 7591 section 2, OpenID Connect Registration section 2).

Human-readable members may carry a language tag, as in `client_name#en` (RFC 7591 section 2.2).
Rules that span several members are in `promises`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from idp.client_registry.algorithms import (
    ClientMacAlgorithm,
    ClientSignatureAlgorithm,
    ContentEncryption,
    KeyManagementAlgorithm,
    SignatureAlgorithm,
)
from idp.client_registry.claim_policy import ClaimPolicy, Text
from idp.client_registry.response_types import canonical_response_type

Uri = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
CLIENT_ID_PATTERN = r"^[A-Za-z0-9._~-]{3,128}$"
AuthMethod = Literal[
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
]
GrantType = Literal["authorization_code", "implicit", "refresh_token", "client_credentials"]
ResponseType = Annotated[str, AfterValidator(canonical_response_type)]
SECRET_METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt")
"""Methods for which a client has a secret."""


class ClientMetadata(BaseModel):
    """A client's registration. Members not named here are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    client_id: Annotated[str, StringConstraints(pattern=CLIENT_ID_PATTERN)]
    client_name: Text
    client_name_en: Annotated[Text | None, Field(alias="client_name#en")] = None
    department: Text | None = None
    department_en: Annotated[Text | None, Field(alias="department#en")] = None
    contacts: tuple[Text, ...] = Field(default=(), max_length=20)
    retention: Text | None = None
    """How long the department keeps what it receives, as the citizen reads it (PIPL article 17)."""
    retention_en: Annotated[Text | None, Field(alias="retention#en")] = None
    logo_uri: Uri | None = None
    client_uri: Uri | None = None
    policy_uri: Uri | None = None
    tos_uri: Uri | None = None
    software_id: Text | None = None
    software_version: Text | None = None
    software_statement: Annotated[str | None, StringConstraints(max_length=8192)] = None
    """As a client that registered itself brought it; what it says is in the other members."""

    application_type: Literal["web", "native"] = "web"
    redirect_uris: tuple[Uri, ...] = Field(default=(), max_length=50)
    post_logout_redirect_uris: tuple[Uri, ...] = Field(default=(), max_length=50)
    initiate_login_uri: Uri | None = None
    backchannel_logout_uri: Uri | None = None
    backchannel_logout_session_required: bool = False
    """Always so: every logout token has `sid`, whatever is registered here. For a client's
    library that registers it; true needs `backchannel_logout_uri`."""
    frontchannel_logout_uri: Uri | None = None
    frontchannel_logout_session_required: bool = False
    """Always so: `iss` and `sid` are added for every client. True needs
    `frontchannel_logout_uri`."""

    grant_types: tuple[GrantType, ...] = ("authorization_code",)
    response_types: tuple[ResponseType, ...] = ("code",)
    """`code`; the implicit and hybrid types only where the compatibility setting is on."""
    scope: Annotated[str, StringConstraints(max_length=1000)] = "openid"
    resources: tuple[Uri, ...] = Field(default=(), max_length=50)
    """Protected resources the client may ask access tokens for (RFC 8707). Set by an
    administrator."""
    resource_identifiers: tuple[Uri, ...] = Field(default=(), max_length=50)
    """Protected resources that the client itself is: it may ask about access tokens for them
    (RFC 7662). Set by an administrator."""
    claims: tuple[ClaimPolicy, ...] = ()

    subject_type: Literal["pairwise", "public"] = "pairwise"
    sector_identifier_uri: Uri | None = None
    """A document at this URL lists the redirect URIs of the sector; fetched at registration."""
    sector_identifier: Annotated[str | None, StringConstraints(max_length=253)] = None
    """The host that stands for the client in pairwise subjects, when it has redirect URIs on
    several hosts. Set by an administrator; replaces a fetched `sector_identifier_uri`."""

    token_endpoint_auth_method: AuthMethod = "client_secret_basic"
    token_endpoint_auth_signing_alg: ClientSignatureAlgorithm | ClientMacAlgorithm | None = None
    """The one algorithm of the client's assertions; without it any that fits the method."""
    client_assertion_audience: Literal["issuer_or_endpoint", "issuer"] = "issuer"
    """What `aud` of a client assertion has to be: exactly the issuer as a string, so that no other
    server can be shown one that is good here (R18); or, for a named client whose library knows no
    other, the URL of an endpoint too. Set by an administrator."""
    tls_client_auth_subject_dn: Text | None = None
    tls_client_auth_san_dns: Text | None = None
    tls_client_auth_san_uri: Text | None = None
    tls_client_auth_san_ip: Text | None = None
    tls_client_auth_san_email: Text | None = None
    jwks: dict[str, Any] | None = None
    jwks_uri: Uri | None = None

    request_object_signing_alg: ClientSignatureAlgorithm | None = None
    """The one algorithm of the client's request objects; without it any asymmetric one."""
    require_signed_request_object: bool = False
    require_pushed_authorization_requests: bool = False
    request_uris: tuple[Uri, ...] = Field(default=(), max_length=50)
    """Where the client keeps request objects. Only with the compatibility setting."""
    require_pkce: bool = True
    """False only for a named confidential client that always sends `nonce` (R4). Set by an
    administrator."""
    require_nonce: bool = True
    """Whether a request without PKCE must have a `nonce`. False only with the compatibility
    setting. Set by an administrator."""
    default_max_age: Annotated[int | None, Field(ge=0, le=1_000_000_000)] = None
    require_auth_time: bool = False
    """Always so: every ID token has `auth_time`, whatever is registered here."""
    default_acr_values: tuple[Text, ...] = Field(default=(), max_length=20)

    id_token_signed_response_alg: SignatureAlgorithm = "ES256"
    """Signs whatever is signed for this client: ID tokens, userinfo, introspection and logout
    tokens alike."""
    userinfo_signed_response_alg: SignatureAlgorithm | None = None
    """Asks for userinfo as a JWT; must be the same algorithm."""
    introspection_signed_response_alg: SignatureAlgorithm | None = None
    """The same for introspection (RFC 9701), which the `Accept` header asks for each time."""
    id_token_encrypted_response_alg: KeyManagementAlgorithm | None = None
    id_token_encrypted_response_enc: ContentEncryption | None = None
    userinfo_encrypted_response_alg: KeyManagementAlgorithm | None = None
    userinfo_encrypted_response_enc: ContentEncryption | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.token_endpoint_auth_method == "none" and not self.require_pkce:
            raise ValueError("a public client cannot be exempted from PKCE")
        if self.uses_redirects and "openid" not in self.scope.split():
            raise ValueError("scope must contain openid")
        names = [claim.name for claim in self.claims]
        if len(names) != len(set(names)):
            raise ValueError("claims: a name appears twice")
        if self.subject_type == "pairwise" and self.sector_identifier is None:
            hosts = {self._proven_host(uri) for uri in self.redirect_uris}
            if len(hosts) > 1 and self.sector_identifier_uri is None:
                raise ValueError(
                    "redirect_uris on several hosts need sector_identifier or sector_identifier_uri"
                )
        return self

    def document(self) -> dict[str, Any]:
        """Return what is stored: the members that differ from the defaults, by their names."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def needs_sealed_secret(self) -> bool:
        """Whether the client computes MACs with its secret, so that we have to, too."""
        return self.token_endpoint_auth_method == "client_secret_jwt"

    @property
    def uses_redirects(self) -> bool:
        """Whether people come through this client, and not the client alone."""
        return bool({"authorization_code", "implicit"} & set(self.grant_types))

    @property
    def sector(self) -> str:
        """The sector of pairwise subjects (OpenID Connect Core section 8.1)."""
        if self.sector_identifier is not None:
            return self.sector_identifier
        if self.sector_identifier_uri is not None:
            return urlsplit(self.sector_identifier_uri).netloc
        if not self.redirect_uris:
            return self.client_id
        return self._proven_host(self.redirect_uris[0]) or self.client_id

    def _proven_host(self, redirect_uri: str) -> str | None:
        """The host that has to be the client's own for it to be answered at a redirect URI.

        Everybody has a loopback address and may invent a scheme, with any host behind it: they
        stand for nobody.
        """
        parts = urlsplit(redirect_uri)
        is_proof = parts.scheme == "https" or self.application_type == "web"
        return parts.netloc if is_proof else None
