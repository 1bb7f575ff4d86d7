"""Applying a client file: validated as a whole, idempotent, effective everywhere within seconds."""

from __future__ import annotations

from typing import Any

import pytest

from idp.audit.service import AuditLog
from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.directory import MAX_AGE, ClientDirectory
from idp.client_registry.errors import ClientMetadataError
from idp.client_registry.promises import RegistrationRules
from idp.client_registry.secrets import ClientSecrets
from idp.client_registry.service import Change, ClientRegistry, parse_registration
from idp.clock import ManualClock
from idp.storage.database import Database
from tests.contracts.rooms import ROOT, START

TAX: dict[str, Any] = {
    "client_id": "tax",
    "client_name": "税务",
    "redirect_uris": ["https://tax.example/cb"],
    "scope": "openid profile",
}
SANDBOX = RegistrationRules(allow_http=True)
SECRET = "s" * 43


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def registry(clock: ManualClock) -> ClientRegistry:
    return ClientRegistry(AuditLog(ROOT, clock, lambda: None), ClientSecrets(ROOT), clock)


async def apply(
    database: Database,
    registry: ClientRegistry,
    *documents: dict[str, Any],
    secret: str | None = SECRET,
    prune: bool = False,
) -> list[Change]:
    items = [parse_registration(document, secret, RegistrationRules()) for document in documents]
    async with database.write() as transaction:
        return await registry.apply(transaction, items, prune=prune)


async def test_applying_the_same_file_twice_changes_nothing(
    database: Database, registry: ClientRegistry
) -> None:
    assert [c.kind for c in await apply(database, registry, TAX)] == ["create"]
    assert [c.kind for c in await apply(database, registry, TAX)] == ["unchanged"]


async def test_a_changed_member_is_named_with_both_values(
    database: Database, registry: ClientRegistry
) -> None:
    await apply(database, registry, TAX)
    (change,) = await apply(database, registry, {**TAX, "client_name": "税务局"})
    assert change.kind == "update"
    assert change.members == {"client_name": ("税务", "税务局")}


async def test_a_secret_is_made_once_when_the_file_gives_none(
    database: Database, registry: ClientRegistry
) -> None:
    (made,) = await apply(database, registry, TAX, secret=None)
    assert made.issued_secret is not None
    assert len(made.issued_secret) == 43
    (again,) = await apply(database, registry, TAX, secret=None)
    assert again.kind == "unchanged"
    assert again.issued_secret is None


async def test_a_disabled_client_is_gone_from_every_directory_within_five_seconds(
    database: Database, registry: ClientRegistry, clock: ManualClock
) -> None:
    await apply(database, registry, TAX)
    directory = ClientDirectory(database, clock)
    assert await directory.find("tax")
    clock.advance(1)
    (change,) = await apply(database, registry, prune=True)
    assert change.kind == "disable"
    clock.advance(MAX_AGE.total_seconds() + 0.1)
    assert MAX_AGE.total_seconds() < 5
    assert await directory.find("tax") is None


async def test_a_changed_client_is_met_anew_within_five_seconds(
    database: Database, registry: ClientRegistry, clock: ManualClock
) -> None:
    await apply(database, registry, TAX)
    directory = ClientDirectory(database, clock)
    await directory.find("tax")
    clock.advance(1)
    await apply(database, registry, {**TAX, "redirect_uris": ["https://tax.example/new"]})
    clock.advance(MAX_AGE.total_seconds() + 0.1)
    client = await directory.find("tax")
    assert client is not None
    assert client.has_redirect_uri("https://tax.example/new")
    assert not client.has_redirect_uri("https://tax.example/cb")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("redirect_uris", ["http://tax.example/cb"]),
        ("redirect_uris", ["https://tax.example/cb#fragment"]),
        ("redirect_uris", ["https://user:pw@tax.example/cb"]),
        ("redirect_uris", ["https://*.tax.example/cb"]),
        ("redirect_uris", ["/cb"]),
        ("redirect_uris", ["javascript:alert(1)"]),
        ("redirect_uris", []),
        ("redirect_uris", ["https://a.example/cb", "https://b.example/cb"]),
        ("backchannel_logout_uri", "http://tax.example/logout"),
        ("post_logout_redirect_uris", ["ftp://tax.example/"]),
        ("initiate_login_uri", "http://tax.example/initiate"),
        ("grant_types", ["password"]),
        ("grant_types", ["refresh_token"]),
        ("response_types", ["token"]),
        ("response_types", []),
        ("backchannel_logout_session_required", True),
        ("token_endpoint_auth_method", "plain"),
        ("id_token_signed_response_alg", "none"),
        ("scope", "profile"),
        ("is_admin", True),
        ("client_id", "a b"),
    ],
)
async def test_an_unacceptable_registration_names_the_member(member: str, value: object) -> None:
    with pytest.raises(ClientMetadataError):
        parse_registration({**TAX, member: value}, SECRET, RegistrationRules())


async def test_http_is_for_loopback_hosts_of_a_sandbox_only() -> None:
    document = {**TAX, "redirect_uris": ["http://localhost:9/cb"]}
    parse_registration(document, SECRET, SANDBOX)
    with pytest.raises(ClientMetadataError):
        parse_registration(document, SECRET, RegistrationRules())


SINGLE_URIS = [
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "initiate_login_uri",
    "backchannel_logout_uri",
    "jwks_uri",
    "sector_identifier_uri",
]


@pytest.mark.parametrize("application_type", ["web", "native"])
@pytest.mark.parametrize("member", SINGLE_URIS)
@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "cn.example.tax:/about",
        "http://tax.example/",
        "http://localhost.evil.example/",
        "http://localhost:9/",
        "https:///path",
        "https://user@tax.example/",
        "//tax.example/",
        "/about",
    ],
)
async def test_what_becomes_a_link_or_a_request_is_https(
    member: str, uri: str, application_type: str
) -> None:
    document = {**TAX, "application_type": application_type, member: uri}
    with pytest.raises(ClientMetadataError, match=f"^{member}: "):
        parse_registration(document, SECRET, RegistrationRules())
    if uri != "http://localhost:9/":
        with pytest.raises(ClientMetadataError, match=f"^{member}: "):
            parse_registration(document, SECRET, SANDBOX)


@pytest.mark.parametrize("member", SINGLE_URIS)
async def test_https_is_a_web_address_and_http_on_loopback_in_a_sandbox(member: str) -> None:
    parse_registration({**TAX, member: "https://tax.example/a?b=c"}, SECRET, RegistrationRules())
    for host in ("localhost:9", "127.0.0.1", "[::1]:8"):
        parse_registration({**TAX, member: f"http://{host}/"}, SECRET, SANDBOX)


def test_every_uri_member_is_among_them() -> None:
    """A member added later is checked too, because it ends like these."""
    members = {name for name in ClientMetadata.model_fields if "uri" in name}
    others = {"redirect_uris", "post_logout_redirect_uris", "request_uris"}
    # On the host of a redirect URI besides; the last one is a name in a certificate.
    others |= {"frontchannel_logout_uri", "tls_client_auth_san_uri"}
    assert members == {*SINGLE_URIS, *others}


async def test_a_session_in_logout_tokens_may_be_demanded_where_they_are_delivered() -> None:
    uri = "https://tax.example/backchannel"
    document = {**TAX, "backchannel_logout_uri": uri, "backchannel_logout_session_required": True}
    assert parse_registration(document, SECRET, RegistrationRules())


async def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ClientMetadataError):
        parse_registration(TAX, "short", RegistrationRules())


async def test_what_was_granted_before_a_client_was_disabled_counts_no_more(
    database: Database, registry: ClientRegistry, clock: ManualClock
) -> None:
    await apply(database, registry, TAX)
    granted_at = clock.now()
    clock.advance(1)
    await apply(database, registry, prune=True)
    clock.advance(1)
    await apply(database, registry, TAX)
    client = await ClientDirectory(database, clock).find("tax")
    assert client is not None
    assert not client.may_use(granted_at)
    assert client.may_use(clock.now())


async def test_a_renewed_secret_replaces_the_old_one(
    database: Database, registry: ClientRegistry
) -> None:
    await apply(database, registry, TAX)
    async with database.write() as transaction:
        renewed = await registry.renew_secret(transaction, "tax")
    client = await ClientDirectory(database, ManualClock(START)).find("tax")
    assert client is not None
    secrets = ClientSecrets(ROOT)
    assert secrets.is_right("tax", renewed, client.secret_hash)
    assert not secrets.is_right("tax", SECRET, client.secret_hash)


async def test_a_client_that_is_gone_has_no_secret_to_renew(
    database: Database, registry: ClientRegistry
) -> None:
    await apply(database, registry, TAX)
    async with database.write() as transaction:
        assert await registry.disable(transaction, "tax")
        assert not await registry.disable(transaction, "tax")
        assert not await registry.disable(transaction, "unknown")
    with pytest.raises(ClientMetadataError):
        async with database.write() as transaction:
            await registry.renew_secret(transaction, "tax")
