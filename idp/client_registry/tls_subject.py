"""Whose certificate it is: the subject that a client registers (RFC 8705 section 2.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from idp.client_registry.client_metadata import ClientMetadata

# Beside the short names of RFC 4514 section 3, those that proxies and OpenSSL write.
_ATTRIBUTES = {
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "businessCategory": NameOID.BUSINESS_CATEGORY,
    "title": NameOID.TITLE,
    "SN": NameOID.SURNAME,
    "GN": NameOID.GIVEN_NAME,
}
# Names and extensions are decoded when they are asked for. A proxy that lets unverified
# certificates through has checked nothing of what is in them.
_MALFORMED = (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
# How to read the registered member, and among which alternative names to look for it.
_ALTERNATIVES: dict[str, tuple[Callable[[str], object], Any]] = {
    "tls_client_auth_san_dns": (str.lower, x509.DNSName),
    "tls_client_auth_san_uri": (str, x509.UniformResourceIdentifier),
    "tls_client_auth_san_ip": (ip_address, x509.IPAddress),
    "tls_client_auth_san_email": (str, x509.RFC822Name),
}


def check_tls_subject(metadata: ClientMetadata) -> None:
    """Refuse a subject that no certificate could have; raises ValueError that names the member."""
    if metadata.tls_client_auth_subject_dn is not None:
        try:
            _name(metadata.tls_client_auth_subject_dn)
        except ValueError as error:
            raise ValueError(
                "tls_client_auth_subject_dn: not a name as in RFC 4514, for instance"
                " CN=portal,O=Tax Bureau,C=CN"
            ) from error
    if metadata.tls_client_auth_san_ip is not None:
        try:
            ip_address(metadata.tls_client_auth_san_ip)
        except ValueError as error:
            raise ValueError("tls_client_auth_san_ip: not an IP address") from error


def names_subject(metadata: ClientMetadata, certificate: x509.Certificate) -> bool:
    """Whether a certificate is for the one subject that the client registered.

    Names are equal when each part is, in the same order and the same case: more than one spelling
    of a name is more than one authority might tell apart. A certificate with several alternative
    names is for each of them; a wildcard is for nobody.
    """
    try:
        if metadata.tls_client_auth_subject_dn is not None:
            return certificate.subject == _name(metadata.tls_client_auth_subject_dn)
        for member, (read, kind) in _ALTERNATIVES.items():
            registered = getattr(metadata, member)
            if registered is not None:
                return read(registered) in _alternative_names(certificate, kind)
    except _MALFORMED:
        return False
    return False


def _name(text: str) -> x509.Name:
    name = x509.Name.from_rfc4514_string(text, _ATTRIBUTES)
    if not list(name):
        raise ValueError("the name is empty")
    return name


def _alternative_names(certificate: x509.Certificate, kind: Any) -> list[Any]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    values: list[Any] = extension.value.get_values_for_type(kind)
    return [value.lower() for value in values] if kind is x509.DNSName else values
