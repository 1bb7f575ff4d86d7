"""A token family: everything that grew from one redeemed code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

NO_REFRESH = -1
"""The generation of a family that never had a refresh token."""


class RevokeReason(StrEnum):
    """Why a family ended."""

    CODE_REUSED = "code_reused"
    REFRESH_REUSED = "refresh_reused"
    REVOKED_BY_CLIENT = "revoked_by_client"
    LOGOUT = "logout"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ACCOUNT_CHANGED = "account_changed"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class TokenFamily:
    """A family as stored."""

    id: str
    account_id: str
    session_id: str
    client_id: str
    scope: str
    resources: tuple[str, ...]
    userinfo_claims: tuple[str, ...]
    id_token_claims: tuple[str, ...]
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    created_at: datetime
    generation: int
    rotated_at: datetime | None
    is_offline: bool
    idle_expires_at: datetime
    absolute_expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def from_row(cls, row: Row[Any]) -> TokenFamily:
        return cls(
            id=row.id,
            account_id=row.account_id,
            session_id=row.session_id,
            client_id=row.client_id,
            scope=row.scope,
            resources=tuple(row.resources),
            userinfo_claims=tuple(row.claims["userinfo"]),
            id_token_claims=tuple(row.claims["id_token"]),
            acr=row.acr,
            amr=tuple(row.amr),
            auth_time=row.auth_time,
            created_at=row.created_at,
            generation=row.generation,
            rotated_at=row.rotated_at,
            is_offline=row.is_offline,
            idle_expires_at=row.idle_expires_at,
            absolute_expires_at=row.absolute_expires_at,
            revoked_at=row.revoked_at,
        )

    def as_row(self, authorization_id: str) -> dict[str, Any]:
        """Return the row of a family that has just begun."""
        return {
            "id": self.id,
            "authorization_id": authorization_id,
            "account_id": self.account_id,
            "session_id": self.session_id,
            "client_id": self.client_id,
            "scope": self.scope,
            "resources": list(self.resources),
            "claims": {
                "userinfo": list(self.userinfo_claims),
                "id_token": list(self.id_token_claims),
            },
            "acr": self.acr,
            "amr": list(self.amr),
            "auth_time": self.auth_time,
            "created_at": self.created_at,
            "generation": self.generation,
            "rotated_at": self.rotated_at,
            "is_offline": self.is_offline,
            "idle_expires_at": self.idle_expires_at,
            "absolute_expires_at": self.absolute_expires_at,
            "revoked_at": self.revoked_at,
            "revoke_reason": None,
        }
