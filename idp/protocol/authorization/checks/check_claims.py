"""`claims` (OpenID Connect Core section 5.5), together with what the scopes ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from idp.protocol.authorization.request import RequestDraft, WantedValue
from idp.protocol.errors import AuthorizationRequestError
from idp.tokens.claims import BY_NAME, claims_of_scopes

_NAME = "claims"
_MAX_VALUES = 50


def check_claims(draft: RequestDraft) -> None:
    """Collect the claims asked for, each in its place; unknown ones are ignored."""
    document = _read(draft.parameters.get(_NAME))
    userinfo, id_token = _member(document, "userinfo"), _member(document, "id_token")
    asked = set(claims_of_scopes(draft.scope)) | userinfo.keys()
    draft.userinfo_claims = tuple(name for name in BY_NAME if name in asked)
    draft.id_token_claims = tuple(name for name in BY_NAME if name in id_token)
    draft.wanted_values = (
        *_wanted_values("userinfo", userinfo),
        *_wanted_values("id_token", id_token),
    )
    acr = id_token.get("acr")
    if acr and acr.get("essential") is True:
        draft.essential_acr = _acr_values(acr)
    elif acr:
        draft.acr_values = _acr_values(acr) or draft.acr_values
    draft.hinted_sub = _wanted_sub(id_token.get("sub"))


def _read(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise AuthorizationRequestError("claims is not valid JSON", _NAME) from error
    if not isinstance(document, dict):
        raise AuthorizationRequestError("claims is not a JSON object", _NAME)
    return document


def _member(document: dict[str, Any], name: str) -> dict[str, Any]:
    member = document.get(name)
    if member is None:
        return {}
    if not isinstance(member, dict) or not all(
        value is None or isinstance(value, dict) for value in member.values()
    ):
        raise AuthorizationRequestError(f"claims.{name} is malformed", _NAME)
    return member


def _wanted_values(place: str, member: dict[str, Any]) -> Iterator[WantedValue]:
    """Yield the claims about the person that were asked for with a value or values (5.5.1)."""
    for name, request in member.items():
        if name not in BY_NAME or not request:
            continue
        values = request.get("values", [request["value"]] if "value" in request else None)
        if values is None:
            continue
        if not isinstance(values, list) or len(values) > _MAX_VALUES:
            raise AuthorizationRequestError(f"claims.{place}.{name} is malformed", _NAME)
        yield place, name, tuple(map(_text, values))


def _text(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:  # it writes less deeply than it reads
        raise AuthorizationRequestError("claims is nested too deeply", _NAME) from error


def _acr_values(request: dict[str, Any]) -> tuple[str, ...]:
    """Return the values asked for; a voluntary wish counts like `acr_values` (section 5.5.1.1)."""
    values = request.get("values") or [request.get("value")]
    if not isinstance(values, list):
        raise AuthorizationRequestError("claims.id_token.acr is malformed", _NAME)
    return tuple(value for value in values if isinstance(value, str))


def _wanted_sub(request: dict[str, Any] | None) -> str | None:
    value = request.get("value") if request else None
    return value if isinstance(value, str) else None
