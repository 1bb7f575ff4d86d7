"""The refusal of a client that did not prove who it is."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidClientError


class ClientRefusedError(InvalidClientError):
    """401 with a challenge (RFC 6749 section 5.2, RFC 7617 section 2: `realm` is required), in the
    same words whatever was wrong. `client_id` is set when a registered client was named."""

    status_code = 401
    description = "Client authentication failed"

    def __init__(self, client_id: str | None = None) -> None:
        super().__init__()
        self.client_id = client_id

    def get_headers(self) -> list[tuple[str, str]]:
        headers = [(n, v) for n, v in super().get_headers() if n.lower() != "www-authenticate"]
        return [*headers, ("WWW-Authenticate", 'Basic realm="clients", charset="UTF-8"')]
