"""Errors of the hub."""

from __future__ import annotations

from idp.errors import TongxingError


class InteractionGoneError(TongxingError):
    """The interaction expired, was completed, or belongs to another browser."""

    code = "interaction_gone"
