"""What a client gets when its request is granted: a code, or what else its response type says."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.client_registry.response_types import CODE
from idp.storage.database import Transaction
from idp.tokens.authorization import Authorization
from idp.tokens.codes import Codes
from idp.tokens.granting import TokenGranting

Fields = tuple[tuple[str, str], ...]


class Answers:
    """Turns an authorization into the fields of the response (Core sections 3.1.2.5, 3.2.2.5 and
    3.3.2.5)."""

    def __init__(self, codes: Codes, granting: TokenGranting) -> None:
        self._codes = codes
        self._granting = granting

    async def fields(
        self,
        transaction: Transaction,
        client: Client,
        authorization: Authorization,
        response_type: str,
    ) -> Fields:
        """Return the fields for a response type. A code alone costs no statement.

        Raises PrincipalGoneError when tokens were wanted and the session has just ended.
        """
        if response_type == CODE:
            return (("code", self._codes.issue(authorization)),)
        code = self._codes.issue(authorization) if CODE in response_type.split(" ") else None
        grant = await self._granting.grant_at_once(
            transaction, client, authorization, response_type, code
        )
        fields: list[tuple[str, str]] = []
        if code is not None:
            fields.append(("code", code))
        if grant.access_token is not None:
            fields.append(("access_token", grant.access_token))
            fields.append(("token_type", "Bearer"))
            fields.append(("expires_in", str(grant.expires_in)))
            fields.append(("scope", authorization.scope))
        if grant.id_token is not None:
            fields.append(("id_token", grant.id_token))
        return tuple(fields)
