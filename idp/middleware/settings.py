"""Settings of the web server's outermost layer."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class HttpSettings(BaseModel):
    """Limits of one request, and whom to believe about where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks of the load balancers whose X-Forwarded-For is believed; none by default."""

    client_certificate_header: HeaderName | None = None
    """Header in which the trusted proxies pass on the certificate of the client's TLS connection,
    for instance `Client-Cert`; without it clients cannot authenticate by mutual TLS. The proxy must
    overwrite it on every request."""

    client_certificate_verified_header: HeaderName | None = None
    """Header in which they say `SUCCESS` when the certificate leads to an authority that they
    trust; needed for `tls_client_auth`. To be overwritten likewise."""

    max_body_bytes: int = Field(default=64 * 1024, ge=1024)
    """Largest request body accepted; a larger one is answered with 413."""

    larger_bodies: dict[str, int] = Field(default_factory=dict)
    """Path prefixes with a limit of their own, in bytes, for instance `/scim/` for bulk changes."""

    body_seconds: float = Field(default=15.0, gt=0)
    """Time a client has to deliver the whole body; a slower one is answered with 408."""

    max_query_bytes: int = Field(default=16 * 1024, ge=256)
    """Longest query string; a longer one is answered with 414."""

    max_path_bytes: int = Field(default=2048, ge=64)
    """Longest path; a longer one is answered with 414."""

    max_header_bytes: int = Field(default=32 * 1024, ge=1024)
    """Size of all request headers together; more is answered with 431."""

    sign_ins_per_minute: int = Field(default=600, ge=1)
    """Attempts to sign in from one network address in a minute. Offices and mobile networks put
    thousands of people behind one; what protects an account is its own counter."""

    interactions_per_minute: int = Field(default=3000, ge=1)
    """Sign-ins begun from one network address in a minute, and requests pushed by clients that
    cannot authenticate; each takes a row for a while."""

    enrolment_steps_per_minute: int = Field(default=300, ge=1)
    """Steps of registration and recovery from one network address in a minute."""

    registrations_per_minute: int = Field(default=60, ge=1)
    """Clients that one network address may register or change in a minute, where clients register
    themselves."""

    max_headers: int = Field(default=100, ge=10)
    """Number of request headers; more is answered with 431."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.client_certificate_header and not self.trusted_proxies:
            raise ValueError("client_certificate_header needs trusted_proxies")
        if self.client_certificate_verified_header and not self.client_certificate_header:
            raise ValueError("client_certificate_verified_header needs client_certificate_header")
        return self
