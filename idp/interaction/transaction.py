"""One authorization in progress, kept between the pages of one browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson

from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.identifiers import digest, new_id
from idp.crypto.root_key import Purpose, RootKey
from idp.interaction.errors import InteractionGoneError
from idp.protocol.authorization.request import AuthorizationRequest
from idp.storage.ephemeral import Ephemeral

LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Interaction:
    """What has been asked and what has happened since.

    `request` is None when a person came to the account pages by themselves.
    `authenticated_session` is the session in which the person proved themselves on behalf of this
    very request, which is what `prompt=login` and `max_age` ask for.
    """

    id: str
    browser_hash: str = field(repr=False)
    request: AuthorizationRequest | None
    authenticated_session: str | None = None
    consented: bool = False

    def authenticated_by(self, session_id: str) -> Interaction:
        """Note that the person has just signed in for this request."""
        return replace(self, authenticated_session=session_id)

    def with_consent(self) -> Interaction:
        """Note that the person has just decided about this request."""
        return replace(self, consented=True)


class Interactions:
    """Interactions in the ephemeral store, each bound to the browser that began it (R26)."""

    def __init__(self, ephemeral: Ephemeral, root: RootKey) -> None:
        self._space = ephemeral.space("interaction")
        self._key = root.derive(Purpose.EPHEMERAL, "interaction")

    async def begin(self, request: AuthorizationRequest | None, browser: str) -> Interaction:
        """Store a new interaction for the browser with this cookie."""
        interaction = Interaction(id=new_id(), browser_hash=digest(browser).hex(), request=request)
        await self.save(interaction)
        return interaction

    async def save(self, interaction: Interaction) -> None:
        """Store what has happened."""
        document = {name: getattr(interaction, name) for name in Interaction.__slots__}
        request = interaction.request
        document["request"] = request.dump() if request else None
        sealed = seal(self._key, orjson.dumps(document), interaction.id)
        await self._space.put(interaction.id, sealed, LIFE)

    async def load(self, interaction_id: str, browser: str | None) -> Interaction:
        """Return an interaction to the browser that began it; raises InteractionGoneError."""
        sealed = await self._space.get(interaction_id) if len(interaction_id) == 32 else None
        if sealed is None or browser is None:
            raise InteractionGoneError
        try:
            document: dict[str, Any] = orjson.loads(unseal(self._key, sealed, interaction_id))
        except SealBrokenError as error:
            raise InteractionGoneError from error
        if document["browser_hash"] != digest(browser).hex():
            raise InteractionGoneError
        request = document["request"]
        document["request"] = AuthorizationRequest.load(request) if request else None
        return Interaction(**document)

    async def complete(self, interaction: Interaction) -> bool:
        """Take the interaction away; False when somebody else completed it."""
        return await self._space.delete(interaction.id)
