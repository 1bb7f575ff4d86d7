"""Refusals shared by registration and recovery."""

from __future__ import annotations

from idp.errors import TongxingError


class FlowExpiredError(TongxingError):
    """The registration or recovery is over: finished, expired, or of another browser."""

    code = "flow_expired"


class StepOrderError(TongxingError):
    """A step was asked for before the one it needs."""

    code = "step_out_of_order"
