"""Refusals of the accounts room; none says whose the account is."""

from __future__ import annotations

from idp.errors import TongxingError


class IdentityHeldError(TongxingError):
    """The identity already has an account. `account_id` is for us, never for the caller."""

    code = "identity_held"

    def __init__(self, account_id: str) -> None:
        super().__init__()
        self.account_id = account_id


class AliasTakenError(TongxingError):
    """The phone number or document number already signs in to an account."""

    code = "alias_taken"

    def __init__(self, kind: str) -> None:
        super().__init__(debug=f"alias kind {kind}")
        self.kind = kind


class NoSuchAccountError(TongxingError):
    """There is no account with this id."""

    code = "no_such_account"


class StatusChangeError(TongxingError):
    """An account cannot go from its present status to the one asked for."""

    code = "status_change_refused"
