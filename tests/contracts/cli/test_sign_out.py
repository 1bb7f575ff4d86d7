"""What administrators do about people's sessions, by the real commands on a real database."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from idp.accounts.models import natural_persons
from idp.cli.opening import prepare
from idp.crypto.identifiers import new_id
from idp.services.wiring import Services, build_services
from idp.sessions.service import Authentication
from idp.settings import Settings
from idp.storage.database import Transaction
from idp.tokens.family import TokenFamily
from idp.tokens.principal_repository import claim_authorization
from tests.contracts.cli.conftest import Done
from tests.protocol.receiver import Receiver, receiving

Idp = Callable[..., Done]
PHONE, ID_NUMBER = "13800000001", "100000199003077711"
ACCOUNTS = f"""
- phone: "{PHONE}"
  password: purple-kettle-river-91
  name: 张三
  id_number: "{ID_NUMBER}"
"""
CLIENTS = """
clients:
  - client_id: told-portal
    client_name: 甲
    redirect_uris: ["{origin}/callback"]
    backchannel_logout_uri: {origin}/backchannel
"""


@dataclass(frozen=True)
class Home:
    """An embedded home with one person who is signed in on two devices, and a portal that both
    went to, once for a token that outlives the session."""

    folder: Path
    account_id: str
    receiver: Receiver

    def column(self, query: str) -> list[str]:
        with closing(sqlite3.connect(self.folder / "home" / "tongxing.db")) as link:
            return [row[0] for row in link.execute(query).fetchall()]

    def open_families(self) -> list[int]:
        return [int(value) for value in self.column(
            "SELECT is_offline FROM token_families WHERE revoked_at IS NULL ORDER BY is_offline"
        )]  # fmt: skip

    def live_sessions(self) -> int:
        return len(self.column("SELECT id FROM sessions WHERE ended_at IS NULL"))


@pytest.fixture
def home(idp: Idp, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("IDP_OUTBOUND__ALLOW_HOSTS", '["127.0.0.1"]')
    monkeypatch.setenv("IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK", "true")
    with receiving() as receiver:
        (folder / "clients.yaml").write_text(CLIENTS.format(origin=receiver.url), encoding="utf-8")
        (folder / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
        applied = idp("clients", "apply", str(folder / "clients.yaml"), "--yes")
        assert applied.status == 0, applied.err
        assert idp("accounts", "import", str(folder / "accounts.yaml")).status == 0
        yield Home(folder, asyncio.run(_sign_in_twice()), receiver)


async def _sign_in_twice() -> str:
    services = build_services(await prepare(Settings()))
    await services.keys.ensure()
    try:
        async with services.database.write() as transaction:
            found = await transaction.execute(select(natural_persons.c.id))
            account_id = str(found.scalar_one())
            for offline in (False, True):
                await _enter(services, transaction, account_id, offline)
        return account_id
    finally:
        await services.close()


async def _enter(
    services: Services, transaction: Transaction, account_id: str, offline: bool
) -> None:
    now = services.clock.now()
    proof = Authentication(account_id, "urn:tongxing:acr:l2", ("pwd",), now)
    started = await services.sessions.start(transaction, proof, "device")
    family = TokenFamily(
        id=new_id(),
        account_id=account_id,
        session_id=started.session.id,
        client_id="told-portal",
        scope="openid",
        resources=(),
        userinfo_claims=(),
        id_token_claims=(),
        acr=proof.acr,
        amr=proof.amr,
        auth_time=now,
        created_at=now,
        generation=0,
        rotated_at=None,
        is_offline=offline,
        idle_expires_at=now + timedelta(days=1),
        absolute_expires_at=now + timedelta(days=1),
        revoked_at=None,
    )
    is_ours, _ = await claim_authorization(transaction, family.as_row(new_id()), now)
    assert is_ours


def test_a_person_is_signed_out_everywhere_and_the_portals_are_told(idp: Idp, home: Home) -> None:
    """R28, R29: sessions, tokens, back channel and audit, as for any other logout."""
    done = idp("accounts", "sign-out", "--phone", PHONE)
    assert done.status == 0, done.err
    assert done.out == "2 sessions ended, 2 portals told or to be told.\n"
    assert home.live_sessions() == 0
    assert home.column("SELECT DISTINCT end_reason FROM sessions") == ["administrator"]
    assert home.open_families() == [1], "what outlives sessions was not asked for"
    tokens = [jwt.decode(token, asyncio.run(_keys())).claims for token in home.receiver.tokens()]
    assert len({claims["sid"] for claims in tokens}) == 2
    assert len({claims["sub"] for claims in tokens}) == 1
    tags = home.column("SELECT tag FROM audit_events")
    assert tags.count("session:browser:ended") == 2
    assert tags.count("logout:client:delivered") == 2
    assert idp("audit", "verify").status == 0


async def _keys() -> KeySet:
    services = build_services(await prepare(Settings()))
    try:
        await services.keys.refresh()
        return KeySet.import_key_set(services.keys.jwks())  # type: ignore[arg-type]
    finally:
        await services.close()


def test_offline_access_ends_only_when_that_is_asked_for(idp: Idp, home: Home) -> None:
    assert idp("accounts", "sign-out", "--account-id", home.account_id).status == 0
    assert home.open_families() == [1]
    again = idp("accounts", "sign-out", "--account-id", home.account_id, "--with-offline")
    assert again.out == "0 sessions ended, 0 portals told or to be told.\n"
    assert home.open_families() == []
    assert "administrator" in home.column("SELECT DISTINCT revoke_reason FROM token_families")


def test_a_number_can_be_kept_out_of_the_shells_history(
    idp: Idp, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ID_NUMBER}\n"))
    assert idp("accounts", "sign-out", "--username", "-").status == 0
    assert home.live_sessions() == 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), 2),
        (("--phone", PHONE, "--account-id", "0" * 32), 2),
        (("--phone", "13800000002"), 1),
        (("--username", "nobody"), 1),
        (("--account-id", "0" * 32), 1),
        (("--account-id", "x" * 500), 1),
    ],
)
def test_nobody_else_is_signed_out(
    idp: Idp, home: Home, arguments: tuple[str, ...], status: int
) -> None:
    refused = idp("accounts", "sign-out", *arguments)
    assert refused.status == status
    assert refused.err.splitlines()[-1].startswith("idp: ")
    assert "1380000" not in refused.err
    assert home.live_sessions() == 2
    assert home.receiver.forms == []


def test_an_operator_sees_what_became_of_a_clients_logouts(idp: Idp, home: Home) -> None:
    assert "delivered" not in idp("clients", "deliveries", "told-portal").out
    home.receiver.statuses = [500]
    idp("accounts", "sign-out", "--phone", PHONE)
    shown = idp("clients", "deliveries", "told-portal")
    assert shown.status == 0
    states = sorted(line.split()[2] for line in shown.out.splitlines()[1:] if line.strip())
    assert states == ["delivered", "pending"]
    assert len(idp("clients", "deliveries", "told-portal", "--limit", "1").out.splitlines()) == 2
    assert "delivered" not in idp("clients", "deliveries", "another").out
    assert idp("clients", "deliveries", "told-portal", "--days", "0").status == 2
