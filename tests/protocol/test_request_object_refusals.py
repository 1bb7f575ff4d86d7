"""What may not pass for a signed authorization request (RFC 9101 sections 4, 6 and 10, R17)."""

from __future__ import annotations

import hmac
import json
import time
from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.protocol.assertions import encoded
from tests.protocol.assertions import sign as sign_as_told
from tests.protocol.browser import Browser, Page
from tests.protocol.conftest import NewPortal
from tests.protocol.documents import serving_documents
from tests.protocol.key_server import serving_keys
from tests.protocol.refusals import not_granted, sent_back, shown_on_a_page
from tests.protocol.relying_party import RelyingParty
from tests.protocol.signing_client import ES256, public_jwks, request_object, sign, unsigned
from tests.protocol.surface import census
from tests.provider import Citizen, RunningProvider

INVALID = "invalid_request_object"
DAY = 86_400


class Attacker:
    """Brings what `portal` is said to have signed, in a browser that nobody has used."""

    def __init__(self, provider: RunningProvider, browser: Browser, portal: RelyingParty) -> None:
        self.portal = portal
        self._provider = provider
        self._browser = browser

    @property
    def now(self) -> int:
        return int(self._provider.clock.now().timestamp())

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a good request object; None leaves one out."""
        parameters, now = self.portal.parameters(), self._provider.clock.now()
        return request_object(self.portal.issuer, parameters, now, **changes)

    def bring(self, token: str, **beside: str) -> Page:
        fields = {"client_id": self.portal.client_id, "request": token, **beside}
        return self._browser.get("/authorize", fields)

    def is_refused(self, token: str) -> None:
        """Nothing may come of `token`: a page without a destination, else an error to it, and the
        same for who pushes it."""
        before = census(self._provider)
        shown_on_a_page(self.bring(token), "request")
        known = {"redirect_uri": self.portal.redirect_uri, "response_type": "code", "state": "s"}
        sent_back(self.bring(token, **known), self.portal, INVALID, "s")
        assert census(self._provider) == before
        not_granted(self.portal.post("/par", request=token), INVALID)

    def is_accepted(self, token: str) -> None:
        page = self.bring(token)
        assert (page.status, page.path) == (200, "/login"), page.location


@pytest.fixture
def attacker(provider: RunningProvider, browser: Browser, new_portal: NewPortal) -> Attacker:
    return Attacker(provider, browser, new_portal(jwks=public_jwks()))


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "somebody-else"}, {"client_id": 7}, {"iss": "somebody-else"}, {"iss": ["x"]},
     {"aud": "https://other.example"}, {"aud": ["https://other.example"]}, {"aud": []},
     {"aud": 1}, {"request": "x"}, {"request_uri": "urn:x"}, {"jti": ""}, {"jti": 7},
     {"jti": "x" * 257}, {"jti": "x", "exp": None}, {"exp": "soon"}, {"exp": True}, {"nbf": "x"}],
    ids=str,
)  # fmt: skip
def test_an_object_that_is_not_of_this_client_for_this_issuer_is_refused(
    attacker: Attacker, changes: dict[str, Any]
) -> None:
    attacker.is_refused(sign(attacker.claims(**changes)))


@pytest.mark.parametrize("value", [253402300799, -62135596800, 1e300, -1e300, 10**18, 10**30])
@pytest.mark.parametrize("name", ["exp", "nbf"])
def test_times_at_the_end_of_the_calendar_break_nothing(
    attacker: Attacker, name: str, value: float
) -> None:
    page = attacker.bring(sign(attacker.claims(**{name: value})))
    assert page.status in (200, 400)


def test_an_object_has_its_time(attacker: Attacker) -> None:
    """With a minute for clocks that differ."""
    now = attacker.now
    attacker.is_refused(sign(attacker.claims(exp=now - 60)))
    attacker.is_accepted(sign(attacker.claims(exp=now - 59)))
    attacker.is_refused(sign(attacker.claims(nbf=now + 61)))
    attacker.is_accepted(sign(attacker.claims(nbf=now + 60)))


def test_a_jti_has_to_expire_within_a_day(attacker: Attacker) -> None:
    """Nobody could remember it for ever."""
    attacker.is_refused(sign(attacker.claims(jti="x", exp=attacker.now + DAY + 1)))
    attacker.is_accepted(sign(attacker.claims(jti="x", exp=attacker.now + DAY)))


def test_what_stands_beside_it_must_not_contradict_it(attacker: Attacker) -> None:
    """OpenID Connect Core section 6.1."""
    where = {"redirect_uri": attacker.portal.redirect_uri, "state": "s"}
    page = attacker.bring(sign(attacker.claims()), response_type="code id_token", **where)
    sent_back(page, attacker.portal, INVALID, "s", where="#")
    page = attacker.bring(sign(attacker.claims()), response_type="token")
    shown_on_a_page(page, "request")


def test_an_object_of_another_client_is_refused(
    attacker: Attacker, new_portal: NewPortal, provider: RunningProvider
) -> None:
    """Even if both have the same keys, or none."""
    other = new_portal(jwks=public_jwks())
    good = request_object(other.issuer, other.parameters(), provider.clock.now())
    attacker.is_refused(sign(good))
    attacker.portal = new_portal()
    attacker.is_refused(sign(attacker.claims()))


def test_a_foreign_signature_is_refused(attacker: Attacker) -> None:
    attacker.is_refused(sign(attacker.claims(), key=ECKey.generate_key("P-256", {"kid": "es"})))
    attacker.is_refused(sign(attacker.claims(), kid="unknown"))
    head, _, signature = sign(attacker.claims()).split(".")
    body = encoded(json.dumps(attacker.claims(scope="openid profile phone")).encode())
    attacker.is_refused(f"{head}.{body}.{signature}")
    attacker.is_refused(f"{head}.{body}.{'A' * len(signature)}")


def test_no_signature_and_a_mac_are_refused(attacker: Attacker) -> None:
    """RFC 8725 sections 2.1 and 3.2. The key of the MAC is what everybody knows, or the secret."""
    attacker.is_refused(unsigned(attacker.claims()))
    attacker.is_refused(unsigned(attacker.claims()) + sign(attacker.claims()).rpartition(".")[2])
    secret = str(attacker.portal.secret).encode()
    for known in (ES256.as_pem(private=False), b"", secret):
        for kid in ({"kid": "es"}, {}):
            header = json.dumps({"alg": "HS256", **kid}).encode()
            text = f"{encoded(header)}.{encoded(json.dumps(attacker.claims()).encode())}"
            attacker.is_refused(f"{text}.{encoded(hmac.digest(known, text.encode(), 'sha256'))}")


def test_a_key_that_the_object_brings_or_names_counts_nothing_and_is_not_fetched(
    attacker: Attacker,
) -> None:
    """RFC 8725 sections 3.8 to 3.10."""
    own = ECKey.generate_key("P-256", {"kid": "es"})
    with serving_keys() as server:
        server.document = public_jwks(own)
        for member in (
            {"jwk": own.as_dict(private=False)}, {"jku": server.url}, {"x5u": server.url},
            {"x5c": ["AAAA"]}, {"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]},
            {"zip": "DEF"},
        ):  # fmt: skip
            header, claims = {"alg": "ES256", "kid": "es", **member}, attacker.claims()
            for key in (own, ES256):
                attacker.is_refused(sign_as_told(header, json.dumps(claims).encode(), key))
        assert server.requests == 0


@pytest.mark.parametrize(
    "typ", ["at+jwt", "logout+jwt", "token-introspection+jwt", "client-authentication+jwt", "", 7]
)
def test_a_token_of_another_type_is_refused(attacker: Attacker, typ: Any) -> None:
    """RFC 9101 section 10.8, RFC 8725 section 3.11."""
    header = {"alg": "ES256", "kid": "es", "typ": typ}
    attacker.is_refused(sign_as_told(header, json.dumps(attacker.claims()).encode(), ES256))


def test_a_token_of_ours_is_no_request(
    attacker: Attacker, browser: Browser, citizen: Citizen
) -> None:
    portal = attacker.portal
    tokens = portal.tokens(
        browser.pass_pages(browser.get("/authorize", portal.parameters()), citizen)["code"]
    )
    for token in (tokens.id_token, tokens.access_token, tokens.refresh_token):
        attacker.is_refused(token)


def test_what_looks_like_an_assertion_is_no_request(attacker: Attacker) -> None:
    """RFC 9101 section 10.8: it authenticates the client, and would have gone to a browser."""
    client_id = attacker.portal.client_id
    attacker.is_refused(sign(attacker.claims(sub=client_id, jti="a")))
    claims = {"iss": client_id, "sub": client_id, "aud": attacker.portal.issuer}
    attacker.is_refused(sign({**claims, "jti": "a", "exp": attacker.now + 60}))
    attacker.is_accepted(sign(attacker.claims(sub="somebody")))


def test_an_oversized_object_is_refused(attacker: Attacker) -> None:
    long = sign(attacker.claims(padding="x" * 7000))
    assert len(long) > 8192
    assert attacker.bring(long).status == 400
    attacker.is_refused(sign(attacker.claims(**{f"p{number}": "1" for number in range(65)})))


@pytest.mark.parametrize("depth", [300, 700])
def test_deep_nesting_is_refused(attacker: Attacker, depth: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    text = json.dumps(attacker.claims())[:-1] + f', "claims": {nested}' + "}"
    attacker.is_refused(sign_as_told({"alg": "ES256", "kid": "es"}, text.encode(), ES256))


def test_an_encrypted_object_is_refused_before_anything_is_computed(attacker: Attacker) -> None:
    """RFC 8725 section 3.6, R17: neither what inflates nor what asks for many rounds."""
    for header in (
        {"alg": "RSA-OAEP-256", "enc": "A128GCM", "zip": "DEF"},
        {"alg": "dir", "enc": "A128GCM", "zip": "DEF"},
        {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"},
    ):
        token = ".".join([encoded(json.dumps(header).encode()), "AAAA", "AAAA", "A" * 4000, "AAAA"])
        begun = time.process_time()  # the provider is in this process
        attacker.is_refused(token)
        assert time.process_time() - begun < 2
    signed = {"alg": "ES256", "kid": "es", "p2c": 10**9}
    attacker.is_refused(sign_as_told(signed, json.dumps(attacker.claims()).encode(), ES256))


def test_a_key_server_that_is_down_is_no_fault_of_the_client(
    attacker: Attacker, new_portal: NewPortal
) -> None:
    """Nobody knows whether the signature is right: the browser may come again."""
    with serving_documents() as documents:
        attacker.portal = new_portal(jwks_uri=documents.url + "/none")
        page = attacker.bring(sign(attacker.claims()))
        assert page.status == 503
        assert int(page.response.headers["retry-after"]) > 0
        pushed = attacker.portal.post("/par", request=sign(attacker.claims()))
        assert (pushed.status_code, pushed.json()["error"]) == (503, "temporarily_unavailable")
