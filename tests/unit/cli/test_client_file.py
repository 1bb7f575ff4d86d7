"""A client file is accepted as a whole or refused with every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.cli.client_file import ClientFileError, read_client_file
from idp.client_registry.promises import RegistrationRules

GOOD = """
clients:
  - client_id: good-portal
    client_name: 示例
    redirect_uris: ["https://portal.example.gov.cn/callback"]
"""
SECRET = "s" * 40


def read(folder: Path, text: str, **environment: str) -> list[str]:
    """Return the complaints about a file with this text."""
    file = folder / "clients.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        read_client_file(file, environment, RegistrationRules())
    except ClientFileError as error:
        return error.complaints
    return []


def test_the_sample_portals_file_is_acceptable() -> None:
    sample = Path(__file__).parents[3] / "clients" / "portals" / "clients.yaml"
    secrets = {"TAX_CLIENT_SECRET": SECRET, "SOCIAL_CLIENT_SECRET": SECRET}
    tax, social = read_client_file(sample, secrets, RegistrationRules(allow_http=True))
    assert {claim.name for claim in tax.metadata.claims} == {
        "name",
        "identity_document",
        "phone_number",
    }
    assert all(claim.legal_basis == "statutory" for claim in social.metadata.claims)
    assert SECRET not in repr((tax, social))


def test_secrets_come_from_a_file_beside_it_or_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    file = tmp_path / "clients.yaml"
    for member in ("client_secret_file: secret", "client_secret_env: PORTAL_SECRET"):
        file.write_text(GOOD + f"    {member}\n", encoding="utf-8")
        [one] = read_client_file(file, {"PORTAL_SECRET": SECRET}, RegistrationRules())
        assert one.secret == SECRET


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("clients: {}", "must hold one list"),
        ("other: []", "must hold one list"),
        ("clients:\n  - [", "cannot be read as YAML (line"),
        ("clients: [3]", "client 1: must be a mapping"),
        (GOOD + "    is_admin: true\n", "good-portal: is_admin"),
        (GOOD + "    client_secret_env: NOT_SET\n", "NOT_SET is not set"),
        (GOOD + "    client_secret_file: nowhere\n", "nowhere cannot be read"),
        (GOOD + "    client_secret_file: a\n    client_secret_env: B\n", "exclude each other"),
        (GOOD + "    scope: openid everything\n", "there is no scope everything"),
        (GOOD + "    claims: [{name: blood, purpose: 研究}]\n", "there is no claim blood"),
        (GOOD.replace("https", "http"), "must be https"),
        (GOOD + GOOD.replace("clients:\n", ""), "good-portal: appears twice"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    assert any(complaint in one for one in read(tmp_path, text))


def test_all_faulty_entries_are_named_at_once(tmp_path: Path) -> None:
    text = "clients:\n  - {client_id: one-portal}\n  - {client_id: two-portal}\n"
    assert [one.split(":")[0] for one in read(tmp_path, text)] == ["one-portal", "two-portal"]


def test_a_short_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    [complaint] = read(tmp_path, GOOD + "    client_secret_env: S\n", S="hunter2")
    assert "client_secret" in complaint
    assert "hunter2" not in complaint
