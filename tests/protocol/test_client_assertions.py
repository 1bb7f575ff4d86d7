"""`private_key_jwt` and `client_secret_jwt`, as RFC 7523 and OpenID Connect Core section 9 have
them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idp.audit.tags import Tag
from idp.client_registry.errors import ClientMetadataError
from tests.protocol.assertions import Signer, accepted, ask, jwks, new_key
from tests.protocol.browser import Callback
from tests.protocol.conftest import NewPortal, NewSigner
from tests.protocol.relying_party import RelyingParty, Tokens, basic
from tests.protocol.surface import census
from tests.protocol.test_audit import tags
from tests.protocol.test_client_authentication import refused
from tests.provider import RunningProvider

Authorize = Callable[..., Callback]


@pytest.mark.parametrize("alg", ["ES256", "PS256", "RS256", "EdDSA", "Ed25519"])
def test_an_assertion_signed_with_each_algorithm_redeems_a_code(
    new_signer: NewSigner, authorize: Authorize, alg: str
) -> None:
    portal = new_signer(alg).portal
    assert portal.exchange(authorize(portal)["code"]).status_code == 200


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_an_assertion_with_a_mac_by_the_secret_redeems_a_code(
    with_secret: NewSigner, authorize: Authorize, alg: str
) -> None:
    portal = with_secret(alg).portal
    assert portal.exchange(authorize(portal)["code"]).status_code == 200


def test_the_neighbours_of_the_token_endpoint_take_assertions_too(
    signer: Signer, enter: Callable[..., Tokens]
) -> None:
    """OpenID Connect Core section 9, RFC 7009 section 2.1."""
    tokens = enter(signer.portal)
    assert signer.portal.introspect(tokens.access_token)["active"]
    assert signer.portal.post("/revoke", token=tokens.access_token).status_code == 200
    assert not signer.portal.introspect(tokens.access_token)["active"]


def test_a_client_id_beside_the_assertion_has_to_be_the_same(signer: Signer) -> None:
    """RFC 7521 section 4.2."""
    accepted(ask(signer, {**signer.form(), "client_id": signer.portal.client_id}))
    other = ask(signer, {**signer.form(), "client_id": "another"})
    assert (other.status_code, other.json()["error"]) == (400, "invalid_request")


def test_issuer_and_subject_are_the_client(signer: Signer, portal: RelyingParty) -> None:
    """RFC 7523 section 3."""
    for changes in (
        {"iss": "another"},
        {"sub": "another"},
        {"iss": None},
        {"sub": None},
        {"iss": portal.client_id, "sub": portal.client_id},
        {"iss": "nobody", "sub": "nobody"},
        {"iss": "no\x00body", "sub": "no\x00body"},
        {"iss": [signer.portal.client_id], "sub": [signer.portal.client_id]},
    ):
        refused(ask(signer, signer.form(**changes)))


def test_the_assertion_type_is_exactly_the_one_of_jwt_bearers(signer: Signer) -> None:
    """RFC 7523 section 2.2."""
    fields = signer.form()
    for value in ("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "jwt-bearer", ""):
        refused(ask(signer, {**fields, "client_assertion_type": value}))
    refused(ask(signer, {"client_assertion": fields["client_assertion"]}))
    refused(ask(signer, {"client_assertion_type": fields["client_assertion_type"]}))
    accepted(ask(signer, fields))


@pytest.mark.parametrize("endpoint", ["", "/token", "/introspect"])
def test_the_audience_may_be_the_issuer_or_the_endpoint(
    provider: RunningProvider, signer: Signer, endpoint: str
) -> None:
    """OpenID Connect Core section 9; RFC 7523 section 3."""
    audience = provider.url + endpoint
    accepted(ask(signer, signer.form(aud=audience)))
    accepted(ask(signer, signer.form(aud=["https://other.example", audience])))


def test_an_audience_that_is_not_ours_is_refused(provider: RunningProvider, signer: Signer) -> None:
    for audience in (
        None,
        "",
        [],
        "https://other.example",
        provider.url + "/",
        provider.url + "/revoke",
        provider.url + "/introspection",
        provider.url.upper(),
        {provider.url: 1},
        f"{provider.url} {provider.url}/token",
    ):
        refused(ask(signer, signer.form(aud=audience)))


def test_unless_a_client_is_named_the_audience_is_the_issuer_alone(
    provider: RunningProvider, new_signer: NewSigner
) -> None:
    """R18, FAPI 2.0 Security Profile section 5.3.2.1: a string, and nothing else."""
    signer = new_signer()
    accepted(ask(signer, signer.form()))
    for audience in ([provider.url], provider.url + "/token", provider.url + "/introspect", None):
        refused(ask(signer, signer.form(aud=audience)))


def test_an_assertion_has_its_time(provider: RunningProvider, signer: Signer) -> None:
    """RFC 7523 section 3: `exp` is required; `nbf` and `iat` are looked at when they are there."""
    now = int(provider.clock.now().timestamp())
    for good in (
        {"exp": now - 9},
        {"exp": now + 3600},
        {"exp": now + 60.5},
        {"iat": now + 60, "nbf": now + 60},
        {"iat": None},
        {"iat": now - 86400},
    ):
        accepted(ask(signer, signer.form(**good)))
    for bad in (
        {"exp": None},
        {"exp": now - 10},
        {"exp": now + 3661},
        {"exp": 10**400},
        {"exp": -1},
        {"exp": str(now + 60)},
        {"exp": True},
        {"exp": [now + 60]},
        {"iat": now + 61},
        {"nbf": now + 61},
        {"iat": str(now)},
        {"nbf": False},
    ):
        refused(ask(signer, signer.form(**bad)))


def test_unless_a_client_is_named_it_may_not_sign_for_longer_than_five_minutes(
    provider: RunningProvider, new_signer: NewSigner
) -> None:
    """R18."""
    signer = new_signer()
    now = int(provider.clock.now().timestamp())
    accepted(ask(signer, signer.form(exp=now + 300)))
    refused(ask(signer, signer.form(exp=now + 361)))


def test_an_assertion_is_good_once(signer: Signer) -> None:
    """RFC 7523 section 3, item 7."""
    fields = signer.form()
    accepted(ask(signer, fields))
    refused(ask(signer, fields))
    again = signer.form(jti="named", iat=None)
    accepted(ask(signer, again))
    refused(ask(signer, signer.form(jti="named")))


def test_an_assertion_stays_spent_for_as_long_as_it_could_be_accepted(
    provider: RunningProvider, signer: Signer
) -> None:
    now = int(provider.clock.now().timestamp())
    fields = signer.form(exp=now + 600)
    accepted(ask(signer, fields))
    provider.clock.advance(605)
    refused(ask(signer, fields))
    provider.clock.advance(-605)


def test_two_clients_may_choose_the_same_identifier(new_signer: NewSigner) -> None:
    first, second = new_signer(), new_signer()
    accepted(ask(first, first.form(jti="1")))
    accepted(ask(second, second.form(jti="1")))


def test_an_assertion_needs_an_identifier_of_a_sensible_length(signer: Signer) -> None:
    for jti in (None, "", 7, "x" * 257, ["x"]):
        refused(ask(signer, signer.form(jti=jti)))
    accepted(ask(signer, signer.form(jti="令" * 256)))


def test_an_assertion_is_spent_although_the_request_fails(signer: Signer) -> None:
    """It may have been seen on the way."""
    fields = signer.form()
    wrong = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "http://x", **fields}
    response = signer.portal.http.post("/token", data=wrong)
    assert response.json()["error"] == "invalid_grant"
    refused(ask(signer, fields))


def test_a_forged_assertion_spends_nothing(provider: RunningProvider, signer: Signer) -> None:
    """Else anybody who guesses a `jti` could keep a client out."""
    before = census(provider)["used_jwt_ids"]
    forger = Signer(signer.portal, provider.clock, new_key("ES256", "first"))
    refused(ask(signer, forger.form(jti="next")))
    assert census(provider)["used_jwt_ids"] == before
    accepted(ask(signer, signer.form(jti="next")))


def test_an_assertion_beside_other_credentials_is_refused(signer: Signer) -> None:
    """RFC 6749 section 2.3."""
    headers = basic(signer.portal.client_id, "x" * 43)
    data = {"token": "unknown", **signer.form()}
    response = signer.portal.http.post("/introspect", data=data, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    data = {"client_id": signer.portal.client_id, "client_secret": "x" * 43, **signer.form()}
    assert ask(signer, data).json()["error"] == "invalid_request"
    refused(ask(signer, {"client_secret": "x" * 43, **signer.form()}))


def test_only_the_registered_method_counts(
    provider: RunningProvider,
    new_portal: NewPortal,
    new_signer: NewSigner,
    with_secret: NewSigner,
) -> None:
    """R24: an assertion is of the method that its algorithm belongs to."""
    key = new_key("ES256", "first")
    by_secret = with_secret(jwks=jwks(key))
    refused(ask(by_secret, Signer(by_secret.portal, provider.clock, key).form()))
    by_basic = new_portal(jwks=jwks(key))
    refused(ask(by_secret, Signer(by_basic, provider.clock, key).form()))
    by_key = new_signer()
    refused(ask(by_key, {"client_id": by_key.portal.client_id}))
    headers = basic(by_key.portal.client_id, "x" * 43)
    refused(by_key.portal.http.post("/introspect", data={"token": "x"}, headers=headers))


def test_only_the_registered_algorithm_counts(new_signer: NewSigner) -> None:
    """OpenID Connect Registration section 2, token_endpoint_auth_signing_alg."""
    signer = new_signer("RS256", token_endpoint_auth_signing_alg="PS256")
    refused(ask(signer, signer.form()))
    signer.alg = "PS256"
    accepted(ask(signer, signer.form()))


def test_a_client_without_keys_cannot_be_registered(new_portal: NewPortal) -> None:
    with pytest.raises(ClientMetadataError, match="jwks"):
        new_portal(token_endpoint_auth_method="private_key_jwt")


def test_refusals_are_in_the_audit_and_assertions_in_no_log(
    provider: RunningProvider, signer: Signer
) -> None:
    fields = signer.form(aud="https://other.example")
    refused(ask(signer, fields))
    accepted(ask(signer, good := signer.form()))
    logged = provider.log.read_text(encoding="utf-8")
    for sent in (fields, good):
        for part in sent["client_assertion"].split(".")[1:]:
            assert part not in logged
    [line] = [
        line
        for line in provider.log_lines()
        if line.get("event") == "client_refused"
        and line.get("client_id") == signer.portal.client_id
    ]
    assert line["reason"] == "aud names neither the issuer nor the endpoint"
    assert tags(provider, signer.portal.client_id).count(Tag.CLIENT_REFUSED.value) == 1
