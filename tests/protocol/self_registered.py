"""A client that registers itself: what it sends, and what every answer has to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from idp.audit.models import audit_events
from tests.protocol.relying_party import RelyingParty
from tests.provider import RunningProvider, running_provider

CALLBACK = "https://app.example/callback"
LOCAL_CALLBACK = "http://localhost:9/callback"


@contextmanager
def registering_provider(folder: Path, **clients: Any) -> Iterator[RunningProvider]:
    """Run a provider where anybody may register a client, as often as a test file likes."""
    limits = {"trusted_proxies": ("127.0.0.1/32",), "registrations_per_minute": 100_000}
    settings = {"registration": "open", **clients}
    with running_provider(folder, clients=settings, http=limits) as running:
        yield running
        # Nothing that a stranger registers may be a surprise (I10).
        assert not [line for line in running.log_lines() if line["level"] in ("error", "critical")]


@dataclass
class Registrar:
    """Calls the registration endpoint that discovery names, and the addresses below it."""

    provider: RunningProvider
    http: httpx2.Client

    @property
    def endpoint(self) -> str:
        found = self.http.get("/.well-known/openid-configuration").json()
        return str(found["registration_endpoint"])

    def send(self, document: Any, token: str | None = None) -> httpx2.Response:
        return self.http.post(f"{self.provider.url}/clients", json=document, headers=bearer(token))

    def ask(self, **members: Any) -> httpx2.Response:
        """Ask for a registration with one redirect URI, unless `members` say otherwise."""
        return self.send({"redirect_uris": [CALLBACK], **members})

    def register(self, **members: Any) -> dict[str, Any]:
        """The same, which must succeed."""
        return made(self.ask(**members))

    def call(
        self, method: str, client: dict[str, Any], document: Any = None, token: str | None = ""
    ) -> httpx2.Response:
        """Call a client's own address, with its own token unless another is given."""
        chosen = client["registration_access_token"] if token == "" else token
        uri = client["registration_client_uri"]
        return self.http.request(method, uri, json=document, headers=bearer(chosen))

    def party(self, client: dict[str, Any]) -> RelyingParty:
        """Return the relying party that was registered."""
        return RelyingParty(self.provider.url, client, client.get("client_secret"), self.http)


def bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def made(response: httpx2.Response) -> dict[str, Any]:
    """Check a client information response (RFC 7591 section 3.2.1)."""
    assert response.status_code == 201, response.text
    return _information(response)


def answered(response: httpx2.Response) -> dict[str, Any]:
    """The same, for a client that there was."""
    assert response.status_code == 200, response.text
    return _information(response)


def _information(response: httpx2.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body: dict[str, Any] = response.json()
    assert ("client_secret" in body) is ("client_secret_expires_at" in body)
    assert {"client_id", "registration_access_token", "registration_client_uri"} <= body.keys()
    return body


def refused(response: httpx2.Response, member: str, error: str = "invalid_client_metadata") -> None:
    """Check an error response, which has to name the member (RFC 7591 section 3.2.2)."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body["error"] == error
    description = body["error_description"]
    assert all(" " <= character <= "~" and character not in '"\\' for character in description)
    assert description.startswith(member), description


def locked_out(response: httpx2.Response) -> None:
    """Check an answer to somebody without the right token (RFC 7592 section 2)."""
    assert response.status_code == 401, response.text
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["error"] == "invalid_token"


def events(provider: RunningProvider, client_id: str) -> dict[str, Any]:
    """Return what the audit log has about a client: the newest detail of each tag."""
    query = (
        select(audit_events.c.tag, audit_events.c.detail)
        .where(audit_events.c.client_id == client_id)
        .order_by(audit_events.c.at)
    )

    async def read() -> dict[str, Any]:
        async with provider.services.database.read() as transaction:
            return {row.tag: row.detail for row in await transaction.execute(query)}

    return provider.call(read())
