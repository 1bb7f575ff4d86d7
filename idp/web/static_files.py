"""Style sheets and scripts of the pages. Their URLs change with their content."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent / "static"


class CachedStaticFiles(StaticFiles):
    """Serves files that a browser may keep for ever once it asked with a version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if versioned else "public, max-age=300"
        )
        return response


def static_files() -> CachedStaticFiles:
    """Return the application for `/static`."""
    return CachedStaticFiles(directory=_FOLDER)
