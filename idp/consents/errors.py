"""Errors of the consents room."""

from __future__ import annotations

from idp.errors import TongxingError


class DecisionConflictError(TongxingError):
    """The person decided about the same client in two places at the same moment."""

    code = "conflict"
