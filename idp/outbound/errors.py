"""Why a request was not sent or its answer not taken.

They are httpx2 errors, so that one `except httpx2.HTTPError` catches them with the network's own.
Their texts name no URL: a URL may hold a token.
"""

from __future__ import annotations

import httpx2


class EgressRefusedError(httpx2.TransportError):
    """The operator's rules do not allow connecting there."""


class ResponseTooLargeError(httpx2.TransportError):
    """The answer is larger than the limit, or compressed although that was not asked for."""


class OutboundTimeoutError(httpx2.TimeoutException):
    """The exchange as a whole took too long."""
