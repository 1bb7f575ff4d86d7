"""From what a client asks for to what is registered (RFC 7591 section 2 and 3.2.1).

Of a list, what is not offered here is left out and the answer tells what remained. A member with
one value that cannot be had is refused: a client that was given another would not work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
from pydantic import ValidationError

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.errors import ClientMetadataError, RedirectUriError
from idp.client_registry.promises import check_promises
from idp.client_registry.registration.language_tags import choose_names
from idp.client_registry.registration.offer import RegistrationOffer
from idp.client_registry.registration.plain_text import check_plain
from idp.client_registry.registration.privileged_members import choosable_members
from idp.client_registry.response_types import canonical_response_type
from idp.client_registry.settings import ClientRegistrySettings

_SIGNED = (
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "introspection_signed_response_alg",
)


class RequestedMetadata:
    """Judges registration requests by the operator's policy."""

    def __init__(self, offer: RegistrationOffer, settings: ClientRegistrySettings) -> None:
        self._offer = offer
        self._settings = settings
        allowed = settings.registration_scope.split()
        self._scopes = tuple(scope for scope in offer.scopes if scope in allowed)

    def judge(self, document: Mapping[str, Any], client_id: str) -> ClientMetadata:
        """Return what is registered for `client_id`; raises ClientMetadataError that names the
        member, RedirectUriError."""
        asked = choose_names(document)
        asked = choosable_members(asked, compatibility=self._offer.rules.compatibility)
        check_plain(asked)
        chosen: dict[str, Any] = {
            **asked,
            **self._flows(asked),
            **self._algorithm(asked),
            "client_id": client_id,
            "client_name": asked.get("client_name") or _host(asked) or client_id,
            "scope": self._scope(asked.get("scope")),
        }
        self._check_method(asked)
        if self._offer.rules.compatibility:
            chosen["client_assertion_audience"] = "issuer_or_endpoint"
        else:
            chosen.pop("request_uris", None)
        chosen["claims"] = self._claims(chosen["scope"])
        if not self._settings.registration_requires_pkce:
            is_public = asked.get("token_endpoint_auth_method") == "none"
            chosen |= {"require_pkce": is_public, "require_nonce": False}
        metadata = _parse(chosen)
        check_promises(metadata, self._offer.rules)
        return metadata

    def _flows(self, asked: Mapping[str, Any]) -> dict[str, list[str]]:
        grants = _keep(asked, "grant_types", ["authorization_code"], self._is_grant_offered)
        responses = _keep(asked, "response_types", ["code"], self._is_response_offered)
        return {"grant_types": grants, "response_types": responses}

    def _is_grant_offered(self, value: str) -> bool:
        return value in self._offer.grant_types

    def _is_response_offered(self, value: str) -> bool:
        try:
            return canonical_response_type(value) in self._offer.response_types
        except ValueError:
            return False

    def _algorithm(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The first that is named governs all signatures; promises see that the others agree."""
        named = [asked[member] for member in _SIGNED if member in asked]
        for member in _SIGNED:
            if member in asked and asked[member] not in self._offer.algorithms:
                raise ClientMetadataError(f"{member}: is not offered here")
        return {_SIGNED[0]: named[0] if named else self._offer.default_algorithm}

    def _check_method(self, asked: Mapping[str, Any]) -> None:
        method = asked.get("token_endpoint_auth_method", "client_secret_basic")
        if method not in self._offer.auth_methods:
            raise ClientMetadataError("token_endpoint_auth_method: is not offered here")

    def _scope(self, asked: Any) -> str:
        if asked is None:
            return " ".join(self._scopes)
        if not isinstance(asked, str):
            raise ClientMetadataError("scope: must be a text")
        wanted = {"openid", *asked.split()}
        return " ".join(scope for scope in self._scopes if scope in wanted)

    def _claims(self, scope: str) -> list[dict[str, Any]]:
        """A client that registers itself states no purposes, so the policy's words stand there."""
        return [
            {
                "name": name,
                "purpose": self._settings.registration_purpose,
                "purpose#en": self._settings.registration_purpose_en,
                "legal_basis": "consent",
                "essential": True,
            }
            for name in self._offer.claims_of(scope)
        ]


def _keep(
    asked: Mapping[str, Any], member: str, default: list[str], is_offered: Callable[[str], bool]
) -> list[str]:
    """Return the offered values of a list; raises ClientMetadataError when none is."""
    values = asked.get(member, default)
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise ClientMetadataError(f"{member}: must be a list of texts")
    kept = [each for each in dict.fromkeys(values) if is_offered(each)]
    if not kept:
        raise ClientMetadataError(f"{member}: none of the values is offered here")
    return kept


def _host(asked: Mapping[str, Any]) -> str | None:
    """The host of the first redirect URI, a name for a client that has none."""
    uris = asked.get("redirect_uris")
    first = uris[0] if isinstance(uris, list) and uris else None
    if not isinstance(first, str):
        return None
    try:
        parts = urlsplit(first)
        return parts.hostname or parts.scheme or None
    except ValueError:
        return None


def _parse(document: Mapping[str, Any]) -> ClientMetadata:
    try:
        # As JSON, so that a text is no number and a number no text.
        return ClientMetadata.model_validate_json(orjson.dumps(document), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _refusal(first["loc"], first["msg"]) from error


def _refusal(location: Sequence[int | str], message: str) -> ClientMetadataError:
    member = str(location[0]) if location else "client"
    text = message.removeprefix("Value error, ")
    if member == "redirect_uris":
        return RedirectUriError(f"{member}: {text}")
    return ClientMetadataError(f"{member}: {text}")
