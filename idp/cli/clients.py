"""idp clients"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from idp.cli.client_deliveries import deliveries
from idp.cli.commands import new_app
from idp.cli.loading import load_settings
from idp.cli.refusals import Status, refuse

if TYPE_CHECKING:
    from sqlalchemy import Row

    from idp.client_registry.service import Change, Registration
    from idp.settings import Settings

_LONGEST_NOTE = 200
app = new_app("The registry of client applications.")
app.command()(deliveries)


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

    table = Table(
        "client_id", "name", "status", "source", "authentication", "version", "changed", box=None
    )
    for row in run(_read(load_settings())):
        metadata = row.client_metadata
        table.add_row(
            row.client_id,
            str(metadata.get("client_name", "")),
            row.status,
            row.source,
            str(metadata.get("token_endpoint_auth_method", "client_secret_basic")),
            str(row.version),
            f"{row.updated_at:%Y-%m-%d %H:%M} UTC",
        )
    Console(width=None if Console().is_terminal else 140).print(table)


@app.command()
def invite(
    uses: int = typer.Option(1, "--uses", min=1, max=100_000, help="How many clients."),
    days: int = typer.Option(7, "--days", min=1, max=400, help="For how long."),
    note: str = typer.Option("", "--note", help="Whom it is for."),
) -> None:
    """Make an initial access token, with which clients register themselves.

    It is shown once, here, and kept nowhere in clear.
    """
    from idp.cli.opening import run

    if len(note) > _LONGEST_NOTE or not note.isprintable():
        refuse(f"--note must be one line of at most {_LONGEST_NOTE} characters")
    settings = load_settings()
    typer.echo(f"initial access token: {run(_invite(settings, uses, days, note))}")
    if settings.clients.registration != "initial_access_token":
        typer.echo("IDP_CLIENTS__REGISTRATION is not initial_access_token: it opens nothing now.")


@app.command()
def disable(client_id: str = typer.Argument(help="The client's id.")) -> None:
    """End a client and everything that was granted to it, within five seconds."""
    from idp.cli.opening import run

    if not run(_disable(load_settings(), client_id)):
        refuse(f"{client_id}: no active client", Status.FAILED)
    typer.echo(f"{client_id} is disabled.")


@app.command("renew-secret")
def renew_secret(client_id: str = typer.Argument(help="The client's id.")) -> None:
    """Replace a client's secret. The new one is shown once, here, and kept nowhere in clear."""
    from idp.cli.opening import run
    from idp.client_registry.errors import ClientMetadataError

    try:
        secret = run(_renew_secret(load_settings(), client_id))
    except ClientMetadataError as error:
        refuse(error.hint, Status.FAILED)
    typer.echo(f"client_secret of {client_id}: {secret}")


async def _invite(settings: Settings, uses: int, days: int, note: str) -> str:
    from idp.cli.opening import open_foundation
    from idp.client_registry.registration.initial_access_tokens import InitialAccessTokens

    async with open_foundation(settings) as base:
        invitations = InitialAccessTokens(base.audit, base.clock)
        async with base.database.write() as transaction:
            life = timedelta(days=days)
            return await invitations.issue(transaction, uses=uses, life=life, note=note)


async def _disable(settings: Settings, client_id: str) -> bool:
    from idp.cli.opening import open_foundation
    from idp.client_registry.service import ClientRegistry

    async with open_foundation(settings) as base:
        registry = ClientRegistry(base.audit, base.secrets, base.clock)
        async with base.database.write() as transaction:
            return await registry.disable(transaction, client_id)


async def _renew_secret(settings: Settings, client_id: str) -> str:
    from idp.cli.opening import open_foundation
    from idp.client_registry.service import ClientRegistry

    async with open_foundation(settings) as base:
        registry = ClientRegistry(base.audit, base.secrets, base.clock)
        async with base.database.write() as transaction:
            return await registry.renew_secret(transaction, client_id)


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
