"""The simulator over HTTP: refusals first, then both registers, the pages and the process."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import httpx2
import pytest
from pydantic import SecretStr, ValidationError

from idp.clock import ManualClock, epoch_seconds
from idp.proofing.connectors.population_register.wire import Signer
from idp.registers.app import LEGAL_ENTITIES_PATH, POPULATION_PATH, create_app
from idp.registers.settings import RegistersSettings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "tests-only-secret-of-forty-characters-xx"
PERSON = {
    "request_id": "r" * 22,
    "kind": "resident_id",
    "number": "100000199003077711",
    "name": "张伟",
}
ENTITY = {"request_id": "r" * 22, "uscc": "91990000MA0TE5T163", "name": "同行示例科技有限公司"}
HEAD = {"kind": "resident_id", "number": "100000199003077711", "name": "张伟"}


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(RegistersSettings(secret=SecretStr(SECRET)), ManualClock(NOW))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://register") as client:
        yield client


async def _ask(
    client: httpx2.AsyncClient, path: str, question: Mapping[str, object], nonce: str = "n" * 24
) -> httpx2.Response:
    body = json.dumps(question).encode()
    signer = Signer("tongxing", SECRET.encode())
    headers = signer.headers(body, path, epoch_seconds(NOW), nonce)
    return await client.post(path, content=body, headers=headers)


async def test_an_unsigned_question_is_refused(client: httpx2.AsyncClient) -> None:
    response = await client.post(POPULATION_PATH, json=PERSON)
    assert response.status_code == 401
    assert response.json() == {"error": "unauthorised", "reason": "unknown_key"}


async def test_a_replayed_question_is_refused(client: httpx2.AsyncClient) -> None:
    assert (await _ask(client, POPULATION_PATH, PERSON)).status_code == 200
    replayed = await _ask(client, POPULATION_PATH, PERSON)
    assert replayed.json() == {"error": "unauthorised", "reason": "nonce_replayed"}


async def test_an_oversized_body_is_refused(client: httpx2.AsyncClient) -> None:
    response = await _ask(client, POPULATION_PATH, PERSON | {"name": "x" * 5000})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "uscc"}, "kind"),
        ({"kind": "library_card"}, "kind"),
        ({"number": "100000199003077710"}, "invalid_identifier:check_digit"),
        ({"number": "11010519491231002X"}, "invalid_identifier:sandbox_range"),
        ({"name": "张\x00"}, "invalid_name:control_character"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"request_id": "short"}, "request_id"),
        ({"extra": 1}, "extra"),
    ],
)
async def test_a_bad_question_is_refused_without_repeating_its_values(
    client: httpx2.AsyncClient, change: dict[str, object], reason: str
) -> None:
    response = await _ask(client, POPULATION_PATH, PERSON | change)
    assert response.status_code == 400
    assert response.json() == {"error": "bad_request", "reason": reason}
    assert response.headers["x-register-signature"]


async def test_an_unknown_fault_is_refused(client: httpx2.AsyncClient) -> None:
    response = await client.post(POPULATION_PATH, headers={"x-register-fault": "explode"})
    assert response.status_code == 400


async def test_an_answer_holds_neither_the_name_nor_the_number(client: httpx2.AsyncClient) -> None:
    response = await _ask(client, POPULATION_PATH, PERSON)
    assert response.json()["result"] == "MATCH"
    assert PERSON["number"] not in response.text
    assert "张伟" not in response.text


async def test_a_retry_has_the_reference_of_the_first_question(client: httpx2.AsyncClient) -> None:
    first = await _ask(client, POPULATION_PATH, PERSON, "a" * 24)
    retry = await _ask(client, POPULATION_PATH, PERSON, "b" * 24)
    other = await _ask(client, POPULATION_PATH, PERSON | {"name": "李四"}, "c" * 24)
    assert first.json()["reference"] == retry.json()["reference"]
    assert first.json()["reference"] != other.json()["reference"]
    assert first.json()["subject"] != retry.json()["subject"]


@pytest.mark.parametrize(
    ("change", "result", "state"),
    [
        ({"uscc": "91990000MA0TE5T10G"}, "NOT_FOUND", None),
        ({"name": "别家公司"}, "MISMATCH", None),
        ({"head": HEAD | {"name": "王芳"}}, "MISMATCH", "active"),
        ({"head": HEAD | {"number": "10000019900101002X"}}, "MISMATCH", "active"),
        ({}, "MATCH", "active"),
        ({"head": HEAD}, "MATCH", "active"),
        ({"uscc": "91990000MA9T00034J", "name": "归零信息技术有限公司"}, "MATCH", "deregistered"),
        ({"uscc": "91990000MA9T00026P", "name": "旧梦商贸有限公司"}, "MATCH", "revoked"),
        ({"uscc": "91990000MA9T00042D", "name": "南迁物流有限公司"}, "MATCH", "moved_out"),
        (
            {"uscc": "91990000MA9T000508", "name": "待清建筑工程有限公司"},
            "MATCH",
            "in_liquidation",
        ),
        ({"uscc": "91990000MA9T000695", "name": "旧名食品有限公司"}, "MATCH_RECTIFIED", "active"),
    ],
)
async def test_the_legal_entity_register_compares_and_tells_the_state_to_those_who_know_the_name(
    client: httpx2.AsyncClient, change: dict[str, object], result: str, state: str | None
) -> None:
    response = await _ask(client, LEGAL_ENTITIES_PATH, ENTITY | change)
    assert response.json()["result"] == result
    assert response.json().get("state") == state


async def test_the_pages_list_the_personas_and_the_size_of_the_registers(
    client: httpx2.AsyncClient,
) -> None:
    health = (await client.get("/health")).json()
    assert health["status"] == "ok"
    assert health["persons"] > 100_000
    assert health["entities"] > 10_000
    personas = (await client.get("/personas")).json()
    assert personas["persons"][0]["name"] == "张伟"
    assert personas["entities"][0]["head"] == "zhang-wei"


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValidationError):
        RegistersSettings(secret=SecretStr("short"))


async def test_the_simulator_runs_as_a_process_of_its_own() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = (
        "from pydantic import SecretStr; from idp.registers.server import serve;"
        "from idp.registers.settings import RegistersSettings;"
        f"serve('127.0.0.1', {port}, RegistersSettings(secret=SecretStr('{SECRET}')))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    try:
        assert (await _health(f"http://127.0.0.1:{port}/health"))["status"] == "ok"
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) in {0, -15}


async def _health(url: str) -> dict[str, object]:
    async with asyncio.timeout(20), httpx2.AsyncClient(trust_env=False) as client:
        while True:
            try:
                health: dict[str, object] = (await client.get(url)).json()
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)
            else:
                return health
