"""Where the endpoints of the protocol take something that may be a JWT, or stands for one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi.routing import iter_route_contexts

from idp.app import create_api
from tests.protocol.assertions import ASSERTION_TYPE
from tests.protocol.raw_http import Answer, ask
from tests.protocol.relying_party import RelyingParty
from tests.provider import RunningProvider

CLIENT = "/clients/{client_id}"
_PAGES = "idp.web.pages."


@dataclass(frozen=True)
class Place:
    """A `field` of a query, a form or a JSON document, or the bearer token of a header. `foreign`
    is the status for a token that is none of ours, where that is no error of the request."""

    method: str
    path: str
    where: str
    field: str = ""
    foreign: int = 400

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.field or self.where}"


def _places() -> Iterator[Place]:
    for field in ("id_token_hint", "request"):
        yield Place("GET", "/authorize", "query", field, 303)
        yield Place("POST", "/authorize", "form", field, 303)
        yield Place("POST", "/par", "form", field)
    for path in ("/token", "/par", "/introspect", "/revoke", "/logout/deliveries"):
        yield Place("POST", path, "assertion", "client_assertion", 401)
    for field in ("code", "refresh_token"):
        yield Place("POST", "/token", "form", field)
    # RFC 7662 section 2.2, RFC 7009 section 2.2: an unknown token is no error.
    yield Place("POST", "/introspect", "form", "token", 200)
    yield Place("POST", "/revoke", "form", "token", 200)
    for method in ("GET", "POST"):
        yield Place(method, "/userinfo", "header", foreign=401)
    yield Place("POST", "/userinfo", "form", "access_token", 401)
    yield Place("GET", "/logout", "query", "id_token_hint")
    yield Place("POST", "/logout", "form", "id_token_hint", 303)
    yield Place("POST", "/clients", "json", "software_statement")
    for method in ("GET", "PUT", "DELETE"):
        yield Place(method, CLIENT, "header", foreign=401)


PLACES = tuple(_places())
WITHOUT = {
    "/authorize/resume", "/jwks", "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server", "/session/check", "/logout/done",
}  # fmt: skip
"""What takes nothing of the kind."""


def protocol_routes(provider: RunningProvider) -> dict[str, set[str]]:
    """Return the paths of the application and their methods, but for pages of our own."""
    found: dict[str, set[str]] = {}
    for route in iter_route_contexts(create_api(provider.services).routes):
        endpoint = getattr(route, "endpoint", None)
        module = getattr(endpoint, "__module__", "")
        is_page = module.startswith(_PAGES) and module != _PAGES + "logout"
        if module.startswith("idp.web.") and not is_page and module != "idp.web.health":
            path = getattr(route, "path", "") or ""
            found.setdefault(path, set()).update(getattr(route, "methods", None) or ())
    return found


def bring(port: int, place: Place, token: str, portal: RelyingParty) -> Answer:
    """Send a request that is right but for `token`, which is in its place."""
    path = place.path.format(client_id="0" * 32)
    field = {place.field: token}
    if place.where == "header":
        headers = [(b"Authorization", b"Bearer " + token.encode())]
        if place.method == "PUT":
            return ask(port, place.method, path, [*headers, _JSON], _REGISTRATION)
        return ask(port, place.method, path, headers)
    if place.where == "json":
        return ask(port, place.method, path, [_JSON], json.dumps(field).encode())
    content = urlencode({**_beside(place, portal), **field})
    if place.where == "query":
        return ask(port, place.method, f"{path}?{content}")
    return ask(port, place.method, path, [_FORM], content.encode())


_JSON = (b"Content-Type", b"application/json")
_REGISTRATION = b'{"redirect_uris": ["https://app.example/callback"]}'
_FORM = (b"Content-Type", b"application/x-www-form-urlencoded")


def _beside(place: Place, portal: RelyingParty) -> dict[str, str]:
    if place.where == "assertion":
        return {"client_assertion_type": ASSERTION_TYPE, "grant_type": "client_credentials"}
    if place.path in ("/userinfo", "/logout"):
        return {}
    if place.path == "/authorize":
        return portal.parameters()
    credentials = portal.credentials()[1]
    if place.path == "/par":
        return {**portal.parameters(), **credentials}
    if place.path == "/token":
        grants = {"code": "authorization_code", "refresh_token": "refresh_token"}
        return {"grant_type": grants[place.field], "redirect_uri": portal.redirect_uri,
                "code_verifier": "v" * 43, **credentials}  # fmt: skip
    return credentials
