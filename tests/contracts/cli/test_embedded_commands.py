"""What operators do with an embedded home, by the real commands on a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.contracts.cli.conftest import Done

Idp = Callable[..., Done]
CLIENTS = """
clients:
  - client_id: alpha-portal
    client_name: 甲
    redirect_uris: ["https://alpha.example.gov.cn/callback"]
  - client_id: beta-portal
    client_name: 乙
    redirect_uris: ["https://beta.example.gov.cn/callback"]
"""
ACCOUNTS = """
- phone: "13800000001"
  password: purple-kettle-river-91
  name: 张三
  id_number: "100000199003077711"
"""


def change_database(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "home" / "tongxing.db")) as link, link:
        for table in ("audit_events", "audit_checkpoints"):
            for act in ("update", "delete"):
                link.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
        assert link.execute(statement).rowcount > 0


@pytest.fixture
def clients_file(folder: Path) -> Path:
    file = folder / "clients.yaml"
    file.write_text(CLIENTS, encoding="utf-8")
    return file


def test_applying_a_client_file_again_changes_nothing(idp: Idp, clients_file: Path) -> None:
    first = idp("clients", "apply", str(clients_file), "--yes")
    assert first.status == 0
    assert first.out.count("client_secret of ") == 2
    again = idp("clients", "apply", str(clients_file), "--yes")
    assert again.status == 0
    assert "Nothing to change." in again.out
    assert "client_secret of " not in again.out
    listed = idp("clients", "list")
    assert "alpha-portal" in listed.out
    assert "beta-portal" in listed.out


def test_a_dry_run_shows_and_changes_nothing(idp: Idp, clients_file: Path) -> None:
    shown = idp("clients", "apply", str(clients_file), "--dry-run")
    assert "+ alpha-portal" in shown.out
    assert "portal" not in idp("clients", "list").out


def test_a_changed_member_is_shown_with_both_values(idp: Idp, clients_file: Path) -> None:
    idp("clients", "apply", str(clients_file), "--yes")
    clients_file.write_text(CLIENTS.replace("甲", "丙"), encoding="utf-8")
    shown = idp("clients", "apply", str(clients_file), "--yes")
    assert "client_name: 甲 -> 丙" in shown.out
    assert "= beta-portal" in shown.out


def test_one_faulty_entry_and_nothing_is_changed(idp: Idp, clients_file: Path) -> None:
    clients_file.write_text(CLIENTS.replace("https://beta", "http://beta"), encoding="utf-8")
    refused = idp("clients", "apply", str(clients_file), "--yes")
    assert refused.status == 2
    assert "beta-portal: redirect_uris" in refused.err
    assert "alpha-portal" not in idp("clients", "list").out


def test_pruning_disables_what_the_file_does_not_name(idp: Idp, clients_file: Path) -> None:
    idp("clients", "apply", str(clients_file), "--yes")
    clients_file.write_text(CLIENTS[: CLIENTS.index("  - client_id: beta")], encoding="utf-8")
    idp("clients", "apply", str(clients_file), "--yes")
    assert idp("clients", "list").out.count("active") == 2
    idp("clients", "apply", str(clients_file), "--yes", "--prune")
    assert idp("clients", "list").out.count("disabled") == 1


def test_an_invitation_is_shown_once_and_says_when_it_opens_nothing(idp: Idp, folder: Path) -> None:
    made = idp("clients", "invite", "--uses", "3", "--days", "2", "--note", "甲公司")
    assert made.status == 0
    token = made.out.splitlines()[0].removeprefix("initial access token: ")
    assert len(token) == 43
    assert "opens nothing now" in made.out
    with closing(sqlite3.connect(folder / "home" / "tongxing.db")) as link:
        (row,) = link.execute("SELECT note, uses_left FROM initial_access_tokens").fetchall()
    assert row == ("甲公司", 3)
    assert idp("clients", "invite", "--uses", "0").status == 2
    assert idp("clients", "invite", "--note", "a\nb").status == 2


def test_one_client_is_disabled_or_given_a_new_secret(idp: Idp, clients_file: Path) -> None:
    idp("clients", "apply", str(clients_file), "--yes")
    assert "operator" in idp("clients", "list").out
    renewed = idp("clients", "renew-secret", "alpha-portal")
    assert renewed.out.startswith("client_secret of alpha-portal: ")
    assert idp("clients", "disable", "alpha-portal").status == 0
    assert idp("clients", "list").out.count("disabled") == 1
    assert idp("clients", "disable", "alpha-portal").status == 1
    assert idp("clients", "renew-secret", "alpha-portal").status == 1


def test_keys_are_rotated_and_revoked(idp: Idp) -> None:
    idp("keys", "rotate")
    old = idp("keys", "rotate", "--alg", "ES256", "--announce-seconds", "0").out.split()[1]
    new = idp("keys", "rotate", "--alg", "ES256", "--announce-seconds", "3600").out.split()[1]
    listed = {line.split()[0]: line for line in idp("keys", "list").out.splitlines() if line}
    assert " signs " in listed[old]
    assert " announced " in listed[new]
    assert idp("keys", "revoke", old).status == 0
    assert idp("keys", "revoke", old).status == 1
    assert idp("keys", "revoke", "-no-such-key").status == 1
    assert idp("keys", "rotate", "--alg", "none").status == 2


def test_accounts_are_imported_once(idp: Idp, folder: Path) -> None:
    file = folder / "accounts.yaml"
    file.write_text(ACCOUNTS, encoding="utf-8")
    assert "1 accounts made" in idp("accounts", "import", str(file)).out
    assert "0 accounts made, 1 existed" in idp("accounts", "import", str(file)).out


def test_a_faulty_account_is_named_without_its_values(idp: Idp, folder: Path) -> None:
    file = folder / "accounts.yaml"
    file.write_text(ACCOUNTS.replace("name:", "nome:"), encoding="utf-8")
    refused = idp("accounts", "import", str(file))
    assert refused.status == 2
    assert "nome" in refused.err
    assert "purple" not in refused.err
    assert "张三" not in refused.err


def test_accounts_are_not_made_up_outside_a_sandbox(
    idp: Idp, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "accounts.yaml"
    file.write_text(ACCOUNTS, encoding="utf-8")
    monkeypatch.setenv("IDP_SANDBOX", "false")
    assert idp("accounts", "import", str(file)).status == 2


def test_the_audit_log_of_these_acts_is_whole_until_somebody_touches_it(
    idp: Idp, folder: Path, clients_file: Path
) -> None:
    idp("clients", "apply", str(clients_file), "--yes")
    anchor = idp("audit", "checkpoint").out.split()[-1]
    whole = idp("audit", "verify", "--anchor", anchor)
    assert whole.status == 0
    assert "The audit log is whole." in whole.out
    assert idp("audit", "verify", "--anchor", "ab" * 32).status == 1
    assert idp("audit", "verify", "--anchor", "short").status == 2
    change_database(folder, "UPDATE audit_events SET client_id = 'gamma-portal' WHERE seq = 1")
    damaged = idp("audit", "verify")
    assert damaged.status == 1
    assert "DAMAGED (altered): event 1 of chain " in damaged.out


def test_the_database_says_where_it_is(idp: Idp) -> None:
    assert idp("db", "current").status == 1
    assert idp("db", "upgrade").status == 0
    assert idp("db", "current").status == 0
