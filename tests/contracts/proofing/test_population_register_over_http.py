"""What can go wrong between us and a register over HTTP, each against the running simulator."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count

import httpx2
import pytest
from pydantic import SecretStr, ValidationError

from idp.clock import ManualClock
from idp.proofing.connectors.population_register.connector import (
    Cause,
    RegisterAnswer,
    RegisterResult,
)
from idp.proofing.connectors.population_register.http import HttpPopulationRegister
from idp.proofing.connectors.population_register.settings import HttpRegisterSettings
from tests.contracts.proofing.claims import NOW, ZHANG_WEI, claim
from tests.contracts.proofing.register_server import running_register

UNAVAILABLE, TIMEOUT = RegisterResult.UNAVAILABLE, RegisterResult.TIMEOUT


@dataclass(frozen=True)
class Recorded:
    """A reply as it was on the wire."""

    status: int
    headers: dict[str, str]
    content: bytes

    def replay(self) -> httpx2.Response:
        stream = httpx2.ByteStream(self.content)
        return httpx2.Response(self.status, headers=self.headers, stream=stream)


class Wire(httpx2.AsyncBaseTransport):
    """The real transport, which counts and records, and may spoil or replace what passes."""

    def __init__(self) -> None:
        self.real = httpx2.AsyncHTTPTransport()
        self.requests: list[httpx2.Request] = []
        self.faults: Iterator[str | None] = iter(())
        self.replies: list[Recorded] = []
        self.replayed: Recorded | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self.replayed:
            return self.replayed.replay()
        if fault := next(self.faults, None):
            request.headers["X-Register-Fault"] = fault
        response = await self.real.handle_async_request(request)
        content = await response.aread()
        await response.aclose()
        self.replies.append(Recorded(response.status_code, dict(response.headers), content))
        return self.replies[-1].replay()

    async def aclose(self) -> None:
        await self.real.aclose()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    await wire.aclose()


@asynccontextmanager
async def _register(
    settings: HttpRegisterSettings, wire: Wire, **changes: object
) -> AsyncIterator[HttpPopulationRegister]:
    async with httpx2.AsyncClient(transport=wire) as client:
        yield HttpPopulationRegister(settings.model_copy(update=changes), client, ManualClock(NOW))


async def _verify(
    settings: HttpRegisterSettings, wire: Wire, *faults: str | None, **changes: object
) -> RegisterAnswer:
    wire.faults = iter(faults)
    async with _register(settings, wire, **changes) as register:
        return await register.verify(claim(*ZHANG_WEI))


@pytest.mark.parametrize(
    ("fault", "cause", "attempts"),
    [
        ("500", Cause.SERVER_ERROR, 2),
        ("truncate", Cause.BROKEN_OFF, 2),
        ("other-person", Cause.OTHER_SUBJECT, 1),
        ("duplicate-reply", Cause.BAD_SIGNATURE, 1),
        ("no-such-fault", Cause.BAD_SIGNATURE, 1),
    ],
)
async def test_a_fault_of_the_register_is_an_outage_and_never_a_match(
    http_settings: HttpRegisterSettings, wire: Wire, fault: str, cause: Cause, attempts: int
) -> None:
    answer = await _verify(http_settings, wire, fault, fault)
    assert (answer.result, answer.cause) == (UNAVAILABLE, cause)
    assert answer.is_outage
    assert answer.reference is None
    assert len(wire.requests) == attempts


@pytest.mark.parametrize("fault", ["500", "truncate", "delay=5"])
async def test_one_fault_is_made_good_by_asking_again(
    http_settings: HttpRegisterSettings, wire: Wire, fault: str
) -> None:
    answer = await _verify(http_settings, wire, fault, None, attempt_seconds=0.5)
    assert answer.result is RegisterResult.MATCH
    assert len(wire.requests) == 2


async def test_a_retry_has_the_same_request_id_and_a_new_nonce(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    await _verify(http_settings, wire, "500", None)
    first, second = wire.requests
    assert first.content == second.content
    assert first.headers["x-register-nonce"] != second.headers["x-register-nonce"]


async def test_a_slow_register_is_a_timeout_within_the_total_time(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    async with asyncio.timeout(3):
        answer = await _verify(
            http_settings, wire, "delay=20", "delay=20", attempt_seconds=0.2, total_seconds=0.3
        )
    assert (answer.result, answer.cause) == (TIMEOUT, Cause.LATE)
    assert answer.is_outage


@pytest.mark.parametrize(
    ("number", "name", "cause"),
    [
        ("100000197707070316", "迟缓", Cause.LATE),
        ("100000197707070324", "故障", Cause.SERVER_ERROR),
        ("100000197707070332", "断线", Cause.BROKEN_OFF),
        ("100000197707070340", "错人", Cause.OTHER_SUBJECT),
        ("100000197707070359", "重复", Cause.BAD_SIGNATURE),
    ],
)
async def test_the_personas_with_a_fault_show_it(
    http_settings: HttpRegisterSettings, wire: Wire, number: str, name: str, cause: Cause
) -> None:
    async with _register(http_settings, wire, attempt_seconds=0.3) as register:
        answer = await register.verify(claim(number, name))
    assert answer.cause is cause
    assert answer.is_outage


async def test_a_recorded_match_is_not_accepted_for_another_question(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    async with _register(http_settings, wire) as register:
        assert (await register.verify(claim(*ZHANG_WEI))).result is RegisterResult.MATCH
        wire.replayed = wire.replies[0]
        answer = await register.verify(claim(*ZHANG_WEI))
    assert (answer.result, answer.cause) == (UNAVAILABLE, Cause.BAD_SIGNATURE)


async def test_a_reply_with_one_changed_byte_is_not_accepted(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    async with httpx2.AsyncClient(transport=wire) as client:
        register = HttpPopulationRegister(
            http_settings, client, ManualClock(NOW), random_token=lambda: "t" * 32
        )
        stranger = claim(ZHANG_WEI[0], "李四")
        assert (await register.verify(stranger)).result is RegisterResult.MISMATCH
        genuine = wire.replies[0]
        wire.replayed = genuine
        assert (await register.verify(stranger)).result is RegisterResult.MISMATCH
        forged = genuine.content.replace(b'"MISMATCH"', b'"MATCH"')
        wire.replayed = replace(genuine, content=forged)
        answer = await register.verify(stranger)
    assert (answer.result, answer.cause) == (UNAVAILABLE, Cause.BAD_SIGNATURE)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (302, Cause.UNEXPECTED_STATUS),
        (403, Cause.NOT_AUTHORISED),
        (404, Cause.UNEXPECTED_STATUS),
        (429, Cause.UNEXPECTED_STATUS),
        (400, Cause.BAD_SIGNATURE),
        (200, Cause.BAD_SIGNATURE),
    ],
)
async def test_an_unsigned_reply_counts_for_nothing(
    http_settings: HttpRegisterSettings, wire: Wire, status: int, cause: Cause
) -> None:
    headers = {"location": "http://127.0.0.1:1/"}
    wire.replayed = Recorded(status, headers, b'{"result": "MATCH"}')
    answer = await _verify(http_settings, wire)
    assert (answer.result, answer.cause) == (UNAVAILABLE, cause)
    assert len(wire.requests) == 1


async def test_an_oversized_reply_is_not_read(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    wire.replayed = Recorded(200, {}, b" " * 20_000)
    answer = await _verify(http_settings, wire)
    assert (answer.result, answer.cause) == (UNAVAILABLE, Cause.MALFORMED)


async def test_another_secret_or_a_wrong_clock_is_told_from_an_outage_of_the_network(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    secret = SecretStr("another-secret-of-forty-characters-xxxxx")
    answer = await _verify(http_settings, wire, secret=secret)
    assert (answer.result, answer.cause) == (UNAVAILABLE, Cause.NOT_AUTHORISED)
    late = ManualClock(NOW)
    late.advance(301)
    async with httpx2.AsyncClient(transport=wire) as client:
        answer = await HttpPopulationRegister(http_settings, client, late).verify(claim(*ZHANG_WEI))
    assert (answer.result, answer.cause) == (UNAVAILABLE, Cause.NOT_AUTHORISED)


async def test_a_repeated_nonce_of_our_own_is_refused_and_not_a_match(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    fixed = (f"request-{n:016d}" if n % 2 == 0 else "n" * 32 for n in count())
    async with httpx2.AsyncClient(transport=wire) as client:
        register = HttpPopulationRegister(
            http_settings, client, ManualClock(NOW), random_token=lambda: next(fixed)
        )
        first = await register.verify(claim(*ZHANG_WEI))
        second = await register.verify(claim(*ZHANG_WEI))
    assert first.result is RegisterResult.MATCH
    assert (second.result, second.cause) == (UNAVAILABLE, Cause.NOT_AUTHORISED)


async def test_nobody_listening_is_an_outage_and_opens_the_circuit(wire: Wire) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings = HttpRegisterSettings(
            base_url=f"http://127.0.0.1:{unused.getsockname()[1]}",
            key_id="tongxing",
            secret=SecretStr("x" * 40),
        )
        async with _register(settings, wire) as register:
            answers = [await register.verify(claim(*ZHANG_WEI)) for _ in range(6)]
    assert [a.cause for a in answers] == [Cause.NOT_REACHED] * 5 + [Cause.CIRCUIT_OPEN]
    assert len(wire.requests) == 10, "the sixth question was not sent"


async def test_refused_questions_and_mismatches_leave_the_circuit_closed(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    async with _register(http_settings, wire) as register:
        for _ in range(7):
            answer = await register.verify(claim(ZHANG_WEI[0], "李四"))
            assert answer.result is RegisterResult.MISMATCH


async def test_a_register_with_faults_switched_off_ignores_the_header(
    http_settings: HttpRegisterSettings, wire: Wire
) -> None:
    with running_register(ManualClock(NOW), faults_enabled=False) as url:
        answer = await _verify(http_settings, wire, "500", base_url=url)
    assert answer.result is RegisterResult.MATCH


@pytest.mark.parametrize(
    "url",
    ["http://register.example", "ftp://127.0.0.1", "https://user:pw@register.example", "https://"],
)
def test_an_unprotected_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        HttpRegisterSettings(base_url=url, key_id="tongxing", secret=SecretStr("x" * 40))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValidationError):
        HttpRegisterSettings(
            base_url="https://register.example", key_id="tongxing", secret=SecretStr("short")
        )
