"""The document behind `sector_identifier_uri` (OpenID Connect Registration section 5)."""

from __future__ import annotations

from typing import Any

import httpx2
import orjson

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.errors import ClientMetadataError
from idp.errors import UnavailableError

_MEMBER = "sector_identifier_uri"
_MAX_BYTES = 64 * 1024
_AT_ONCE = 8


def check_same_sector(before: ClientMetadata, after: ClientMetadata) -> None:
    """Refuse a client that would move to another sector; raises ClientMetadataError.

    It would keep what people granted to it where it was, and learn their subjects where it goes:
    of a host that never answered for it.
    """
    if _subjects_of(before) != _subjects_of(after):
        raise ClientMetadataError(
            f"{_MEMBER}: a client cannot move to another sector, by whatever member; register"
            " another client"
        )


def _subjects_of(metadata: ClientMetadata) -> tuple[str, str | None]:
    kind = metadata.subject_type
    return kind, metadata.sector if kind == "pairwise" else None


class SectorDocuments:
    """Fetches the documents of sectors, a few at once.

    Strangers say where they are. Servers that are slow on purpose must not take the connections
    over which others are told of a logout, or their keys are fetched.
    """

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._under_way = 0

    async def check(self, metadata: ClientMetadata) -> None:
        """Fetch the list of the sector's redirect URIs and find all of the client's in it.

        It proves that the client belongs to the sector whose subjects it will see. Raises
        ClientMetadataError, UnavailableError when too many wait for theirs.
        """
        if metadata.sector_identifier_uri is None:
            return
        listed = await self._fetch(metadata.sector_identifier_uri)
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise ClientMetadataError(f"{_MEMBER}: the document is not a list of redirect URIs")
        for missing in set(metadata.redirect_uris) - set(listed):
            raise ClientMetadataError(f"{_MEMBER}: the document does not list {missing}")

    async def _fetch(self, uri: str) -> Any:
        if self._under_way >= _AT_ONCE:
            raise UnavailableError(debug="too many sector documents are being fetched")
        self._under_way += 1
        try:
            answer = await self._http.get(uri, headers={"Accept": "application/json"})
            answer.raise_for_status()
            return orjson.loads(answer.content) if len(answer.content) <= _MAX_BYTES else None
        except (httpx2.HTTPError, ValueError) as error:
            raise ClientMetadataError(f"{_MEMBER}: the document cannot be read") from error
        finally:
            self._under_way -= 1
