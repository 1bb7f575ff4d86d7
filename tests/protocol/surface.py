"""Everything that this provider answers at, taken from the application itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi.routing import iter_route_contexts
from sqlalchemy import func, select

from idp.app import create_api
from idp.storage.metadata import metadata
from tests.provider import RunningProvider

STATIC = "/static/tongxing.css"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# What clients call without a page of ours; the others are forms of pages.
FOR_PROGRAMS = {
    "/token", "/introspect", "/revoke", "/par", "/userinfo", "/authorize", "/clients",
    "/logout/deliveries",
}  # fmt: skip

READS_JSON = {"/clients"}


@dataclass(frozen=True, order=True)
class Endpoint:
    """A path with its parameters filled in, and the methods that it knows."""

    path: str
    methods: frozenset[str]


def endpoints(provider: RunningProvider) -> list[Endpoint]:
    """Return every endpoint, and one static file for them all."""
    found: dict[str, set[str]] = {STATIC: {"GET", "HEAD"}}
    for route in iter_route_contexts(create_api(provider.services).routes):
        path = getattr(route, "path", "") or ""
        methods = getattr(route, "methods", None)
        if methods:
            filled = re.sub(r"\{[^}]*\}", "0" * 32, path)
            found.setdefault(filled, set()).update(methods)
    assert len(found) > 15, "the routes were not found"
    return sorted(Endpoint(path, frozenset(methods)) for path, methods in found.items())


def census(provider: RunningProvider) -> dict[str, int]:
    """Count the rows of every table: a request without effect changes none of them."""

    async def count() -> dict[str, int]:
        async with provider.services.database.read() as transaction:
            return {
                table.name: (
                    await transaction.execute(select(func.count()).select_from(table))
                ).scalar_one()
                for table in metadata.sorted_tables
            }

    return provider.call(count())
