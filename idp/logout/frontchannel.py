"""OpenID Connect Front-Channel Logout 1.0: what the browser is asked to load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from idp.client_registry.client import Client
from idp.client_registry.directory import ClientDirectory
from idp.clock import Clock
from idp.logout import repository
from idp.logout.service import Logout
from idp.storage.database import Transaction
from idp.tokens.subject import Subjects


@dataclass(frozen=True, slots=True)
class Frame:
    """One client's logout address for the browser whose session ended."""

    delivery_id: str
    client: Client
    url: str


class FrontChannel:
    """Makes the frames of a logout page and notes that they were shown."""

    def __init__(
        self, *, issuer: str, directory: ClientDirectory, subjects: Subjects, clock: Clock
    ) -> None:
        self._issuer = issuer
        self._directory = directory
        self._subjects = subjects
        self._clock = clock

    async def frames(self, logout: Logout, session_id: str) -> list[Frame]:
        """Return a frame for each client that registered one and was entered through this session.

        Other sessions that ended in the same logout belong to other browsers, whose cookies this
        one does not have.
        """
        frames = []
        for delivery in logout.deliveries:
            if delivery.session_id != session_id:
                continue
            client = await self._directory.find(delivery.client_id)
            if client is not None and client.metadata.frontchannel_logout_uri is not None:
                uri = client.metadata.frontchannel_logout_uri
                sid = self._subjects.sid(client, session_id)
                frames.append(Frame(delivery.id, client, _with_session(uri, self._issuer, sid)))
        return frames

    async def note_shown(self, transaction: Transaction, frames: Sequence[Frame]) -> None:
        """Write into the ledger that the browser was asked."""
        ids = [frame.delivery_id for frame in frames]
        await repository.note_browser_asked(transaction, ids, self._clock.now())


def _with_session(uri: str, issuer: str, sid: str) -> str:
    """Add `iss` and `sid`, which section 2 lets the provider add for every client and has it add
    for those that registered frontchannel_logout_session_required; the URI's own query stays."""
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}{urlencode({'iss': issuer, 'sid': sid})}"
