"""Environment and client of a measured installation of this provider."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import yaml

from bench.load.target import CLIENT_ID, REDIRECT_URI, SCOPE
from bench.machinery.waiting import HOST

_CLAIMS = ("name", "birthdate", "phone_number", "phone_number_verified")
SECRET_VARIABLE = "BENCH_CLIENT_SECRET"


def environment(home: Path) -> dict[str, str]:
    """Return what every command and server of the installation in `home` is started with."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("IDP_")},
        "IDP_DATA_DIR": str(home),
        "IDP_SANDBOX": "true",
        "IDP_SERVER__HOST": HOST,
        "IDP_OBSERVABILITY__LOG_LEVEL": "WARNING",
        # Each person comes from an address of their own, or the limit per address would count.
        "IDP_HTTP__TRUSTED_PROXIES": json.dumps([f"{HOST}/32"]),
        # The longest that is allowed, and the others are given the same: no phase outlives it.
        "IDP_TOKENS__ACCESS_TOKEN_SECONDS": "600",
        # Never asked here, but a provider does not start without a register.
        "IDP_POPULATION_REGISTER__BASE_URL": "http://127.0.0.1:9",
        "IDP_POPULATION_REGISTER__KEY_ID": "bench",
        "IDP_POPULATION_REGISTER__SECRET": secrets.token_urlsafe(32),
    }


def write_clients(path: Path) -> None:
    """Write the client file: one portal, told everything by law, so that nobody is asked."""
    client: dict[str, object] = {
        "client_id": CLIENT_ID,
        "client_name": "测量",
        "redirect_uris": [REDIRECT_URI],
        "scope": SCOPE,
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "client_secret_env": SECRET_VARIABLE,
        "claims": [
            {"name": name, "purpose": "测量", "legal_basis": "statutory", "basis_text": "测量"}
            for name in _CLAIMS
        ],
    }
    path.write_text(yaml.safe_dump({"clients": [client]}, allow_unicode=True), encoding="utf-8")
