"""Rules of a registration that span several members.

What would be registered and never happen is refused. Judged when a registration is taken in and not
in the model, so that a client stored before can still be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urldefrag, urlsplit

from idp.client_registry.algorithms import (
    CLIENT_MAC_ALGORITHMS,
    CLIENT_SIGNATURE_ALGORITHMS,
    SignatureAlgorithm,
)
from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.errors import ClientMetadataError, RedirectUriError
from idp.client_registry.jwks import parse_registered_jwks
from idp.client_registry.redirect_uris import check_registrable
from idp.client_registry.response_types import CODE, needs_grant_types
from idp.client_registry.tls_subject import check_tls_subject

_TLS_SUBJECT_MEMBERS = tuple(
    name for name in ClientMetadata.model_fields if name.startswith("tls_client_auth_")
)
# Each of them becomes a link, an image or a request: client_uri, logo_uri, tos_uri and so on.
_URI_MEMBERS = tuple(name for name in ClientMetadata.model_fields if name.endswith("_uri"))
_KEY_METHODS = ("private_key_jwt", "self_signed_tls_client_auth")


@dataclass(frozen=True, slots=True)
class RegistrationRules:
    """What this installation lets clients register.

    `allow_http` permits http on loopback hosts (sandbox); `compatibility` permits the implicit and
    hybrid response types, request objects by reference and requests without PKCE and `nonce`.
    """

    allow_http: bool = False
    compatibility: bool = False
    algorithms: tuple[str, ...] = get_args(SignatureAlgorithm)
    """What this installation keeps signing keys for."""


def check_promises(metadata: ClientMetadata, rules: RegistrationRules) -> None:
    """Refuse a contradictory registration; raises ClientMetadataError that names the member."""
    _check_uris(metadata, allow_http=rules.allow_http)
    for check in (
        _check_grants,
        _check_compatibility,
        _check_logout,
        _check_authentication,
        _check_signatures,
        _check_encryption,
    ):
        check(metadata, rules)


def _check_grants(metadata: ClientMetadata, _rules: RegistrationRules) -> None:
    grants = set(metadata.grant_types)
    if not grants - {"refresh_token"}:
        raise ClientMetadataError("grant_types: nothing to begin with")
    if "refresh_token" in grants and "authorization_code" not in grants:
        raise ClientMetadataError("grant_types: refresh_token needs authorization_code")
    if "client_credentials" in grants and metadata.token_endpoint_auth_method == "none":
        raise ClientMetadataError("grant_types: client_credentials needs a client with credentials")
    if not metadata.uses_redirects:
        return
    if not metadata.redirect_uris:
        raise RedirectUriError("redirect_uris: at least one is needed")
    if not metadata.response_types:
        raise ClientMetadataError("response_types: at least one is needed")
    for response_type in metadata.response_types:
        missing = needs_grant_types(response_type) - grants
        if missing:
            needed = " and ".join(sorted(missing))
            raise ClientMetadataError(f"grant_types: {response_type} needs {needed}")


def _check_compatibility(metadata: ClientMetadata, rules: RegistrationRules) -> None:
    if rules.compatibility:
        return
    refused = {
        "response_types: only code is offered here": set(metadata.response_types) - {CODE},
        "grant_types: implicit is not offered here": "implicit" in metadata.grant_types,
        "request_uris: only pushed authorization requests are offered here": metadata.request_uris,
        "require_nonce: a request without PKCE needs a nonce here": not metadata.require_nonce,
    }
    for complaint, applies in refused.items():
        if applies:
            raise ClientMetadataError(complaint)


def _check_logout(metadata: ClientMetadata, _rules: RegistrationRules) -> None:
    for channel in ("backchannel", "frontchannel"):
        wanted = getattr(metadata, f"{channel}_logout_session_required")
        if wanted and not getattr(metadata, f"{channel}_logout_uri"):
            raise ClientMetadataError(
                f"{channel}_logout_session_required: nothing is delivered without"
                f" {channel}_logout_uri"
            )
    uri = metadata.frontchannel_logout_uri
    # Front-Channel Logout 1.0 section 2: scheme, host and port of a redirect URI.
    if uri is not None and _origin(uri) not in {_origin(each) for each in metadata.redirect_uris}:
        raise ClientMetadataError("frontchannel_logout_uri: must be on the host of a redirect URI")


def _origin(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.netloc


def _check_authentication(metadata: ClientMetadata, _rules: RegistrationRules) -> None:
    method, alg = metadata.token_endpoint_auth_method, metadata.token_endpoint_auth_signing_alg
    if metadata.jwks is not None and metadata.jwks_uri is not None:
        raise ClientMetadataError("jwks: jwks and jwks_uri exclude each other")
    if metadata.jwks is not None:
        try:
            parse_registered_jwks(metadata.jwks)
        except ValueError as error:
            raise ClientMetadataError(f"jwks: {error}") from error
    if method in _KEY_METHODS and not _has_keys(metadata):
        raise ClientMetadataError(f"token_endpoint_auth_method: {method} needs jwks or jwks_uri")
    offered = {
        "private_key_jwt": CLIENT_SIGNATURE_ALGORITHMS,
        "client_secret_jwt": CLIENT_MAC_ALGORITHMS,
    }
    if alg is not None and alg not in offered.get(method, ()):
        raise ClientMetadataError(f"token_endpoint_auth_signing_alg: {alg} is not for {method}")
    subjects = [name for name in _TLS_SUBJECT_MEMBERS if getattr(metadata, name) is not None]
    if len(subjects) != (method == "tls_client_auth"):
        raise ClientMetadataError(
            "tls_client_auth_subject_dn: tls_client_auth needs one tls_client_auth_ member, and"
            " nothing else has any"
        )
    try:
        check_tls_subject(metadata)
    except ValueError as error:
        raise ClientMetadataError(str(error)) from error


def _has_keys(metadata: ClientMetadata) -> bool:
    return metadata.jwks is not None or metadata.jwks_uri is not None


def _check_signatures(metadata: ClientMetadata, rules: RegistrationRules) -> None:
    if metadata.id_token_signed_response_alg not in rules.algorithms:
        raise ClientMetadataError("id_token_signed_response_alg: there is no key for it here")
    for member in ("userinfo_signed_response_alg", "introspection_signed_response_alg"):
        value = getattr(metadata, member)
        if value is not None and value != metadata.id_token_signed_response_alg:
            raise ClientMetadataError(
                f"{member}: must equal id_token_signed_response_alg, which governs all signatures"
            )
    signs_requests = metadata.require_signed_request_object or metadata.request_object_signing_alg
    if signs_requests and not _has_keys(metadata):
        raise ClientMetadataError("request_object_signing_alg: needs jwks or jwks_uri")


def _check_encryption(metadata: ClientMetadata, _rules: RegistrationRules) -> None:
    for use in ("id_token", "userinfo"):
        alg = getattr(metadata, f"{use}_encrypted_response_alg")
        if alg is None and getattr(metadata, f"{use}_encrypted_response_enc") is not None:
            raise ClientMetadataError(f"{use}_encrypted_response_enc: needs the alg beside it")
        if alg is not None and not _has_keys(metadata):
            raise ClientMetadataError(f"{use}_encrypted_response_alg: needs jwks or jwks_uri")


def _check_uris(metadata: ClientMetadata, *, allow_http: bool) -> None:
    native = metadata.application_type == "native"
    for member, uri in _named_uris(metadata):
        is_redirect = member.endswith("redirect_uris")
        try:
            check_registrable(uri, native=native and is_redirect, allow_http=allow_http)
        except ValueError as error:
            kind: Callable[[str], ClientMetadataError] = (
                RedirectUriError if member == "redirect_uris" else ClientMetadataError
            )
            raise kind(f"{member}: {uri} {error}") from error


def _named_uris(metadata: ClientMetadata) -> Iterator[tuple[str, str]]:
    for member in ("redirect_uris", "post_logout_redirect_uris"):
        yield from ((member, uri) for uri in getattr(metadata, member))
    for member in _URI_MEMBERS:
        value = getattr(metadata, member)
        if value is not None and not member.startswith("tls_client_auth_"):
            yield member, value
    # The fragment is a digest of the request object and is never sent (Core section 6.2.2).
    yield from (("request_uris", urldefrag(uri).url) for uri in metadata.request_uris)
