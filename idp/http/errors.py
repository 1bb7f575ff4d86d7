"""Refusals that only the web floor knows, and the one map from errors to responses."""

from __future__ import annotations

from dataclasses import dataclass

from idp.client_registry.errors import RegistrationClosedError, RegistrationTokenError
from idp.consents.errors import DecisionConflictError
from idp.enrolment.errors import FlowExpiredError, StepOrderError
from idp.errors import TongxingError, UnavailableError
from idp.i18n import wording
from idp.i18n.wording import Explanation
from idp.interaction.errors import InteractionGoneError
from idp.messaging.errors import MessageNotSentError
from idp.tokens.errors import InvalidTokenError


class BadRequestError(TongxingError):
    """The request is malformed."""

    code = "invalid_request"


class ForgedRequestError(TongxingError):
    """A form came without the token of the page it belongs to."""

    code = "invalid_request"


class NotSignedInError(TongxingError):
    """The page belongs to somebody who is signed in."""

    code = "login_required"


class NotFoundError(TongxingError):
    """There is no such thing, or it is somebody else's."""

    code = "not_found"


class RateLimitedError(TongxingError):
    """Too many requests from one place."""

    code = "rate_limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many requests")
        self.retry_after = retry_after


class OutOfStepError(TongxingError):
    """The page's turn is over or has not come; `location` is the page whose turn it is."""

    code = "step_out_of_order"

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an error is answered: status, `error` member, words for people."""

    status: int
    error: str
    explanation: Explanation
    retry_after: int | None = None


def judge(error: TongxingError) -> Verdict:
    """Return how to answer an expected error."""
    if isinstance(error, MessageNotSentError):
        return Verdict(503, error.code, wording.MESSAGE_NOT_SENT, error.retry_after)
    if isinstance(error, UnavailableError):
        return Verdict(503, error.code, wording.UNAVAILABLE, error.retry_after)
    if isinstance(error, RateLimitedError):
        return Verdict(429, error.code, wording.TOO_MANY_REQUESTS, error.retry_after)
    if isinstance(error, FlowExpiredError | StepOrderError):
        return Verdict(400, error.code, wording.FLOW_EXPIRED)
    if isinstance(error, InteractionGoneError | ForgedRequestError):
        return Verdict(400, error.code, wording.PAGE_EXPIRED)
    if isinstance(error, DecisionConflictError):
        return Verdict(409, error.code, wording.PAGE_EXPIRED)
    if isinstance(error, NotFoundError):
        return Verdict(404, error.code, wording.NOT_FOUND)
    if isinstance(error, RegistrationClosedError):
        return Verdict(403, error.code, wording.FORBIDDEN)
    if isinstance(error, InvalidTokenError | RegistrationTokenError):
        return Verdict(401, error.code, wording.FORBIDDEN)
    return Verdict(400, error.code, wording.BAD_REQUEST)
