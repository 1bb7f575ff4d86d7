"""Collecting every secret that occurs while an installation is used, to look for it afterwards."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

import httpx2

_SHORTEST_SECRET = 16
_HARMLESS = {"grant_type", "redirect_uri", "client_id", "transaction", "token_type_hint"}
_PERSONAL = {"name", "phone", "id_number", "username", "password"}
_IN_URLS = {"code", "state", "nonce", "code_challenge", "id_token_hint"}
_IN_JSON = {"access_token", "refresh_token", "id_token", "name", "phone_number"}


@dataclass
class Secrets:
    """Everything that occurred in a run and belongs into no log and no file."""

    found: dict[str, str] = field(default_factory=dict, repr=False)
    """Value to what it is."""

    def add(self, what: str, value: str | None) -> None:
        if value:
            self.found.setdefault(value, what)

    def watch(self, client: httpx2.Client) -> None:
        """Collect from all that a browser or a portal sends and receives."""
        client.event_hooks = {"response": [self._collect]}

    def _collect(self, response: httpx2.Response) -> None:
        request = response.request
        response.read()
        for name, value in parse_qsl(request.content.decode()):
            if name not in _HARMLESS and (len(value) >= _SHORTEST_SECRET or name in _PERSONAL):
                self.add(f"sent {name}", value)
        for header in request.headers.get_list("authorization"):
            self.add("authorization", header.split()[-1])
        for cookie in response.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.add(f"cookie {name}", value if len(value) >= _SHORTEST_SECRET else None)
        for url in (str(request.url), response.headers.get("location", "")):
            for name, value in parse_qsl(urlsplit(url).query):
                self.add(f"query {name}", value if name in _IN_URLS else None)
        if "json" in response.headers.get("content-type", ""):
            for name, value in response.json().items():
                self.add(f"received {name}", str(value) if name in _IN_JSON else None)
        for token in re.findall(r'name="csrf_token" value="([^"]+)"', response.text):
            self.add("form token", token)

    def in_text(self, text: str) -> list[str]:
        """Say which of them stand in a text, plainly, as JSON or as part of an address."""
        return sorted(
            {
                what
                for value, what in self.found.items()
                if any(form in text for form in (value, json.dumps(value)[1:-1], quote(value)))
            }
        )

    def in_bytes(self, content: bytes) -> list[str]:
        """Say which of them stand in a file."""
        return sorted({what for value, what in self.found.items() if value.encode() in content})
