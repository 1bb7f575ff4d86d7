"""What browsers are told when the issuer is https and a proxy ends TLS, as in production."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie

import httpx2
import pytest

from idp.protocol.metadata import PATHS
from tests.provider import RunningProvider, running_provider

ISSUER = "https://id.example.gov.cn"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("secure") / "home"
    with running_provider(folder, issuer=ISSUER) as running:
        yield running


def left(response: httpx2.Response) -> dict[str, str]:
    """The cookies of an answer; each has to be bound to this very host (R25)."""
    found = {}
    for header in response.headers.get_list("set-cookie"):
        (morsel,) = SimpleCookie(header).values()
        assert morsel.key.startswith("__Host-"), header
        assert morsel["secure"] and morsel["httponly"] and morsel["path"] == "/", header
        assert not morsel["domain"], header
        assert morsel["samesite"].lower() == "lax", header
        found[morsel.key] = morsel.value
    return found


def test_every_cookie_of_a_sign_in_is_bound_to_the_host(secure: RunningProvider) -> None:
    citizen = secure.citizen()
    with httpx2.Client(base_url=f"http://127.0.0.1:{secure.services.settings.server.port}") as http:
        begun = http.get("/login")
        cookies = left(begun)
        page = http.get(begun.headers["location"], headers={"Cookie": joined(cookies)})
        hidden = dict(re.findall(r'name="(csrf_token|transaction)" value="([^"]+)"', page.text))
        answer = http.post(
            "/login",
            data={**hidden, "username": citizen.phone, "password": citizen.password},
            headers={"Cookie": joined(cookies)},
        )
        cookies |= left(answer)
        assert {"__Host-tongxing_browser", "__Host-tongxing_session"} <= cookies.keys()
        account = http.get("/account", headers={"Cookie": joined(cookies)})
        assert account.status_code == 200
        assert account.headers["strict-transport-security"].startswith("max-age=")
        # The name without the prefix, which a neighbouring site could plant, opens nothing.
        bare = {name.removeprefix("__Host-"): value for name, value in cookies.items()}
        assert http.get("/account", headers={"Cookie": joined(bare)}).status_code == 303


def test_addresses_come_from_the_issuer_and_never_from_the_request(
    secure: RunningProvider,
) -> None:
    """R32."""
    base = f"http://127.0.0.1:{secure.services.settings.server.port}"
    document = httpx2.get(
        f"{base}/.well-known/openid-configuration", headers={"Host": "evil.example"}
    ).json()
    assert document["issuer"] == ISSUER
    addresses = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == len(PATHS)
    assert all(value.startswith(f"{ISSUER}/") for value in addresses)


def joined(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
