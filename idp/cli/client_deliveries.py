"""idp clients deliveries"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from idp.cli.loading import load_settings

if TYPE_CHECKING:
    from idp.logout.delivery import Delivery
    from idp.settings import Settings


def deliveries(
    client_id: str = typer.Argument(help="The client's id."),
    days: int = typer.Option(7, "--days", min=1, max=180, help="How far back."),
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="At most so many, newest."),
) -> None:
    """Show what became of the logouts that a client had to be told about."""
    from rich.table import Table

    from idp.cli.opening import run

    table = Table(
        "logout", "state", "attempts", "last result", "settled", "browser asked", box=None
    )
    for item in run(_read(load_settings(), client_id, days, limit)):
        table.add_row(
            _moment(item.created_at),
            item.state.value,
            str(item.attempts),
            item.last_result or "",
            _moment(item.settled_at),
            _moment(item.browser_asked_at),
        )
    Console(width=None if Console().is_terminal else 140).print(table)


async def _read(settings: Settings, client_id: str, days: int, limit: int) -> list[Delivery]:
    from idp.cli.opening import open_foundation
    from idp.logout.repository import read_page_of_client

    async with open_foundation(settings) as base, base.database.read() as transaction:
        since = base.clock.now() - timedelta(days=days)
        return await read_page_of_client(transaction, client_id, since, None, limit)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z" if moment else ""
