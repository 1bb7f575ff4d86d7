"""An interface that portals call with the access tokens of the people who use them.

Run it with `python api.py`; README.md lists the variables that it reads.
"""

from __future__ import annotations

import os

import httpx2
import uvicorn
from access_tokens import (
    AccessTokens,
    ChallengeError,
    require_authentication,
    require_scope,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SCOPE = "profile"
RECENT_SECONDS = 300
REAL_NAME = "urn:tongxing:acr:l2"

tokens = AccessTokens(
    issuer=os.environ["API_ISSUER"],
    audience=os.environ["API_AUDIENCE"],
    http=httpx2.AsyncClient(timeout=10),
)


async def read_records(request: Request) -> Response:
    """Anybody who is signed in may look at their records; a program on its own may not."""
    claims = await tokens.read(request.headers.get("authorization"))
    require_scope(claims, SCOPE)
    require_authentication(claims)
    return JSONResponse({"sub": claims["sub"], "records": ["..."]})


async def file_declaration(request: Request) -> Response:
    """To declare something one has to be known by name."""
    claims = await tokens.read(request.headers.get("authorization"))
    require_scope(claims, SCOPE)
    require_authentication(claims, level=REAL_NAME)
    return JSONResponse({"sub": claims["sub"], "filed": True}, status_code=201)


async def change_account(request: Request) -> Response:
    """To have money paid elsewhere one has to have signed in just now."""
    claims = await tokens.read(request.headers.get("authorization"))
    require_scope(claims, SCOPE)
    require_authentication(claims, level=REAL_NAME, max_age=RECENT_SECONDS)
    return JSONResponse({"sub": claims["sub"], "changed": True})


async def on_challenge(request: Request, error: Exception) -> Response:
    if not isinstance(error, ChallengeError):
        raise error
    return JSONResponse(
        {"error": error.error} if error.error else {},
        status_code=error.status,
        headers={"WWW-Authenticate": error.header, "Cache-Control": "no-store"},
    )


async def on_missing_keys(request: Request, error: Exception) -> Response:
    """Whether the token is good cannot be said; the client may try again."""
    return JSONResponse({}, status_code=503, headers={"Retry-After": "5"})


app = Starlette(
    routes=[
        Route("/records", read_records),
        Route("/declarations", file_declaration, methods=["POST"]),
        Route("/bank-account", change_account, methods=["PUT"]),
    ],
    exception_handlers={ChallengeError: on_challenge, httpx2.HTTPError: on_missing_keys},
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("API_PORT", "3000")), server_header=False)
