"""Clients of an operator's file, as static plans have them: the file is that of the page."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from idp.cli.client_file import read_client_file
from tests.protocol.certification.judgement import (
    CLAIMS_OF_SCOPES,
    judge_id_token,
    judge_placement,
    judge_success,
    judge_token_error,
    judge_userinfo,
)
from tests.protocol.certification.page import Certification
from tests.protocol.certification.suite_client import RESPONSE_TYPES, Suite, SuiteClient

SECRETS = ("first secret of the certification", "second secret of the certification")


@pytest.fixture
def clients(suite: Suite, certification: Certification) -> list[SuiteClient]:
    """The two clients of the page."""
    made = []
    for entry, secret in zip(certification.clients, SECRETS, strict=True):
        suite.provider.register(entry, secret)
        made.append(SuiteClient(suite.provider.url, dict(entry), secret, suite.http))
    return made


def test_the_file_of_the_page_is_accepted_by_the_command_line(
    suite: Suite, certification: Certification, tmp_path: Path
) -> None:
    """15. OpenID Connect Registration section 2: the same members, registered by an operator."""
    file = tmp_path / "clients.yaml"
    file.write_text(yaml.safe_dump({"clients": certification.clients}), encoding="utf-8")
    rules = suite.provider.services.settings.registration_rules
    assert len(read_client_file(file, {}, rules)) == 2


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_a_static_client_gets_every_response_type_without_pkce_and_with_all_claims(
    suite: Suite, clients: list[SuiteClient], response_type: str
) -> None:
    """2. OpenID Connect Core sections 3.1 to 3.3; 17, 27, 31, 37 for the second one's method and
    query."""
    for client in clients:
        callback = suite.authorize(
            client, response_type=response_type, scope="openid profile email address phone"
        )
        judge_success(callback, client, response_type, callback["state"])
        judge_placement(callback, client.redirect_uri, "?" if response_type == "code" else "#")
        if "code" not in response_type.split():
            continue
        tokens = client.tokens(callback["code"])
        judge_id_token(client.claims(tokens.id_token), client, suite.now)
        body = client.userinfo(tokens.access_token).json()
        judge_userinfo(body, suite.now)
        assert body.keys() == frozenset({"sub"}).union(*CLAIMS_OF_SCOPES.values())


def test_static_clients_do_not_share_refresh_tokens(
    suite: Suite, clients: list[SuiteClient]
) -> None:
    """39. RFC 6749 sections 6 and 5.2."""
    first, second = clients
    judge_token_error(second.refresh(suite.enter(first).refresh_token), "invalid_grant")
