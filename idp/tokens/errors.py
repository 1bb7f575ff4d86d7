"""Errors of the tokens room."""

from __future__ import annotations

from idp.errors import TongxingError


class InvalidTokenError(TongxingError):
    """An access token is malformed, expired, revoked or not for here (RFC 6750 section 3.1)."""

    code = "invalid_token"


class CodeSpentError(TongxingError):
    """An authorization code was redeemed before (RFC 6749 section 4.1.2)."""

    code = "invalid_grant"


class PrincipalGoneError(TongxingError):
    """The session ended or the account may not sign in any more."""

    code = "invalid_grant"


class RefreshRefusedError(TongxingError):
    """A refresh token is unknown, expired, revoked or was used before."""

    code = "invalid_grant"


class ReusedRefreshTokenError(RefreshRefusedError):
    """A refresh token came a second time: its family has to end, whoever sent it."""

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id


class TargetNotGrantedError(TongxingError):
    """A token was asked for a protected resource that was not granted (RFC 8707 section 2.2)."""

    code = "invalid_target"

    def __init__(self) -> None:
        super().__init__("The resource goes beyond what was granted")


class ScopeNotGrantedError(TongxingError):
    """A refresh asked for more than was granted (RFC 6749 section 6)."""

    code = "invalid_scope"

    def __init__(self) -> None:
        super().__init__("The scope goes beyond what was granted")
