"""What a client registers (RFC 7591 section 2, OpenID Connect Registration section 2).

Human-readable members may carry a language tag, as in `client_name#en` (RFC 7591 section 2.2).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Uri = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
CLIENT_ID_PATTERN = r"^[A-Za-z0-9._~-]{3,128}$"
AuthMethod = Literal["client_secret_basic", "client_secret_post", "none"]


class ClaimPolicy(BaseModel):
    """One claim that a client may receive, and why (PIPL articles 13, 17 and 34)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Text
    """The claim, one of `idp.tokens.claims.CLAIMS`."""

    purpose: Text
    """What the department needs it for, in Chinese, as the citizen reads it."""

    purpose_en: Annotated[Text | None, Field(alias="purpose#en")] = None
    """The same in English."""

    legal_basis: Literal["statutory", "consent"] = "consent"
    """`statutory`: a duty laid down by law, told to the citizen without asking. `consent`: the
    citizen decides."""

    basis_text: Text | None = None
    """The law and article of a statutory basis."""

    essential: bool = False
    """Whether the service cannot be given without it. Refusing an essential claim refuses the
    sign-in; refusing a voluntary one does not."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.legal_basis == "statutory" and not self.basis_text:
            raise ValueError(f"claim {self.name}: a statutory basis needs basis_text")
        return self


class ClientMetadata(BaseModel):
    """A client's registration. Members not named here are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    client_id: Annotated[str, StringConstraints(pattern=CLIENT_ID_PATTERN)]
    client_name: Text
    client_name_en: Annotated[Text | None, Field(alias="client_name#en")] = None
    department: Text | None = None
    department_en: Annotated[Text | None, Field(alias="department#en")] = None
    contacts: tuple[Text, ...] = ()
    retention: Text | None = None
    """How long the department keeps what it receives, as the citizen reads it (PIPL article 17)."""
    retention_en: Annotated[Text | None, Field(alias="retention#en")] = None
    application_type: Literal["web", "native"] = "web"
    redirect_uris: tuple[Uri, ...] = Field(min_length=1, max_length=50)
    post_logout_redirect_uris: tuple[Uri, ...] = Field(default=(), max_length=50)
    initiate_login_uri: Uri | None = None
    backchannel_logout_uri: Uri | None = None
    backchannel_logout_session_required: bool = False
    """Always so: every logout token has `sid`, whatever is registered here. For a client's
    library that registers it; true needs `backchannel_logout_uri`."""
    logo_uri: Uri | None = None
    client_uri: Uri | None = None
    policy_uri: Uri | None = None
    tos_uri: Uri | None = None
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"
    grant_types: tuple[Literal["authorization_code", "refresh_token"], ...] = (
        "authorization_code",
    )
    response_types: tuple[Literal["code"], ...] = ("code",)
    """Always `code`, the one response type there is."""
    scope: Annotated[str, StringConstraints(max_length=1000)] = "openid"
    subject_type: Literal["pairwise", "public"] = "pairwise"
    sector_identifier: Annotated[str | None, StringConstraints(max_length=253)] = None
    """The host that stands for the client in pairwise subjects, when it has redirect URIs on
    several hosts. Set by an administrator; replaces a fetched `sector_identifier_uri`."""

    id_token_signed_response_alg: Literal["ES256", "RS256"] = "ES256"
    """Signs ID tokens, logout tokens and signed userinfo alike."""

    default_max_age: Annotated[int | None, Field(ge=0)] = None
    require_auth_time: bool = False
    """Always so: every ID token has `auth_time`, whatever is registered here."""
    default_acr_values: tuple[Text, ...] = ()
    require_pkce: bool = True
    """False only for a named confidential client that always sends `nonce` (R4)."""

    claims: tuple[ClaimPolicy, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.token_endpoint_auth_method == "none" and not self.require_pkce:
            raise ValueError("a public client cannot be exempted from PKCE")
        if "openid" not in self.scope.split():
            raise ValueError("scope must contain openid")
        names = [claim.name for claim in self.claims]
        if len(names) != len(set(names)):
            raise ValueError("claims: a name appears twice")
        if self.subject_type == "pairwise" and self.sector_identifier is None:
            hosts = {urlsplit(uri).netloc for uri in self.redirect_uris}
            if len(hosts) > 1:
                raise ValueError("redirect_uris on several hosts need sector_identifier")
        return self

    @property
    def sector(self) -> str:
        """The sector of pairwise subjects (OpenID Connect Core section 8.1)."""
        return self.sector_identifier or urlsplit(self.redirect_uris[0]).netloc
