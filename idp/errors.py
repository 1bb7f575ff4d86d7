"""The root of every error this project raises on purpose."""

from __future__ import annotations


class TongxingError(Exception):
    """An expected refusal.

    `code` names the refusal for machines. `hint` is safe to show to the caller. `debug` is for
    the log only. None of the three may hold a credential or personal data.
    """

    code = "server_error"

    def __init__(self, hint: str = "", *, debug: str = "") -> None:
        super().__init__(hint or self.code)
        self.hint = hint
        self.debug = debug


class UnavailableError(TongxingError):
    """Something this request depends on does not answer; the caller may try again."""

    code = "temporarily_unavailable"

    def __init__(self, hint: str = "", *, debug: str = "", retry_after: int = 5) -> None:
        super().__init__(hint, debug=debug)
        self.retry_after = retry_after
