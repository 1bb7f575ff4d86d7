"""Reading a client file: a list under `clients:`, judged as a whole.

Beside its registered members an entry may say where its secret is: `client_secret_file` (a path,
from the file's own folder) or `client_secret_env` (an environment variable). Without either a
secret is made when the client needs one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from idp.client_registry.client_metadata import SECRET_METHODS
from idp.client_registry.errors import ClientMetadataError
from idp.client_registry.promises import RegistrationRules
from idp.client_registry.service import Registration, parse_registration
from idp.errors import TongxingError
from idp.tokens.claims import BY_NAME, SCOPES

_SECRET_MEMBERS = ("client_secret_file", "client_secret_env")


class ClientFileError(TongxingError):
    """The file is not acceptable; `complaints` name every faulty entry, never a secret."""

    code = "client_file_invalid"

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


def read_client_file(
    path: Path, environment: Mapping[str, str], rules: RegistrationRules
) -> list[Registration]:
    """Return the file's clients; raises ClientFileError."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ClientFileError([f"{path} cannot be read as YAML{_line(error)}"]) from error
    entries = document.get("clients") if isinstance(document, dict) else None
    if not isinstance(entries, list) or set(document) != {"clients"}:
        raise ClientFileError([f"{path} must hold one list, under `clients:`"])
    complaints: list[str] = []
    registrations: list[Registration] = []
    for position, entry in enumerate(entries, start=1):
        try:
            registrations.append(_registration(entry, path.parent, environment, rules))
        except ClientMetadataError as error:
            complaints.append(f"{_name(entry, position)}: {error.hint}")
    names = [item.metadata.client_id for item in registrations]
    complaints += sorted({f"{n}: appears twice" for n in names if names.count(n) > 1})
    if complaints:
        raise ClientFileError(complaints)
    return registrations


def _registration(
    entry: object, folder: Path, environment: Mapping[str, str], rules: RegistrationRules
) -> Registration:
    if not isinstance(entry, dict):
        raise ClientMetadataError("must be a mapping of members")
    members = {name: value for name, value in entry.items() if name not in _SECRET_MEMBERS}
    secret = _secret(entry, folder, environment)
    registration = parse_registration(members, secret, rules)
    metadata = registration.metadata
    for claim in metadata.claims:
        if claim.name not in BY_NAME:
            raise ClientMetadataError(f"claims: there is no claim {claim.name}")
    for scope in metadata.scope.split():
        if scope not in SCOPES:
            raise ClientMetadataError(f"scope: there is no scope {scope}")
    if metadata.token_endpoint_auth_method not in SECRET_METHODS and secret is not None:
        raise ClientMetadataError("client_secret: the client authenticates without one")
    return registration


def _secret(entry: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> str | None:
    given = [name for name in _SECRET_MEMBERS if entry.get(name) is not None]
    if len(given) > 1:
        raise ClientMetadataError("client_secret_file and client_secret_env exclude each other")
    if not given:
        return None
    source = str(entry[given[0]])
    if given[0] == "client_secret_env":
        if not environment.get(source):
            raise ClientMetadataError(f"client_secret_env: {source} is not set")
        return environment[source]
    try:
        return (folder / source).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ClientMetadataError(f"client_secret_file: {source} cannot be read") from error


def _name(entry: object, position: int) -> str:
    client_id = entry.get("client_id") if isinstance(entry, dict) else None
    return client_id if isinstance(client_id, str) else f"client {position}"


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark is not None else ""
