"""idp accounts sign-out"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from idp.cli.loading import load_checked_settings
from idp.cli.refusals import Status, refuse

if TYPE_CHECKING:
    from idp.services.wiring import Services
    from idp.settings import Settings
    from idp.storage.database import Transaction

_FROM_INPUT = "-"


def sign_out(
    username: str | None = typer.Option(
        None,
        "--username",
        "--phone",
        help="What they sign in with, a phone or document number; `-` reads it from input.",
    ),
    account_id: str | None = typer.Option(None, help="The account's id, as the audit log has it."),
    with_offline: bool = typer.Option(
        False, "--with-offline", help="End tokens that outlive sessions (offline_access) as well."
    ),
) -> None:
    """Sign a person out everywhere: end all their sessions and tell every portal.

    `-` keeps a number out of the shell's history and the list of processes. Portals that do not
    answer now are told again by the job worker.
    """
    from idp.cli.opening import run

    if (username is None) == (account_id is None):
        refuse("name the account by --username or by --account-id")
    if username == _FROM_INPUT:
        username = sys.stdin.readline().strip()
    told = run(_sign_out(load_checked_settings(), username, account_id, with_offline))
    if told is None:
        refuse("there is no such account", Status.FAILED)
    sessions, portals = told
    typer.echo(f"{sessions} sessions ended, {portals} portals told or to be told.")


async def _sign_out(
    settings: Settings, username: str | None, account_id: str | None, with_offline: bool
) -> tuple[int, int] | None:
    """Return how many sessions ended and how many clients had been entered through them; None when
    there is no such account."""
    from idp.cli.opening import prepare
    from idp.services.wiring import build_services
    from idp.sessions.session import EndReason
    from idp.tokens.family import RevokeReason

    services = build_services(await prepare(settings))
    try:
        async with services.database.write() as transaction:
            found = await _find(services, transaction, username, account_id)
            if found is None:
                return None
            reason = EndReason.ADMINISTRATOR
            sessions = await services.sessions.list_live(transaction, found)
            logout = await services.logout.end_account(transaction, found, reason)
            if with_offline:
                await services.logout.end_offline_access(
                    transaction, found, RevokeReason.ADMINISTRATOR
                )
        await services.logout_deliveries.deliver_now(logout.pending)
        return len(sessions), len(logout.deliveries)
    finally:
        await services.close()


async def _find(
    services: Services, transaction: Transaction, username: str | None, account_id: str | None
) -> str | None:
    persons = services.enrolment.persons
    if username is None:
        person = await persons.find(transaction, account_id or "", ())
        return person.account_id if person else None
    alias = services.enrolment.usernames.alias_of(username)
    account = await persons.find_by_alias(transaction, alias)
    return account.account_id if account else None
