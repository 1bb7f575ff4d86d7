"""Members that no client sets over the network, and why (R22).

Unknown members are ignored, as RFC 7591 section 2 wants it. These are known here and mean something
to an administrator: a client that sends one expects an effect, so it is told instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.errors import ClientMetadataError

_VOUCHED = "the operator vouches for it"
_LOOSENS = "it loosens a rule"
_REACHES = "it decides whose tokens the client may ask for or about"
PRIVILEGED: Mapping[str, str] = MappingProxyType(
    {
        "department": _VOUCHED,
        "department#en": _VOUCHED,
        "retention": _VOUCHED,
        "retention#en": _VOUCHED,
        "claims": _VOUCHED,
        "sector_identifier": "a sector is proven by sector_identifier_uri",
        "resources": _REACHES,
        "resource_identifiers": _REACHES,
        "client_assertion_audience": _LOOSENS,
        "require_pkce": _LOOSENS,
        "require_nonce": _LOOSENS,
    }
)
"""Also what an answer leaves out: a client sends back all that it was told (RFC 7592 2.2)."""

ISSUED = frozenset(
    {
        "client_id",
        "client_secret",
        "client_id_issued_at",
        "client_secret_expires_at",
        "registration_access_token",
        "registration_client_uri",
    }
)
"""Made here and never chosen by a client (RFC 7591 section 3.2.1)."""

_NAMES = frozenset(
    model_field.alias or name for name, model_field in ClientMetadata.model_fields.items()
)


def choosable_members(document: Mapping[str, Any], *, compatibility: bool) -> dict[str, Any]:
    """Return the members that a client may choose, null counting as absent (RFC 7592 section 2.2).

    Raises ClientMetadataError that names a privileged member.
    """
    given = {name: value for name, value in document.items() if value is not None}
    for name in sorted(ISSUED & given.keys()):
        raise ClientMetadataError(f"{name}: is made here and cannot be chosen")
    for name in sorted(PRIVILEGED.keys() & given.keys()):
        raise ClientMetadataError(f"{name}: set by an administrator alone, {PRIVILEGED[name]}")
    if given.get("subject_type") == "public" and not compatibility:
        raise ClientMetadataError("subject_type: public is given by an administrator alone")
    return {name: value for name, value in given.items() if name in _NAMES}
