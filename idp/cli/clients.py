"""idp clients"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from idp.cli.commands import new_app
from idp.cli.loading import load_settings
from idp.cli.refusals import refuse

if TYPE_CHECKING:
    from sqlalchemy import Row

    from idp.client_registry.service import Change, Registration
    from idp.settings import Settings

app = new_app("The registry of client applications.")


@app.command()
def apply(
    file: Path = typer.Argument(help="YAML file with a list under `clients:`."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show what would change."),
    prune: bool = typer.Option(False, "--prune", help="Disable clients the file does not name."),
    yes: bool = typer.Option(False, "--yes", "-y", help="Do not ask."),
) -> None:
    """Make the registry equal to a file. Applying it again changes nothing.

    One faulty entry and nothing is changed. A secret that had to be made is shown once, here, and
    kept nowhere in clear. Servers notice within five seconds.
    """
    from idp.cli.client_diff import show_changes
    from idp.cli.client_file import ClientFileError, read_client_file
    from idp.cli.opening import run

    settings = load_settings()
    try:
        registrations = read_client_file(file, os.environ, settings.registration_rules)
    except ClientFileError as error:
        refuse(error.complaints)
    console = Console(highlight=False)
    planned = run(_plan(settings, registrations, prune))
    show_changes(planned, console)
    if all(change.kind == "unchanged" for change in planned):
        console.print("Nothing to change.")
        return
    if dry_run:
        return
    if not yes:
        typer.confirm("Apply?", abort=True)
    applied = run(_apply(settings, registrations, prune))
    _show_secrets(applied, console)


@app.command("list")
def list_clients() -> None:
    """Show every client of the registry."""
    from rich.table import Table

    from idp.cli.opening import run

    table = Table("client_id", "name", "status", "authentication", "version", "changed", box=None)
    for row in run(_read(load_settings())):
        metadata = row.client_metadata
        table.add_row(
            row.client_id,
            str(metadata.get("client_name", "")),
            row.status,
            str(metadata.get("token_endpoint_auth_method", "client_secret_basic")),
            str(row.version),
            f"{row.updated_at:%Y-%m-%d %H:%M} UTC",
        )
    Console(width=None if Console().is_terminal else 140).print(table)


async def _plan(
    settings: Settings, registrations: Sequence[Registration], prune: bool
) -> list[Change]:
    from idp.cli.opening import open_foundation
    from idp.client_registry.service import ClientRegistry

    async with open_foundation(settings) as base:
        registry = ClientRegistry(base.audit, base.secrets, base.clock)
        async with base.database.read() as transaction:
            return await registry.plan(transaction, registrations, prune=prune)


async def _apply(
    settings: Settings, registrations: Sequence[Registration], prune: bool
) -> list[Change]:
    from idp.cli.opening import open_foundation
    from idp.client_registry.service import ClientRegistry

    async with open_foundation(settings) as base:
        registry = ClientRegistry(base.audit, base.secrets, base.clock)
        async with base.database.write() as transaction:
            return await registry.apply(transaction, registrations, prune=prune)


async def _read(settings: Settings) -> list[Row[Any]]:
    from idp.cli.opening import open_foundation
    from idp.client_registry.repository import read_clients

    async with open_foundation(settings) as base, base.database.read() as transaction:
        return await read_clients(transaction)


def _show_secrets(changes: Sequence[Change], console: Console) -> None:
    count = sum(change.kind != "unchanged" for change in changes)
    console.print(f"{count} clients changed.")
    for change in changes:
        if change.issued_secret is not None:
            # Shown this once; only a keyed hash of it is stored.
            typer.echo(f"client_secret of {change.client_id}: {change.issued_secret}")
