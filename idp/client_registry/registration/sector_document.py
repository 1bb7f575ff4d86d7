"""The document behind `sector_identifier_uri` (OpenID Connect Registration section 5)."""

from __future__ import annotations

import httpx2
import orjson

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.errors import ClientMetadataError

_MEMBER = "sector_identifier_uri"
_MAX_BYTES = 64 * 1024


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


async def check_sector(http: httpx2.AsyncClient, metadata: ClientMetadata) -> None:
    """Fetch the list of the sector's redirect URIs and find all of the client's in it.

    It proves that the client belongs to the sector whose subjects it will see. Raises
    ClientMetadataError.
    """
    uri = metadata.sector_identifier_uri
    if uri is None:
        return
    try:
        answer = await http.get(uri, headers={"Accept": "application/json"})
        answer.raise_for_status()
        listed = orjson.loads(answer.content) if len(answer.content) <= _MAX_BYTES else None
    except (httpx2.HTTPError, ValueError) as error:
        raise ClientMetadataError(f"{_MEMBER}: the document cannot be read") from error
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ClientMetadataError(f"{_MEMBER}: the document is not a list of redirect URIs")
    for missing in set(metadata.redirect_uris) - set(listed):
        raise ClientMetadataError(f"{_MEMBER}: the document does not list {missing}")
