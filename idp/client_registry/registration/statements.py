"""Software statements in requests (RFC 7591 section 2.3): what a publisher says of its software."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from idp.client_registry.errors import SoftwareStatementError

MEMBER = "software_statement"
# Claims about the statement itself (RFC 7519 section 4.1), and another statement inside it.
_ABOUT_ITSELF = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", MEMBER})


class StatementReader(Protocol):
    """Checks who made a statement."""

    async def read(self, statement: str) -> Mapping[str, Any]:
        """Return its claims; raises SoftwareStatementError, UnapprovedSoftwareStatementError,
        ClientKeysUnavailableError."""
        ...


async def with_statement(
    document: Mapping[str, Any], reader: StatementReader, *, is_required: bool
) -> dict[str, Any]:
    """Return the request with the statement's claims, which override the request's members.

    Raises what the reader does.
    """
    statement = document.get(MEMBER)
    if statement is None:
        if is_required:
            raise SoftwareStatementError("A software statement is needed")
        return dict(document)
    if not isinstance(statement, str):
        raise SoftwareStatementError("software_statement: must be a text")
    claims = await reader.read(statement)
    stated = {name: value for name, value in claims.items() if name not in _ABOUT_ITSELF}
    # In whatever language: a tagged name beside the stated one would be shown in its place.
    members = {_without_tag(name) for name in stated}
    others = {name: each for name, each in document.items() if _without_tag(name) not in members}
    return {**others, **stated}


def _without_tag(name: str) -> str:
    return name.partition("#")[0]
