"""Errors of the client registry."""

from __future__ import annotations

from idp.errors import TongxingError


class ClientMetadataError(TongxingError):
    """A registration is not acceptable (RFC 7591 section 3.2.2)."""

    code = "invalid_client_metadata"
