"""Errors of the client registry."""

from __future__ import annotations

from idp.errors import TongxingError, UnavailableError


class ClientMetadataError(TongxingError):
    """A registration is not acceptable (RFC 7591 section 3.2.2)."""

    code = "invalid_client_metadata"


class RedirectUriError(ClientMetadataError):
    """A redirect URI is not acceptable (RFC 7591 section 3.2.2)."""

    code = "invalid_redirect_uri"


class ClientKeysUnavailableError(UnavailableError):
    """A client's `jwks_uri` cannot be read and there is no copy to go on with."""
