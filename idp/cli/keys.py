"""idp keys"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from idp.cli.commands import new_app
from idp.cli.loading import load_settings
from idp.keys.settings import SigningAlgorithm

if TYPE_CHECKING:
    from idp.keys.signing_key import SigningKey

app = new_app("Signing keys and the root key.")


@app.command("list")
def list_keys() -> None:
    """Show every signing key and what it is used for now."""
    from idp.cli.opening import open_foundation, run

    async def read() -> tuple[tuple[SigningKey, ...], datetime]:
        async with open_foundation(load_settings()) as foundation:
            await foundation.keys.refresh()
            return foundation.keys.all(), foundation.clock.now()

    keys, now = run(read())
    _show(keys, now)


@app.command()
def rotate(
    alg: str = typer.Option("", help="Only this algorithm; all configured ones otherwise."),
    announce_seconds: int | None = typer.Option(
        None, min=0, help="How long the new key is published before it signs."
    ),
) -> None:
    """Add a key that signs after its announcement; the key before stays published for verifiers."""
    from idp.cli.opening import open_foundation, run
    from idp.cli.refusals import refuse

    settings = load_settings()
    wanted: list[SigningAlgorithm] = [a for a in settings.keys.algorithms if alg in ("", a)]
    if not wanted:
        refuse(f"--alg {alg} is not one of {', '.join(settings.keys.algorithms)}")

    async def add() -> list[str]:
        async with open_foundation(settings) as foundation:
            return [
                await foundation.keys.rotate(one, announce_seconds=announce_seconds)
                for one in wanted
            ]

    for one, kid in zip(wanted, run(add()), strict=True):
        typer.echo(f"{one}: {kid}")


# A kid may begin with a hyphen.
@app.command(context_settings={"ignore_unknown_options": True})
def revoke(kid: str = typer.Argument(help="The key, as `idp keys list` shows it.")) -> None:
    """Withdraw a key at once. What it signed is refused everywhere within a minute."""
    from idp.cli.opening import open_foundation, run
    from idp.cli.refusals import Status, refuse
    from idp.keys.errors import UnknownKeyError

    async def withdraw() -> str | None:
        async with open_foundation(load_settings()) as foundation:
            return await foundation.keys.revoke(kid)

    try:
        replacement = run(withdraw())
    except UnknownKeyError:
        refuse("there is no such key, or it is revoked already", Status.FAILED)
    typer.echo(f"{kid} is revoked." + (f" {replacement} replaces it." if replacement else ""))


@app.command("new-root")
def new_root() -> None:
    """Print a new random root key for IDP_ROOT_KEY. Keep it in your key management, not in a file
    beside the database.
    """
    from idp.crypto.root_key_file import new_root_key

    typer.echo(new_root_key())


def _show(keys: tuple[SigningKey, ...], now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("kid", "alg", "state", "signs from", "published until", box=None)
    for key in keys:
        until = key.revoked_at or key.published_until
        table.add_row(
            key.kid, key.alg, _state(key, keys, now), _minute(key.active_from), _minute(until)
        )
    Console(width=None if Console().is_terminal else 140).print(table)


def _state(key: SigningKey, keys: tuple[SigningKey, ...], now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if not key.is_published(now):
        return "withdrawn"
    if not key.may_sign(now):
        return "announced"
    signers = [one for one in keys if one.alg == key.alg and one.may_sign(now)]
    newest = max(signers, key=lambda one: (one.active_from, one.kid))
    return "signs" if key is newest else "verifies"


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else ""
