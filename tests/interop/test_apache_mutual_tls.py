"""Mutual TLS through a real Apache: what it writes into its headers is what we read there."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from idp.clock import SystemClock
from tests.interop.tls_proxy import tls_proxy
from tests.protocol.certificates import jwks_with, make_certificate, rfc9440
from tests.provider import RunningProvider, running_provider
from tests.servers.ports import free_port

SUBJECT = "CN=portal,O=Tax Bureau,C=CN"
BELIEVED, REFUSED = 200, 401


@dataclass(frozen=True)
class Identity:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def pem(self) -> bytes:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.certificate.public_bytes(Encoding.PEM) + key


def new_identity(
    subject: str, authority: Identity | None = None, *, is_authority: bool = False
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = (authority.certificate, authority.key) if authority else None
    certificate = make_certificate(
        SystemClock().now(),
        subject,
        [x509.DNSName("localhost")],
        key=key,
        authority=signer,
        is_authority=is_authority,
    )
    return Identity(certificate, key)


@dataclass(frozen=True)
class Proxied:
    """The provider, reached through the proxy at `port`."""

    provider: RunningProvider
    port: int
    authority: Identity
    folder: Path

    def ask(
        self, client_id: str, identity: Identity | None, headers: dict[str, str] | None = None
    ) -> int:
        """Introspect something over TLS; return the status."""
        context = ssl.create_default_context(
            cadata=self.authority.certificate.public_bytes(Encoding.PEM).decode()
        )
        if identity is not None:
            path = self.folder / "client.pem"
            path.write_bytes(identity.pem())
            context.load_cert_chain(path)
        host = {"Host": f"localhost:{self.provider.port}"}
        with httpx2.Client(verify=context) as client:
            return client.post(
                f"https://localhost:{self.port}/introspect",
                data={"token": "unknown", "client_id": client_id},
                headers={**host, **(headers or {})},
            ).status_code

    def register(self, client_id: str, **members: object) -> None:
        metadata = {
            "client_id": client_id,
            "client_name": "税务服务",
            "redirect_uris": ["http://localhost:9/callback"],
            **members,
        }
        self.provider.register(metadata, None)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("mutual-tls")
    authority = new_identity("CN=Test Authority", is_authority=True)
    http = {
        "trusted_proxies": ("127.0.0.1/32",),
        "client_certificate_header": "Client-Cert",
        "client_certificate_verified_header": "X-Client-Verify",
    }
    with ExitStack() as stack:
        provider = stack.enter_context(running_provider(folder / "home", http=http))
        port = free_port()
        server = new_identity("CN=localhost", authority)
        certificate = authority.certificate.public_bytes(Encoding.PEM)
        stack.enter_context(tls_proxy(port, provider.port, server.pem(), certificate))
        yield Proxied(provider, port, authority, folder)


@pytest.fixture
def by_authority(proxied: Proxied) -> str:
    proxied.register(
        "by-authority",
        token_endpoint_auth_method="tls_client_auth",
        tls_client_auth_subject_dn=SUBJECT,
    )
    return "by-authority"


def test_a_certificate_of_the_authority_with_the_right_subject_is_believed(
    proxied: Proxied, by_authority: str
) -> None:
    assert proxied.ask(by_authority, new_identity(SUBJECT, proxied.authority)) == BELIEVED
    assert proxied.ask(by_authority, new_identity("CN=x,C=CN", proxied.authority)) == REFUSED


def test_a_certificate_that_nobody_signed_proves_no_subject(
    proxied: Proxied, by_authority: str
) -> None:
    assert proxied.ask(by_authority, new_identity(SUBJECT)) == REFUSED
    stranger = new_identity("CN=Another Authority", is_authority=True)
    assert proxied.ask(by_authority, new_identity(SUBJECT, stranger)) == REFUSED
    assert proxied.ask(by_authority, None) == REFUSED


def test_a_self_signed_certificate_is_believed_where_it_is_registered(proxied: Proxied) -> None:
    identity = new_identity("CN=self")
    proxied.register(
        "self-signed",
        token_endpoint_auth_method="self_signed_tls_client_auth",
        jwks=jwks_with(identity.certificate),
    )
    assert proxied.ask("self-signed", identity) == BELIEVED
    assert proxied.ask("self-signed", new_identity("CN=self")) == REFUSED
    assert proxied.ask("self-signed", new_identity("CN=self", proxied.authority)) == REFUSED


@pytest.mark.parametrize("write", [rfc9440, lambda _: "(null)"])
def test_headers_that_the_client_writes_are_overwritten(
    proxied: Proxied, by_authority: str, write: Callable[[x509.Certificate], str]
) -> None:
    good = new_identity(SUBJECT, proxied.authority)
    forged = {"Client-Cert": write(good.certificate), "X-Client-Verify": "SUCCESS"}
    assert proxied.ask(by_authority, None, forged) == REFUSED
    assert proxied.ask(by_authority, new_identity("CN=thief"), forged) == REFUSED
    assert proxied.ask(by_authority, good, forged) == BELIEVED
