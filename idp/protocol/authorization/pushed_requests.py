"""Pushed authorization requests (RFC 9126): a request is left with us, the browser brings a name.

The name is 256 random bits. We keep its digest, and the request sealed under a key of ours.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

import orjson

from idp.client_registry.client import Client
from idp.clock import Clock
from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.identifiers import digest, new_secret
from idp.crypto.root_key import Purpose, RootKey
from idp.protocol import repository
from idp.protocol.authorization.request import AuthorizationRequest, RequestSource
from idp.protocol.errors import (
    AuthorizationRequestError,
    InvalidRequestObjectError,
    InvalidRequestUriError,
)
from idp.protocol.parameters import Parameters
from idp.storage.database import Database, Transaction

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFE_SECONDS = 90
"""How long the browser may take to come (R7); what it begins in time may take longer."""

ANSWERED_FOR = timedelta(days=2)
"""How long it is remembered that a request was answered: longer than a request object may be good,
and than an interaction that it began may last."""

_REFERENCE = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME = "request_uri"


class PushedRequests:
    """Keeps pushed requests and gives each to the client that left it."""

    def __init__(self, database: Database, root: RootKey, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._key = root.derive(Purpose.PUSHED_REQUESTS)

    async def keep(self, transaction: Transaction, client: Client, source: RequestSource) -> str:
        """Keep a valid request; returns its `request_uri`.

        A request object with a `jti` is used up by being pushed: raises InvalidRequestObjectError
        when it was before.
        """
        until = self._clock.now() + ANSWERED_FOR
        if source.once and not await repository.claim_jwt_id(transaction, source.once, until):
            raise InvalidRequestObjectError("request object: was used before", "request")
        reference = new_secret()
        document = {"parameters": source.parameters.as_lists(), "is_signed": source.is_signed}
        context = f"{client.client_id}|{reference}"
        await repository.insert_pushed_request(
            transaction,
            {
                "reference_hash": digest(reference),
                "client_id": client.client_id,
                "sealed": seal(self._key, orjson.dumps(document), context),
                "created_at": self._clock.now(),
            },
        )
        return PREFIX + reference

    async def find(self, client: Client, request_uri: str) -> RequestSource:
        """Return the request behind a `request_uri` to the client that pushed it.

        It is good until it was answered, so that a page may be loaded again (FAPI 2.0 Security
        Profile section 5.3.2.2, note). Raises InvalidRequestUriError.
        """
        reference = request_uri.removeprefix(PREFIX)
        if _REFERENCE.fullmatch(reference) is None:
            raise InvalidRequestUriError("request_uri is not one of ours", _NAME)
        since = self._clock.now() - timedelta(seconds=LIFE_SECONDS)
        once = _once(reference)
        async with self._database.read() as transaction:
            sealed = await repository.read_pushed_request(
                transaction, digest(reference), client.client_id, since, once
            )
        if sealed is None:
            raise InvalidRequestUriError("request_uri is unknown, expired or used", _NAME)
        try:
            content = unseal(self._key, sealed, f"{client.client_id}|{reference}")
        except SealBrokenError as error:
            raise InvalidRequestUriError(
                "request_uri is unknown, expired or used", _NAME
            ) from error
        document = orjson.loads(content)
        pairs = [(name, value) for name, all_ in document["parameters"].items() for value in all_]
        is_signed = document["is_signed"]
        return RequestSource(Parameters(pairs), is_pushed=True, is_signed=is_signed, once=once)

    async def purge(self) -> int:
        """Delete requests that nobody can begin any more; returns how many."""
        before = self._clock.now() - timedelta(seconds=LIFE_SECONDS)
        return await repository.purge_pushed_requests(self._database, before)


async def claim_answer(
    transaction: Transaction, request: AuthorizationRequest, now: datetime
) -> AuthorizationRequestError | None:
    """Use up what may be answered once; returns the refusal when it was answered before, in
    another window or by another worker. In the transaction of the answer."""
    if request.once is None:
        return None
    parameter, _, claimed = request.once.partition(":")
    if await repository.claim_jwt_id(transaction, bytes.fromhex(claimed), now + ANSWERED_FOR):
        return None
    kind = InvalidRequestUriError if parameter == _NAME else InvalidRequestObjectError
    return kind("The request was answered before", parameter)


def _once(reference: str) -> bytes:
    """What is claimed when the request is answered."""
    return hashlib.sha256(f"pushed-request\x00{reference}".encode()).digest()
