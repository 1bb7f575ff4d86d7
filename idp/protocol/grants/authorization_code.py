"""The authorization code grant (RFC 6749 section 4.1, RFC 7636)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError
from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge

from idp.client_registry.client import Client
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.grants.response import TokenResponse, token_response
from idp.storage.database import Transaction
from idp.tokens.authorization import Authorization
from idp.tokens.issuer import TokenSet


class CodeReader(Protocol):
    """Says what a code stands for."""

    def read(self, code: str) -> Authorization | None: ...

    def is_fresh(self, authorization: Authorization) -> bool: ...


class CodeRedeemer(Protocol):
    """Claims a code and issues its tokens."""

    async def redeem(
        self,
        transaction: Transaction,
        client: Client,
        authorization: Authorization,
        resources: Sequence[str],
    ) -> TokenSet: ...


class PresentedCode:
    """A code with what it stands for, as Authlib asks about it."""

    def __init__(self, authorization: Authorization) -> None:
        self.authorization = authorization
        self.code_challenge = authorization.code_challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str:
        return self.authorization.redirect_uri


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    """Validates as Authlib does, then claims the code before anything is issued."""

    TOKEN_ENDPOINT_AUTH_METHODS: tuple[str, ...] = ()

    @classmethod
    def check_authorization_endpoint(cls, request: object) -> bool:
        """Authorization requests have their own road (`protocol/authorization`)."""
        return False

    def query_authorization_code(self, code: str, client: ProtocolClient) -> PresentedCode | None:
        """Look at a code without consuming it; another client's code is no code."""
        codes: CodeReader = self.server.codes
        authorization = codes.read(code)
        if authorization is None:
            raise InvalidGrantError("The code is not valid")
        if authorization.client_id != client.client_id:
            raise InvalidGrantError("The code was issued to another client")
        if not codes.is_fresh(authorization):
            raise CodeExpiredError(authorization)
        return PresentedCode(authorization)

    async def issue(self, transaction: Transaction) -> TokenResponse:
        """Claim, then issue."""
        presented: PresentedCode = self.request.authorization_code
        client: ProtocolClient = self.request.client
        redeemer: CodeRedeemer = self.server.granting
        resources = self.request.parameters.all("resource")
        tokens = await redeemer.redeem(
            transaction, client.client, presented.authorization, resources
        )
        return token_response(tokens)


class CodeExpiredError(InvalidGrantError):
    """The code came too late; if it was redeemed in time, this is a replay."""

    def __init__(self, authorization: Authorization) -> None:
        super().__init__("The code has expired")
        self.authorization = authorization


class S256Challenge(CodeChallenge):
    """PKCE with S256 alone; whether it is required was decided when the code was asked for."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD: tuple[str, ...] = ("S256",)
    CODE_CHALLENGE_METHODS: dict[str, Any] = {  # noqa: RUF012 - Authlib's class attribute
        "S256": lambda verifier, challenge: create_s256_code_challenge(verifier) == challenge
    }

    def __call__(self, grant: AuthorizationCodeGrant) -> None:
        grant.register_hook("after_validate_token_request", self.validate_code_verifier)
