"""Certificates come from strangers: a broken one is refused and does nothing else."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.tls_subject import names_subject
from idp.middleware.client_certificate import ForwardedCertificate
from idp.protocol.client_auth.certificate import read_certificate
from idp.protocol.client_auth.credentials import NotProvenError
from tests.protocol.certificates import make_certificate

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TRIES = 10_000
SUBJECTS = {
    "subject_dn": "CN=portal,O=Tax Bureau,C=CN",
    "san_dns": "portal.example",
    "san_uri": "https://portal.example/",
    "san_ip": "192.0.2.1",
    "san_email": "it@portal.example",
}
CLIENTS = [
    ClientMetadata.model_validate(
        {
            "client_id": "portal",
            "client_name": "税务服务",
            "redirect_uris": ["https://portal.example/callback"],
            "token_endpoint_auth_method": "tls_client_auth",
            f"tls_client_auth_{member}": value,
        }
    )
    for member, value in SUBJECTS.items()
]
CERTIFICATE = make_certificate(
    NOW,
    SUBJECTS["subject_dn"],
    [
        x509.DNSName(SUBJECTS["san_dns"]),
        x509.UniformResourceIdentifier(SUBJECTS["san_uri"]),
        x509.IPAddress(ip_address(SUBJECTS["san_ip"])),
        x509.RFC822Name(SUBJECTS["san_email"]),
    ],
)
DER = CERTIFICATE.public_bytes(Encoding.DER)


def read(der: bytes) -> x509.Certificate:
    return read_certificate(ForwardedCertificate(base64.b64encode(der).decode(), True), NOW)


def test_the_whole_certificate_names_each_of_its_subjects() -> None:
    assert all(names_subject(client, read(DER)) for client in CLIENTS)


@pytest.mark.filterwarnings("ignore")  # the reader warns of what it will refuse one day
def test_a_certificate_with_any_byte_changed_is_read_or_refused() -> None:
    chance = random.Random(20260302)
    refused = 0
    for _ in range(TRIES):
        damaged = bytearray(DER)
        for _ in range(chance.choice((1, 1, 2, 3))):
            damaged[chance.randrange(len(DER))] = chance.randrange(256)
        try:
            certificate = read(bytes(damaged))
        except NotProvenError:
            refused += 1
            continue
        for client in CLIENTS:
            names_subject(client, certificate)
    assert TRIES / 10 < refused < TRIES


def test_a_certificate_of_an_unknown_version_is_refused() -> None:
    version_3 = bytes.fromhex("a003020102")
    assert DER.count(version_3) == 1
    with pytest.raises(NotProvenError):
        read(DER.replace(version_3, bytes.fromhex("a003020107")))
