"""Signing in at oidc-provider: its interaction is ours and asks for no password."""

from __future__ import annotations

from bench.load.target import user_name
from bench.load.visitor import Visitor, code_of, target_of


async def sign_in(visitor: Visitor) -> str:
    """Authorize, the interaction that takes anybody's word, back; returns the code."""
    interaction = target_of(await visitor.ask())
    name = user_name(visitor.account)
    back = target_of(await visitor.browse("interaction", "GET", f"{interaction}?account={name}"))
    return code_of(await visitor.browse("resume", "GET", back))
