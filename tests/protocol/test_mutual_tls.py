"""Clients that authenticate by the certificate of their TLS connection (RFC 8705 section 2), as a
trusted proxy tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from idp.client_registry.errors import ClientMetadataError
from tests.protocol.browser import Callback
from tests.protocol.certificates import FORMS, jwks_with, make_certificate, rfc9440
from tests.protocol.conftest import NewPortal
from tests.protocol.key_server import serving_keys
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.protocol.test_client_authentication import grant, refused
from tests.provider import RunningProvider, running_provider

SUBJECT = "CN=portal,O=Tax Bureau,C=CN"
CERTIFICATE, VERIFIED = "Client-Cert", "X-Client-Verify"
Make = Callable[..., x509.Certificate]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A provider behind a proxy on this machine that ends TLS."""
    http = {
        "trusted_proxies": ("127.0.0.1/32",),
        "client_certificate_header": CERTIFICATE,
        "client_certificate_verified_header": VERIFIED,
    }
    with running_provider(tmp_path_factory.mktemp("provider") / "home", http=http) as running:
        yield running


@pytest.fixture
def make(provider: RunningProvider) -> Make:
    """Make a certificate that is valid at the provider's time."""
    return lambda *args, **options: make_certificate(provider.clock.now(), *args, **options)


@pytest.fixture
def by_authority(new_portal: NewPortal) -> RelyingParty:
    return new_portal(
        token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=SUBJECT
    )


def headers_of(
    certificate: x509.Certificate | None, verified: str | None = "SUCCESS", form: str = "rfc9440"
) -> dict[str, str]:
    """What the proxy writes."""
    headers = {} if certificate is None else {CERTIFICATE: FORMS[form](certificate)}
    return headers | ({} if verified is None else {VERIFIED: verified})


def ask(portal: RelyingParty, headers: dict[str, str]) -> httpx2.Response:
    data = {"token": "unknown", "client_id": portal.client_id}
    return portal.http.post("/introspect", data=data, headers=headers)


def accepted(response: httpx2.Response) -> None:
    assert (response.status_code, response.json()) == (200, {"active": False}), response.text


def test_both_methods_are_announced_where_a_proxy_passes_certificates_on(
    http: httpx2.Client,
) -> None:
    document = http.get("/.well-known/openid-configuration").json()
    for endpoint in ("token", "introspection", "revocation"):
        methods = document[f"{endpoint}_endpoint_auth_methods_supported"]
        assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(methods)


@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_in_the_form_of_each_proxy_redeems_a_code(
    by_authority: RelyingParty, authorize: Callable[..., Callback], make: Make, form: str
) -> None:
    data = grant(by_authority, authorize(by_authority)["code"])
    data["client_id"] = by_authority.client_id
    headers = headers_of(make(), form=form)
    response = by_authority.http.post("/token", data=data, headers=headers)
    assert response.status_code == 200, response.text
    token = Tokens(response, response.json()).access_token
    asked = {"token": token, "client_id": by_authority.client_id}
    assert by_authority.http.post("/introspect", data=asked, headers=headers).json()["active"]
    assert by_authority.http.post("/revoke", data=asked, headers=headers).status_code == 200


def test_the_client_names_itself_beside_its_certificate(
    by_authority: RelyingParty, make: Make
) -> None:
    """RFC 8705 section 2: `client_id` is required."""
    headers = headers_of(make())
    refused(by_authority.http.post("/introspect", data={"token": "x"}, headers=headers))


def test_a_certificate_that_no_authority_stands_behind_is_refused(
    by_authority: RelyingParty, make: Make
) -> None:
    for word in (None, "", "NONE", "FAILED:self-signed certificate", "success", "SUCCESS, SUCCESS"):
        refused(ask(by_authority, headers_of(make(), verified=word)))
    accepted(ask(by_authority, headers_of(make())))


@pytest.mark.parametrize(
    "subject",
    [
        "CN=portal2,O=Tax Bureau,C=CN",
        "CN=Portal,O=Tax Bureau,C=CN",
        "O=Tax Bureau,CN=portal,C=CN",
        "CN=portal,O=Tax Bureau",
        "OU=x,CN=portal,O=Tax Bureau,C=CN",
        "CN=portal+O=Tax Bureau,C=CN",
        "CN=portal\\,O\\=Tax Bureau\\,C\\=CN",
    ],
)
def test_a_certificate_with_another_subject_is_refused(
    by_authority: RelyingParty, make: Make, subject: str
) -> None:
    refused(ask(by_authority, headers_of(make(subject))))


@pytest.mark.parametrize(
    ("registered", "subject"),
    [
        ("CN=portal\\2c north,C=CN", "CN=portal\\, north,C=CN"),
        ("2.5.4.3=portal,2.5.4.6=CN", "CN=portal,C=CN"),
        ("CN=税务局,C=CN", "CN=税务局,C=CN"),
        ("C=CN+CN=portal", "CN=portal+C=CN"),
    ],
)
def test_a_subject_may_be_written_in_each_way_that_rfc_4514_has_for_it(
    new_portal: NewPortal, make: Make, registered: str, subject: str
) -> None:
    portal = new_portal(
        token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=registered
    )
    accepted(ask(portal, headers_of(make(subject))))


@pytest.mark.parametrize(
    ("member", "registered", "right", "wrong"),
    [
        ("dns", "Portal.example", x509.DNSName("portal.Example"), x509.DNSName("*.example")),
        (
            "uri",
            "https://portal.example/a",
            x509.UniformResourceIdentifier("https://portal.example/a"),
            x509.UniformResourceIdentifier("https://portal.example/A"),
        ),
        (
            "ip",
            "2001:db8:0::1",
            x509.IPAddress(ip_address("2001:db8::1")),
            x509.IPAddress(ip_address("192.0.2.1")),
        ),
        (
            "email",
            "a@portal.example",
            x509.RFC822Name("a@portal.example"),
            x509.RFC822Name("b@portal.example"),
        ),
    ],
)
def test_an_alternative_name_is_looked_for_among_those_of_its_kind(
    new_portal: NewPortal,
    make: Make,
    member: str,
    registered: str,
    right: x509.GeneralName,
    wrong: x509.GeneralName,
) -> None:
    """RFC 8705 section 2.1.2."""
    members = {f"tls_client_auth_san_{member}": registered}
    portal = new_portal(token_endpoint_auth_method="tls_client_auth", **members)
    other = x509.DNSName("other.example")
    accepted(ask(portal, headers_of(make(names=[other, right]))))
    refused(ask(portal, headers_of(make(names=[wrong]))))
    refused(ask(portal, headers_of(make(f"CN={registered}"))))
    as_another_kind = x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))
    refused(ask(portal, headers_of(make(names=[as_another_kind]))))


def test_a_certificate_has_its_time(
    new_portal: NewPortal, by_authority: RelyingParty, make: Make
) -> None:
    for days in ((-30, -1), (1, 30)):
        certificate = make(days=days)
        refused(ask(by_authority, headers_of(certificate)))
        portal = new_portal(
            token_endpoint_auth_method="self_signed_tls_client_auth", jwks=jwks_with(certificate)
        )
        refused(ask(portal, headers_of(certificate)))


def test_a_self_signed_certificate_counts_when_it_is_registered(
    new_portal: NewPortal, make: Make
) -> None:
    """RFC 8705 section 2.2: no authority is asked; the certificate itself is compared."""
    key = ec.generate_private_key(ec.SECP256R1())
    mine, another_of_mine, foreign = make(key=key), make(key=key), make()
    portal = new_portal(
        token_endpoint_auth_method="self_signed_tls_client_auth", jwks=jwks_with(make(), mine)
    )
    for word in (None, "FAILED:self-signed certificate", "SUCCESS"):
        accepted(ask(portal, headers_of(mine, verified=word)))
        refused(ask(portal, headers_of(foreign, verified=word)))
    refused(ask(portal, headers_of(another_of_mine)))


def test_a_published_certificate_may_be_renewed(
    provider: RunningProvider, new_portal: NewPortal, make: Make
) -> None:
    """RFC 8705 section 2.2.1: by way of `jwks_uri`, without anybody's help."""
    with serving_keys() as published:
        portal = new_portal(
            token_endpoint_auth_method="self_signed_tls_client_auth", jwks_uri=published.url
        )
        old, new = make(), make()
        published.document = jwks_with(old)
        accepted(ask(portal, headers_of(old)))
        published.document = jwks_with(new)
        provider.clock.advance(11)
        accepted(ask(portal, headers_of(new)))
        refused(ask(portal, headers_of(old)))


def test_a_client_of_mutual_tls_is_not_believed_without_a_certificate(
    new_portal: NewPortal, by_authority: RelyingParty, make: Make
) -> None:
    self_signed = new_portal(
        token_endpoint_auth_method="self_signed_tls_client_auth", jwks=jwks_with(make())
    )
    for portal in (by_authority, self_signed):
        refused(ask(portal, {}))
        for nothing in ("", "(null)"):
            refused(ask(portal, {CERTIFICATE: nothing, VERIFIED: "SUCCESS"}))


def test_a_header_that_holds_no_certificate_is_refused(
    by_authority: RelyingParty, make: Make
) -> None:
    whole = rfc9440(make())
    pem = FORMS["nginx"](make())
    for value in (
        "::",
        ":",
        ":AAAA:",
        whole[:-9] + ":",
        whole[1:-1] + "AAAA",
        whole + ";a=1",
        f"{whole}, {whole}",
        pem + pem,
        pem.replace("CERTIFICATE", "PUBLIC%20KEY"),
        "%ff%fe",
        "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
        "x" * 20000,
    ):
        refused(ask(by_authority, {CERTIFICATE: value, VERIFIED: "SUCCESS"}))


def test_a_header_that_came_twice_counts_for_nothing(
    by_authority: RelyingParty, make: Make
) -> None:
    """The proxy adds to what the client wrote, where it should have replaced it."""
    good, other = rfc9440(make()), rfc9440(make("CN=another"))
    data = {"token": "unknown", "client_id": by_authority.client_id}
    for doubled in (
        [(CERTIFICATE, good), (CERTIFICATE, other), (VERIFIED, "SUCCESS")],
        [(CERTIFICATE, good), (CERTIFICATE, good), (VERIFIED, "SUCCESS")],
        [(CERTIFICATE, good), (VERIFIED, "SUCCESS"), (VERIFIED, "FAILED")],
    ):
        refused(by_authority.http.post("/introspect", data=data, headers=doubled))


def test_a_certificate_replaces_no_other_method(
    new_portal: NewPortal, by_authority: RelyingParty, make: Make
) -> None:
    """R24. It may be there to bind tokens to it, or because the browser has one."""
    portal = new_portal()
    refused(ask(portal, headers_of(make())))
    accepted(portal.post("/introspect", token="unknown"))
    wrong = {"token": "x", "client_id": by_authority.client_id, "client_secret": "x" * 43}
    refused(by_authority.http.post("/introspect", data=wrong, headers=headers_of(make())))


def test_a_public_client_with_a_certificate_is_still_a_public_client(
    new_portal: NewPortal, authorize: Callable[..., Callback], make: Make
) -> None:
    portal = new_portal(token_endpoint_auth_method="none")
    data = {**grant(portal, authorize(portal)["code"]), "client_id": portal.client_id}
    assert portal.http.post("/token", data=data, headers=headers_of(make())).is_success
    refused(ask(portal, headers_of(make())))


@pytest.mark.parametrize(
    "members",
    [
        {"tls_client_auth_subject_dn": "portal"},
        {"tls_client_auth_subject_dn": "CN=a, O=b"},
        {"tls_client_auth_subject_dn": "XX=a"},
        {"tls_client_auth_san_ip": "portal.example"},
        {},
        {"tls_client_auth_san_dns": "a.example", "tls_client_auth_san_ip": "192.0.2.1"},
    ],
)
def test_a_subject_that_no_certificate_could_have_is_not_registered(
    new_portal: NewPortal, members: dict[str, str]
) -> None:
    with pytest.raises(ClientMetadataError, match="tls_client_auth"):
        new_portal(token_endpoint_auth_method="tls_client_auth", **members)
