from __future__ import annotations

import asyncio
import time
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest

from idp.outbound.client import create_client
from idp.outbound.errors import EgressRefusedError, OutboundTimeoutError, ResponseTooLargeError
from idp.outbound.public_addresses import Address
from idp.outbound.settings import OutboundSettings
from tests.unit.outbound.local_server import local_server, make_certificate, say

pytestmark = pytest.mark.asyncio
HOST = "register.test"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class ScriptedResolver:
    """Gives the next of its answers at each look-up, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.calls = 0

    async def resolve(self, host: str) -> list[Address]:
        self.calls += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [ip_address(text) for text in answer]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return make_certificate(tmp_path, HOST)


def settings(pem: Path | None = None, **changes: object) -> OutboundSettings:
    return OutboundSettings.model_validate({"allow_hosts": [HOST], "ca_bundle": pem, **changes})


LOOPBACK = ScriptedResolver(["127.0.0.1"])


async def test_a_listed_host_is_reached_and_its_certificate_is_checked_by_name(pem: Path) -> None:
    async with (
        local_server(say(OK), pem) as server,
        create_client(settings(pem), resolver=LOOPBACK) as client,
    ):
        answer = await client.get(f"https://{HOST}:{server.port}/who?x=1")
        assert (answer.status_code, answer.text) == (200, "ok")
        head = server.requests[0].lower()
        assert b"get /who?x=1 http/1.1" in head
        assert f"host: {HOST}:{server.port}".encode() in head
        assert b"accept-encoding: identity" in head
        assert b"user-agent: tongxing" in head


async def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path, "other.test")
    async with (
        local_server(say(OK), pem) as server,
        create_client(settings(pem), resolver=LOOPBACK) as client,
    ):
        with pytest.raises(httpx2.ConnectError):
            await client.get(f"https://{HOST}:{server.port}/")
        assert server.requests == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1",
     "fe80::1%1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1"],
)  # fmt: skip
async def test_an_unlisted_host_with_an_inner_address_is_refused(address: str) -> None:
    async with create_client(settings(), resolver=ScriptedResolver([address])) as client:
        with pytest.raises(EgressRefusedError):
            await client.get("https://innocent.example/jwks")


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://localhost/",
     "https://[::ffff:127.0.0.1]/"],
)  # fmt: skip
async def test_address_literals_in_any_spelling_are_resolved_and_refused(url: str) -> None:
    async with create_client(settings()) as client:
        with pytest.raises((EgressRefusedError, httpx2.InvalidURL)):
            await client.get(url)


async def test_one_inner_address_among_public_ones_refuses_the_host() -> None:
    resolver = ScriptedResolver(["8.8.8.8", "127.0.0.1"])
    async with create_client(settings(), resolver=resolver) as client:
        with pytest.raises(EgressRefusedError):
            await client.get("https://rebinding.example/")


async def test_the_name_is_looked_up_once_and_the_checked_address_is_connected_to(
    pem: Path,
) -> None:
    # The first answer is public (a black hole here); a second look-up would give this machine.
    resolver = ScriptedResolver(["8.8.8.8"], ["127.0.0.1"])
    quick = settings(pem, connect_seconds=0.3)
    async with (
        local_server(say(OK), pem) as server,
        create_client(quick, resolver=resolver) as client,
    ):
        with pytest.raises(httpx2.TransportError):
            await client.get(f"https://rebinding.example:{server.port}/")
        assert resolver.calls == 1
        with pytest.raises(EgressRefusedError):
            await client.get(f"https://rebinding.example:{server.port}/")
        assert server.connections == 0


@pytest.mark.parametrize(
    "url", ["http://register.test/", "ftp://register.test/", "https://user:pw@register.test/"]
)
async def test_only_https_without_credentials(url: str) -> None:
    async with create_client(settings(), resolver=LOOPBACK) as client:
        with pytest.raises(httpx2.TransportError):
            await client.get(url)


async def test_plain_http_to_this_machine_when_a_developer_asked_for_it() -> None:
    relaxed = settings(allow_hosts=["127.0.0.1"], allow_insecure_loopback=True)
    async with local_server(say(OK)) as server, create_client(relaxed) as client:
        assert (await client.get(f"http://127.0.0.1:{server.port}/")).text == "ok"
        with pytest.raises(EgressRefusedError):
            await client.get("http://localhost:1/")


async def test_plain_http_to_a_listed_host_elsewhere_stays_refused() -> None:
    relaxed = settings(allow_insecure_loopback=True)
    async with create_client(relaxed, resolver=ScriptedResolver(["10.0.0.1"])) as client:
        with pytest.raises(EgressRefusedError):
            await client.get(f"http://{HOST}/")


async def test_a_listing_may_name_a_port() -> None:
    rules = settings(allow_hosts=[f"{HOST}:8443"])
    async with create_client(rules, resolver=LOOPBACK) as client:
        with pytest.raises(EgressRefusedError):
            await client.get(f"https://{HOST}/")
        with pytest.raises(httpx2.ConnectError):
            await client.get(f"https://{HOST}:8443/")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 2
        + b"0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
    ],
)  # fmt: skip
async def test_a_large_or_compressed_answer_is_refused(pem: Path, raw: bytes) -> None:
    small = settings(pem, max_response_bytes=1024)
    async with (
        local_server(say(raw), pem) as server,
        create_client(small, resolver=LOOPBACK) as client,
    ):
        with pytest.raises(ResponseTooLargeError):
            await client.get(f"https://{HOST}:{server.port}/")


async def test_a_redirect_is_not_followed_and_a_cookie_not_kept(pem: Path) -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    async with (
        local_server(say(raw), pem) as server,
        create_client(settings(pem), resolver=LOOPBACK) as client,
    ):
        answer = await client.get(f"https://{HOST}:{server.port}/")
        assert answer.status_code == 302
        assert len(server.requests) == 1
        assert not client.cookies


async def test_a_trickling_answer_is_given_up_in_total_time(pem: Path) -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    short = settings(pem, total_seconds=0.4)
    async with (
        local_server(trickle, pem) as server,
        create_client(short, resolver=LOOPBACK) as client,
    ):
        started = time.monotonic()
        with pytest.raises(OutboundTimeoutError):
            await client.get(f"https://{HOST}:{server.port}/")
        assert time.monotonic() - started < 2


async def test_a_silent_server_is_given_up(pem: Path) -> None:
    async def silence(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    short = settings(pem, read_seconds=0.2)
    async with (
        local_server(silence, pem) as server,
        create_client(short, resolver=LOOPBACK) as client,
    ):
        with pytest.raises(httpx2.ReadTimeout) as caught:
            await client.get(f"https://{HOST}:{server.port}/?token=SECRET")
        assert "SECRET" not in str(caught.value)


async def test_an_unknown_host_is_a_connect_error() -> None:
    class NoSuchHost:
        async def resolve(self, host: str) -> list[Address]:
            raise OSError("not found")

    async with create_client(settings(), resolver=NoSuchHost()) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get("https://nowhere.example/")
