"""Reading what was sent, strictly: broken encodings are refused, never guessed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson
from starlette.requests import Request

from idp.http.errors import BadRequestError
from idp.middleware.percent_encoding import has_whole_triplets
from idp.protocol.parameters import MAX_PARAMETERS, MAX_VALUE_LENGTH, Parameters

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def read_query(request: Request) -> Parameters:
    """Return the query's parameters; raises BadRequestError."""
    query: bytes = request.scope["query_string"]
    return _parse(query)


async def read_form(request: Request) -> Parameters:
    """Return a form body's parameters; raises BadRequestError.

    An empty body needs no content type. Multipart is not accepted anywhere: nothing here takes
    files.
    """
    body = await request.body()
    if not body:
        return Parameters(())
    if _content_type(request) != _FORM:
        raise BadRequestError(f"The body must be {_FORM}")
    return _parse(body)


async def read_json(request: Request) -> dict[str, Any]:
    """Return the JSON object of a body; raises BadRequestError."""
    body = await request.body()
    if _content_type(request) != _JSON:
        raise BadRequestError(f"The body must be {_JSON}")
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise BadRequestError("The body is not JSON") from error
    if not isinstance(document, dict):
        raise BadRequestError("The body is not a JSON object")
    return document


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def encode_query(parameters: Parameters) -> str:
    """Write parameters as a query, repetitions included, for a POST that continues as a GET."""
    pairs = [(name, value) for name, values in parameters.as_lists().items() for value in values]
    return urlencode(pairs, quote_via=quote)


def _parse(raw: bytes) -> Parameters:
    """Read `application/x-www-form-urlencoded` (WHATWG URL standard, section 5.1), but for broken
    encodings, which that would keep as they are."""
    if not has_whole_triplets(raw) or raw.count(b"&") >= MAX_PARAMETERS:
        raise BadRequestError("The parameters are not well-formed or too many")
    try:
        fields = raw.decode("ascii").split("&")
        parts = [field.partition("=") for field in fields if field]
        pairs = [(_decode(name), _decode(value)) for name, _, value in parts]
    except UnicodeDecodeError as error:  # not ASCII, or not UTF-8 once it is decoded
        raise BadRequestError("The parameters are not well-formed") from error
    for name, value in pairs:
        if len(value) > MAX_VALUE_LENGTH or len(name) > MAX_VALUE_LENGTH:
            raise BadRequestError("A parameter is too long")
        if "\x00" in value or "\x00" in name:
            raise BadRequestError("A parameter has a NUL character")
    return Parameters(pairs)


def _decode(text: str) -> str:
    spaced = text.replace("+", " ")
    return unquote(spaced, errors="strict") if "%" in spaced else spaced
