"""The one way a connector's innards report that there is no answer."""

from __future__ import annotations

from idp.proofing.connectors.population_register.connector import Cause, RegisterResult


class NoAnswerError(Exception):
    """There is no answer to give; never shown to a person and never leaves the connector."""

    def __init__(self, result: RegisterResult, cause: Cause, *, may_retry: bool = False) -> None:
        super().__init__(cause.value)
        self.result = result
        self.cause = cause
        self.may_retry = may_retry

    @property
    def is_register_fault(self) -> bool:
        """Whether the register failed, as opposed to refusing the question."""
        return self.result is not RegisterResult.BAD_REQUEST


def unavailable(cause: Cause, *, may_retry: bool = False) -> NoAnswerError:
    """Return the error for a register without a trustworthy answer."""
    return NoAnswerError(RegisterResult.UNAVAILABLE, cause, may_retry=may_retry)


def late() -> NoAnswerError:
    """Return the error for a register that did not answer in time."""
    return NoAnswerError(RegisterResult.TIMEOUT, Cause.LATE, may_retry=True)


def bad_request(cause: Cause) -> NoAnswerError:
    """Return the error for a question the register does not take."""
    return NoAnswerError(RegisterResult.BAD_REQUEST, cause)
