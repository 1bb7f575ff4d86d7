"""Registering a kit's client as an operator would: from the kit's own client file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from idp.cli.client_file import read_client_file
from idp.client_registry.service import Change
from tests.provider import RunningProvider

KITS = Path(__file__).parents[2] / "clients" / "kits"
PORTAL_URL = "https://portal.example.gov.cn"
CLIENT_ID = "example-portal"


@dataclass(frozen=True)
class RegisteredClient:
    """What an operator tells the department."""

    client_id: str
    secret: str = field(repr=False)
    """Empty for a client that has none."""


def register_kit(
    provider: RunningProvider, kit: str, *, client_id: str, portal_url: str, without: str = ""
) -> RegisteredClient:
    """Apply `clients/kits/<kit>/client.yaml` with this client id and URL filled in.

    `without` names a member whose line is left out of the file.
    """
    text = (KITS / kit / "client.yaml").read_text(encoding="utf-8")
    if without:
        text = "".join(
            line
            for line in text.splitlines(keepends=True)
            if not line.strip().startswith((f"{without}:", f"{without.removesuffix('_uri')}_s"))
        )
    text = text.replace(PORTAL_URL, portal_url).replace(CLIENT_ID, client_id)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "client.yaml"
        file.write_text(text, encoding="utf-8")
        registrations = read_client_file(file, {}, provider.services.settings.registration_rules)

    async def apply() -> list[Change]:
        async with provider.services.database.write() as transaction:
            changes = await provider.services.registry.apply(
                transaction, registrations, prune=False
            )
        await provider.services.directory.poll()
        return changes

    (change,) = provider.call(apply())
    return RegisteredClient(change.client_id, change.issued_secret or "")
