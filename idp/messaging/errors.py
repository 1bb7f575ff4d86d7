"""Refusals of this room."""

from __future__ import annotations

from idp.errors import UnavailableError


class MessageNotSentError(UnavailableError):
    """The message was not handed over.

    `is_retryable` tells whether the same message (same id) may be tried again later.
    """

    code = "message_not_sent"

    def __init__(self, debug: str, *, is_retryable: bool) -> None:
        super().__init__("the message could not be sent", debug=debug, retry_after=30)
        self.is_retryable = is_retryable
