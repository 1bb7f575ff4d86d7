"""Request objects that a client keeps at an address of its own (OpenID Connect Core section 6.2).

Only with the compatibility setting, and only at addresses that the client registered byte for byte:
we are never sent to fetch what a stranger names (R7, R23).
"""

from __future__ import annotations

from urllib.parse import urldefrag

import httpx2

from idp.client_registry.client import Client
from idp.client_registry.client_http import ClientHttp
from idp.protocol.client_jwt import MAX_LENGTH
from idp.protocol.errors import InvalidRequestUriError, RequestUriNotSupportedError

_NAME = "request_uri"
_ACCEPT = "application/oauth-authz-req+jwt, application/jwt"


class ReferencedRequests:
    """Fetches registered request objects."""

    def __init__(self, http: ClientHttp, *, compatibility: bool) -> None:
        self._http = http
        self._compatibility = compatibility

    async def fetch(self, client: Client, request_uri: str) -> str:
        """Return the request object at a registered address. Raises RequestUriNotSupportedError,
        InvalidRequestUriError.

        A fragment is a digest by which caches learn that the object has changed (section 6.2). We
        keep none, and the signature says whose object it is; so it is compared as part of the
        registered address and otherwise ignored.
        """
        if not self._compatibility:
            raise RequestUriNotSupportedError("request_uri must be a pushed one", _NAME)
        if request_uri not in client.metadata.request_uris:
            raise InvalidRequestUriError("request_uri is not registered for this client", _NAME)
        address = urldefrag(request_uri).url
        try:
            answer = await self._http.of(client).get(address, headers={"Accept": _ACCEPT})
            answer.raise_for_status()
        except httpx2.HTTPError as error:
            raise InvalidRequestUriError("request_uri cannot be read", _NAME) from error
        content = answer.content.strip()
        if len(content) > MAX_LENGTH or not content.isascii():
            raise InvalidRequestUriError("request_uri holds no request object", _NAME)
        return content.decode("ascii")
