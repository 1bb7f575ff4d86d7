"""What a stranger registers is refused at once, or works: nothing of it is a surprise later (I10,
R30)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from idp.client_registry.redirect_uris import check_registrable
from idp.middleware.content_security_policy import source_of
from tests.protocol.assertions import Signer, accepted, ask, jwks, new_key
from tests.protocol.browser import Callback
from tests.protocol.documents import serving_documents
from tests.protocol.refusals import not_granted
from tests.protocol.self_registered import Registrar, refused, registering_provider
from tests.provider import RunningProvider

STRANGE_CURVES = [
    {"kty": "EC", "crv": "brainpoolP256r1", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": "", "x": "AA", "y": "AA"},
    {"kty": "OKP", "crv": "P-256", "x": "AA"},
    {"kty": "OKP", "crv": "X255", "x": "AA"},
]
STRANGE_HOSTS = [
    "a..b", "ab.", ".ab", "...", "256.256.256.256", "1.2.3", "127.1", "1.2.3.4.5", "0x7f.1",
    "0x7f000001", "2130706433", "0177.0.0.1", "[v1.a]", "[fe80::1%25eth0]", "a_b", "ab.:443",
]  # fmt: skip
HOSTS = ["a", "a-b.example", "xn--fiq.example", "1.2.3.4", "[::1]", "[2001:db8::1]:8443", "a.b:1"]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with registering_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running


@pytest.fixture
def registrar(provider: RunningProvider, http: httpx2.Client) -> Registrar:
    return Registrar(provider, http)


@pytest.mark.parametrize("key", STRANGE_CURVES, ids=lambda key: f"{key['kty']} {key['crv']}")
def test_a_key_of_an_unknown_curve_is_refused(registrar: Registrar, key: dict[str, Any]) -> None:
    refused(registrar.ask(jwks={"keys": [key]}), "jwks")


def test_and_passed_over_where_it_is_published(registrar: Registrar) -> None:
    """RFC 7517 section 5: who publishes one for somebody else goes on authenticating."""
    key = new_key("ES256", "first")
    with serving_documents() as documents:
        uri = documents.put("/jwks", {"keys": [*STRANGE_CURVES, *jwks(key)["keys"]]})
        client = registrar.register(token_endpoint_auth_method="private_key_jwt", jwks_uri=uri)
        signer = Signer(registrar.party(client), registrar.provider.clock, key)
        accepted(ask(signer, signer.form()))


@pytest.mark.parametrize("host", STRANGE_HOSTS)
@pytest.mark.parametrize(
    "member", ["redirect_uris", "logo_uri", "jwks_uri", "sector_identifier_uri"]
)
def test_a_host_that_is_none_is_not_registered(
    registrar: Registrar, member: str, host: str
) -> None:
    uri = f"https://{host}/x"
    value, error = uri, "invalid_client_metadata"
    if member == "redirect_uris":
        value, error = [uri], "invalid_redirect_uri"
    refused(registrar.ask(**{member: value}), member, error)


@pytest.mark.parametrize("uri", [f"https://{host}/x" for host in HOSTS])
def test_what_is_registered_may_stand_in_a_policy_and_be_fetched(uri: str) -> None:
    check_registrable(uri, native=False, allow_http=False)
    assert source_of(uri)
    assert httpx2.URL(uri).host


def test_an_app_cannot_have_an_endless_scheme(registrar: Registrar) -> None:
    for length in (60, 61):
        scheme = "com." + "a" * (length - 4)
        answer = registrar.ask(application_type="native", redirect_uris=[f"{scheme}:/cb"])
        assert answer.status_code == (201 if length == 60 else 400), answer.text
    assert source_of("com." + "a" * 56 + ":/cb")


def unusable_keys() -> Iterator[tuple[str, dict[str, Any], str]]:
    nowhere = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()
    yield "a point of low order", {"kty": "OKP", "crv": "X25519", "x": nowhere}, "ECDH-ES"
    elliptic = ECKey.generate_key("P-256").as_dict(private=False)
    yield "key_ops that forbid it", {**elliptic, "key_ops": ["verify"]}, "ECDH-ES+A128KW"
    rsa = RSAKey.generate_key(2048).as_dict(private=False)
    modulus = bytearray(base64.urlsafe_b64decode(str(rsa["n"]) + "=="))
    modulus[-1] &= 0xFE
    even = base64.urlsafe_b64encode(bytes(modulus)).rstrip(b"=").decode()
    yield "an even modulus", {**rsa, "n": even}, "RSA-OAEP"


UNUSABLE = {kind: (key, alg) for kind, key, alg in unusable_keys()}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_key_that_cannot_encrypt_costs_the_client_no_code(
    registrar: Registrar, authorize: Callable[..., Callback], kind: str
) -> None:
    key, alg = UNUSABLE[kind]
    client = registrar.register(
        token_endpoint_auth_method="none",
        scope="openid",
        jwks={"keys": [key]},
        id_token_encrypted_response_alg=alg,
    )
    party = registrar.party(client)
    code = authorize(party)["code"]
    for _ in range(2):
        not_granted(party.exchange(code), "invalid_request")


@pytest.mark.parametrize(
    "name",
    ["\u3164", "\u2800", "税务\u034f局", "\u115f税务局", "税务局\ufe0f", "\U000e0100", "\u0378"],
    ids=ascii,
)
def test_a_name_has_nothing_that_nobody_sees(registrar: Registrar, name: str) -> None:
    refused(registrar.ask(client_name=name), "client_name")
    refused(registrar.ask(**{"client_name#zh-CN": name}), "client_name")
