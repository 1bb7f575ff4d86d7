"""Errors of the keys room."""

from __future__ import annotations

from idp.errors import TongxingError, UnavailableError


class NoSigningKeyError(UnavailableError):
    """No key may sign with the wanted algorithm now."""


class UnknownKeyError(TongxingError):
    """There is no such key, or it is revoked already."""

    code = "unknown_key"
