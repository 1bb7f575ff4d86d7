"""The certificate of the client's TLS connection, as a trusted proxy tells of it (RFC 9440)."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from idp.middleware.client_address import is_from_proxy
from idp.middleware.settings import HttpSettings

_VERIFIED = "SUCCESS"
# What proxies send when the client showed no certificate; "(null)" is Apache's.
_NOTHING: tuple[list[str], ...] = ([], [""], ["(null)"])


@dataclass(frozen=True, slots=True)
class ForwardedCertificate:
    """`value` is the header as it was sent. `is_verified` says that the proxy found a chain to an
    authority that it trusts."""

    value: str = field(repr=False)
    is_verified: bool


class ClientCertificate:
    """Moves the proxy's headers into `scope["client_certificate"]`.

    Whoever is not a trusted proxy could write anything into them, so from there they are removed
    and no more. Has to see the address of the connection, not the one that `ClientAddress` finds.
    """

    def __init__(self, app: ASGIApp, settings: HttpSettings) -> None:
        self._app = app
        self._trusted = settings.trusted_proxies
        self._certificate = _name(settings.client_certificate_header)
        self._verified = _name(settings.client_certificate_verified_header)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._certificate:
            if is_from_proxy(scope, self._trusted):
                scope["client_certificate"] = self._read(scope)
            ours = (self._certificate, self._verified)
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in ours]
        await self._app(scope, receive, send)

    def _read(self, scope: Scope) -> ForwardedCertificate | None:
        certificates = _values(scope, self._certificate)
        if certificates in _NOTHING:
            return None
        # Two of a kind mean that the proxy adds its header to what the client wrote. That is no
        # certificate: joined by a comma nothing can be read from it.
        is_verified = _values(scope, self._verified) == [_VERIFIED]
        return ForwardedCertificate(",".join(certificates), is_verified)


def forwarded_certificate(scope: Scope) -> ForwardedCertificate | None:
    """Return what a trusted proxy says about the client's certificate, None when it has none."""
    found: ForwardedCertificate | None = scope.get("client_certificate")
    return found


def _name(header: str | None) -> bytes:
    return header.lower().encode("ascii") if header else b""


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in scope["headers"] if key == name]
