"""Describing the protocol endpoints for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MEANINGS = {
    200: "The answer",
    201: "It was made",
    204: "It is gone",
    400: "The request is refused; `error` says why",
    401: "Authentication failed",
    403: "The token does not reach that far",
    429: "Too many requests from one network",
    503: "Something this depends on does not answer",
}
_REFUSED = (400, 401, 403, 429)
# RFC 6749 section 5.2: printable ASCII without the quotation mark and the backslash.
_REFUSAL = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "pattern": "^[a-z_]+$"},
        "error_description": {"type": "string", "pattern": r"^[ !#-\[\]-~]*$"},
    },
}


def form_body(fields: tuple[str, ...]) -> dict[str, Any]:
    """Describe a form body with these optional string fields."""
    properties = {name: {"type": "string"} for name in fields}
    schema = {"type": "object", "properties": properties}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


def json_body(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a JSON object with these properties, and further ones."""
    schema = {"type": "object", "properties": dict(properties)}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def json_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe JSON answers by status; 503 is always possible."""
    return {status: _answer(status) for status in (*statuses, 503)}


def _answer(status: int) -> dict[str, Any]:
    if status == 204:
        return {"description": _MEANINGS[status]}
    schema = _REFUSAL if status in _REFUSED else {"type": "object"}
    return {
        "description": _MEANINGS[status],
        "content": {"application/json": {"schema": schema}},
    }
