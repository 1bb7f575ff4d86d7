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


class SoftwareStatementError(ClientMetadataError):
    """A software statement is not valid (RFC 7591 section 3.2.2)."""

    code = "invalid_software_statement"


class UnapprovedSoftwareStatementError(ClientMetadataError):
    """A software statement is of nobody whose word counts here (RFC 7591 section 3.2.2)."""

    code = "unapproved_software_statement"


class RegistrationClosedError(TongxingError):
    """Nobody may register or change a client over the network here."""

    code = "access_denied"


class RegistrationTokenError(TongxingError):
    """An initial access token or a registration access token is missing or no good (RFC 7592
    section 2). Nothing tells whether the client exists. `missing`: none was sent at all."""

    code = "invalid_token"

    def __init__(self, hint: str = "", *, missing: bool = False) -> None:
        super().__init__(hint)
        self.missing = missing
