"""The certificate of the client's TLS connection, which only a trusted proxy can tell of."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from idp.middleware.client_certificate import forwarded_certificate
from idp.middleware.settings import HttpSettings
from idp.middleware.stack import wrap
from tests.unit.http.asgi_call import HOST, Headers, scope_of

PROXY, STRANGER = ("10.0.0.1", 1), ("198.51.100.9", 1)
SETTINGS = HttpSettings.model_validate(
    {
        "trusted_proxies": ["10.0.0.0/8"],
        "client_certificate_header": "Client-Cert",
        "client_certificate_verified_header": "X-Client-Verify",
    }
)
GOOD: Headers = [(b"client-cert", b":AAAA:"), (b"x-client-verify", b"SUCCESS")]
pytestmark = pytest.mark.asyncio


async def seen(
    headers: Headers, peer: tuple[str, int] | None, settings: HttpSettings = SETTINGS
) -> Scope:
    """Send a request through all layers; return what the application sees of it."""
    found: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: object) -> None:
        """Nobody reads the answer."""

    wrapped = wrap(app, settings, issuer="https://id.example")
    await wrapped(scope_of(headers=[*HOST, *headers], client=peer), receive, send)
    return found[0]


async def test_a_trusted_proxy_is_believed() -> None:
    certificate = forwarded_certificate(await seen(GOOD, PROXY))
    assert certificate is not None
    assert (certificate.value, certificate.is_verified) == (":AAAA:", True)


async def test_the_proxy_is_known_by_the_connection_and_not_by_the_address_it_forwards() -> None:
    forwarded = [(b"x-forwarded-for", b"198.51.100.9")]
    assert forwarded_certificate(await seen([*GOOD, *forwarded], PROXY)) is not None
    claimed = [(b"x-forwarded-for", b"10.0.0.1")]
    assert forwarded_certificate(await seen([*GOOD, *claimed], STRANGER)) is None


@pytest.mark.parametrize("peer", [STRANGER, None])
async def test_nobody_else_is_believed(peer: tuple[str, int] | None) -> None:
    assert forwarded_certificate(await seen(GOOD, peer)) is None


@pytest.mark.parametrize("peer", [PROXY, STRANGER, None])
async def test_the_headers_go_no_further_whoever_sent_them(peer: tuple[str, int] | None) -> None:
    names = {name for name, _ in (await seen(GOOD, peer))["headers"]}
    assert not names & {b"client-cert", b"x-client-verify"}


async def test_without_the_setting_the_headers_mean_nothing() -> None:
    settings = HttpSettings.model_validate({"trusted_proxies": ["10.0.0.0/8"]})
    assert forwarded_certificate(await seen(GOOD, PROXY, settings)) is None


async def test_without_the_verification_header_nothing_is_verified() -> None:
    only_certificates = SETTINGS.model_copy(update={"client_certificate_verified_header": None})
    certificate = forwarded_certificate(await seen(GOOD, PROXY, only_certificates))
    assert certificate is not None
    assert not certificate.is_verified


async def test_no_certificate_reads_like_no_header() -> None:
    verified = GOOD[1]
    for value in (b"", b" ", b"(null)"):
        assert forwarded_certificate(await seen([(b"client-cert", value), verified], PROXY)) is None
    assert forwarded_certificate(await seen([verified], PROXY)) is None


async def test_a_certificate_is_in_no_repr() -> None:
    assert "AAAA" not in repr(forwarded_certificate(await seen(GOOD, PROXY)))


@pytest.mark.parametrize(
    "values",
    [
        {"client_certificate_header": "Client-Cert"},
        {
            "trusted_proxies": ["10.0.0.0/8"],
            "client_certificate_verified_header": "X-Client-Verify",
        },
        {"trusted_proxies": ["10.0.0.0/8"], "client_certificate_header": "Client Cert"},
    ],
)
async def test_settings_that_could_not_work_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="client_certificate"):
        HttpSettings.model_validate(values)
