"""The realm, its client and its people."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import httpx2
from argon2.low_level import Type, hash_secret_raw

from bench.contenders.keycloak.server import ADMIN
from bench.load.target import CLIENT_ID, PASSWORD, REDIRECT_URI
from bench.machinery.waiting import HOST
from idp.crypto.password_settings import PasswordHashingSettings

REALM = "bench"
_TEMPLATE = "template"


def create_realm(port: int, admin_password: str, client_secret: str) -> None:
    """Make the realm with its client and one person, from whom the others are copied."""
    with httpx2.Client(base_url=f"http://{HOST}:{port}", timeout=60.0) as http:
        form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN,
                "password": admin_password}  # fmt: skip
        answer = http.post("/realms/master/protocol/openid-connect/token", data=form)
        token = answer.raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        http.post("/admin/realms", json=_realm(client_secret), headers=headers).raise_for_status()


def _realm(client_secret: str) -> dict[str, Any]:
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "none",
        "defaultSignatureAlgorithm": "ES256",
        "accessTokenLifespan": 600,
        # A new refresh token at each use, and the old one is spent.
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "passwordPolicy": "hashAlgorithm(argon2)",
        "clients": [
            {
                "clientId": CLIENT_ID,
                "secret": client_secret,
                "enabled": True,
                "protocol": "openid-connect",
                "publicClient": False,
                "redirectUris": [REDIRECT_URI],
                "standardFlowEnabled": True,
                "directAccessGrantsEnabled": False,
                "serviceAccountsEnabled": True,
                "attributes": {"pkce.code.challenge.method": "S256"},
            }
        ],
        "users": [
            {
                "username": _TEMPLATE,
                "enabled": True,
                "emailVerified": True,
                "email": "template@example.cn",
                "firstName": "测",
                "lastName": "量",
                "realmRoles": [f"default-roles-{REALM}"],
                "attributes": {
                    "phoneNumber": ["+8613800000000"],
                    "phoneNumberVerified": ["true"],
                    "birthdate": ["1990-01-01"],
                },
                "credentials": [_credential()],
            }
        ],
    }


def _credential() -> dict[str, str]:
    cost, salt = PasswordHashingSettings(), secrets.token_bytes(16)
    raw = hash_secret_raw(
        PASSWORD.encode(), salt, cost.passes, cost.memory_kib, cost.lanes, 32, Type.ID
    )
    secret = {"value": base64.b64encode(raw).decode(), "salt": base64.b64encode(salt).decode(),
              "additionalParameters": {}}  # fmt: skip
    data = {
        "hashIterations": cost.passes,
        "algorithm": "argon2",
        "additionalParameters": {
            "hashLength": ["32"], "memory": [str(cost.memory_kib)], "type": ["id"],
            "version": ["1.3"], "parallelism": [str(cost.lanes)],
        },
    }  # fmt: skip
    return {
        "type": "password", "secretData": json.dumps(secret), "credentialData": json.dumps(data),
    }  # fmt: skip


_NEW_PEOPLE = """
CREATE TEMPORARY TABLE people AS
SELECT gen_random_uuid()::text AS id, '138' || lpad(n::text, 8, '0') AS name
FROM generate_series(0, $1::int - 1) AS n
"""
_COPIES = (
    """
    INSERT INTO user_entity (id, email, email_constraint, email_verified, enabled, first_name,
                             last_name, realm_id, username, created_timestamp, not_before)
    SELECT people.id, name || '@example.cn', name || '@example.cn', email_verified, enabled,
           first_name, last_name, realm_id, name, created_timestamp, not_before
    FROM people, user_entity WHERE username = 'template'
    """,
    """
    INSERT INTO credential (id, type, user_id, created_date, secret_data, credential_data,
                            priority, version)
    SELECT gen_random_uuid()::text, type, people.id, created_date, secret_data, credential_data,
           priority, version
    FROM people, credential
    WHERE user_id = (SELECT id FROM user_entity WHERE username = 'template')
    """,
    """
    INSERT INTO user_attribute (id, name, value, user_id)
    SELECT gen_random_uuid()::text, user_attribute.name,
           CASE WHEN user_attribute.name = 'phoneNumber' THEN '+86' || people.name ELSE value END,
           people.id
    FROM people, user_attribute
    WHERE user_id = (SELECT id FROM user_entity WHERE username = 'template')
    """,
    """
    INSERT INTO user_role_mapping (role_id, user_id)
    SELECT role_id, people.id FROM people, user_role_mapping
    WHERE user_id = (SELECT id FROM user_entity WHERE username = 'template')
    """,
)


async def copy_people(url: str, accounts: int) -> None:
    """Write accounts 0 to `accounts` - 1 into a database (libpq URL) whose server is stopped."""
    connection = await asyncpg.connect(url)
    try:
        # A temporary table needs its length at once: parameters are not allowed in it.
        await connection.execute(_NEW_PEOPLE.replace("$1", str(int(accounts))))
        for statement in _COPIES:
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
