"""One authorization in progress, kept between the pages of one browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from idp.clock import Clock
from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.identifiers import digest, new_id
from idp.crypto.root_key import Purpose, RootKey
from idp.interaction import repository
from idp.interaction.errors import InteractionGoneError
from idp.protocol.authorization.request import AuthorizationRequest
from idp.storage.database import Database, Transaction

LIFE = timedelta(minutes=30)
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Interaction:
    """What has been asked and what has happened since.

    `request` is None when a person came to the account pages by themselves.
    `authenticated_session` is the session in which the person proved themselves on behalf of this
    very request, which is what `prompt=login` and `max_age` ask for. `consented_session` is the
    one in which a person decided about it: somebody else's decision counts for nothing.
    """

    id: str
    request: AuthorizationRequest | None
    authenticated_session: str | None = None
    consented_session: str | None = None

    def authenticated_by(self, session_id: str) -> Interaction:
        """Note that the person has just signed in for this request."""
        return replace(self, authenticated_session=session_id)

    def consented_in(self, session_id: str) -> Interaction:
        """Note that the person has just decided about this request."""
        return replace(self, consented_session=session_id)


class Interactions:
    """Interactions, each bound to the browser that began it (R26).

    In SQL, not in the ephemeral store: people who are signing in are not thrown out when that
    store fails, and what was completed stays completed.
    """

    def __init__(self, database: Database, root: RootKey, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._key = root.derive(Purpose.INTERACTIONS)

    async def begin(self, request: AuthorizationRequest | None, browser: str) -> Interaction:
        """Store a new interaction for the browser with this cookie."""
        interaction = Interaction(id=new_id(), request=request)
        row = {
            "id": interaction.id,
            "browser_hash": digest(browser),
            "sealed": self._seal(interaction),
            "expires_at": self._clock.now() + LIFE,
        }
        async with self._database.write() as transaction:
            await repository.insert_interaction(transaction, row)
        return interaction

    async def save(self, interaction: Interaction) -> None:
        """Store what has happened; raises InteractionGoneError when it was completed meanwhile."""
        async with self._database.write() as transaction:
            if not await self.note(transaction, interaction):
                raise InteractionGoneError

    async def note(self, transaction: Transaction, interaction: Interaction) -> bool:
        """Store what has happened along with the happening itself; False when the interaction was
        completed meanwhile, which undoes nothing."""
        sealed = self._seal(interaction)
        return await repository.update_interaction(transaction, interaction.id, sealed)

    async def prolong(self, interaction: Interaction, until: datetime | None = None) -> None:
        """Give a fresh span of time to somebody who begins something longer, such as a
        registration, and at least until that ends; raises InteractionGoneError when the
        interaction was completed meanwhile."""
        fresh = self._clock.now() + LIFE
        expires_at = fresh if until is None else max(fresh, until)
        async with self._database.write() as transaction:
            if not await repository.prolong_interaction(transaction, interaction.id, expires_at):
                raise InteractionGoneError

    async def load(self, interaction_id: str, browser: str | None) -> Interaction:
        """Return an interaction to the browser that began it; raises InteractionGoneError."""
        if browser is None or _ID.fullmatch(interaction_id) is None:
            raise InteractionGoneError
        async with self._database.read() as transaction:
            sealed = await repository.read_interaction(
                transaction, interaction_id, digest(browser), self._clock.now()
            )
        if sealed is None:
            raise InteractionGoneError
        return self._open(interaction_id, sealed)

    async def complete(self, transaction: Transaction, interaction: Interaction) -> None:
        """Take the interaction away in the transaction of its answer; raises InteractionGoneError
        when another window got the answer."""
        if not await repository.delete_interaction(transaction, interaction.id):
            raise InteractionGoneError

    async def purge(self) -> int:
        """Delete interactions that nobody finished; returns how many."""
        return await repository.purge_interactions(self._database, self._clock.now())

    def _seal(self, interaction: Interaction) -> bytes:
        document = {name: getattr(interaction, name) for name in Interaction.__slots__}
        document["request"] = interaction.request.dump() if interaction.request else None
        return seal(self._key, orjson.dumps(document), interaction.id)

    def _open(self, interaction_id: str, sealed: bytes) -> Interaction:
        try:
            document: dict[str, Any] = orjson.loads(unseal(self._key, sealed, interaction_id))
        except SealBrokenError as error:
            raise InteractionGoneError(debug="an interaction does not open") from error
        request = document["request"]
        document["request"] = AuthorizationRequest.load(request) if request else None
        return Interaction(**document)
