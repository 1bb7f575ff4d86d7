"""Errors of authorization requests (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6).

Errors of the token endpoint and its neighbours are Authlib's own classes.
"""

from __future__ import annotations

from typing import ClassVar

from idp.errors import TongxingError


class AuthorizationRequestError(TongxingError):
    """An authorization request is refused.

    `description` is printable ASCII for the client's developer, never translated. `parameter`
    names the offender. Whether the error travels to the client or is shown on a page is decided
    by whether its redirect URI was proven, not here.
    """

    error: ClassVar[str] = "invalid_request"

    def __init__(self, description: str, parameter: str = "") -> None:
        super().__init__(description)
        self.description = description
        self.parameter = parameter
        self.code = self.error


class UnsupportedResponseTypeError(AuthorizationRequestError):
    """The response type is not offered to anybody here."""

    error = "unsupported_response_type"


class UnauthorizedClientError(AuthorizationRequestError):
    """The client did not register what it asks for (RFC 6749 section 4.1.2.1)."""

    error = "unauthorized_client"


class InvalidScopeError(AuthorizationRequestError):
    """The scope is not acceptable."""

    error = "invalid_scope"


class InvalidTargetError(AuthorizationRequestError):
    """A protected resource is not known, or not for this client (RFC 8707 section 2)."""

    error = "invalid_target"


class AccessDeniedError(AuthorizationRequestError):
    """The person refused, or the service did."""

    error = "access_denied"


class LoginRequiredError(AuthorizationRequestError):
    """`prompt=none` was asked for and nobody suitable is signed in."""

    error = "login_required"


class ConsentRequiredError(AuthorizationRequestError):
    """`prompt=none` was asked for and the person has something to decide."""

    error = "consent_required"


class InvalidRequestObjectError(AuthorizationRequestError):
    """A request object is not acceptable (OpenID Connect Core section 3.1.2.6)."""

    error = "invalid_request_object"


class InvalidRequestUriError(AuthorizationRequestError):
    """A `request_uri` leads nowhere, or to nothing of this client (Core section 3.1.2.6)."""

    error = "invalid_request_uri"


class RequestUriNotSupportedError(AuthorizationRequestError):
    """Request objects by reference are not offered, but for pushed ones."""

    error = "request_uri_not_supported"


class RegistrationNotSupportedError(AuthorizationRequestError):
    """Self-issued registration is not offered."""

    error = "registration_not_supported"


class UnmetAuthenticationRequirementsError(AuthorizationRequestError):
    """An essential `acr` cannot be reached (OpenID Connect Core Unmet Authentication
    Requirements 1.0)."""

    error = "unmet_authentication_requirements"
