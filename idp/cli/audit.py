"""idp audit"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from idp.cli.commands import new_app
from idp.cli.loading import load_settings
from idp.cli.refusals import Status, refuse

if TYPE_CHECKING:
    from idp.audit.findings import Report

app = new_app("Prove that the audit log is whole.")
_HASH = re.compile(r"[0-9a-f]{64}")


@app.command()
def verify(
    anchor: str | None = typer.Option(
        None, help="A checkpoint's hash that was noted outside, from the log or from this command."
    ),
) -> None:
    """Read the whole audit log and check every hash, link and checkpoint. Exit 1 on any damage.

    With --anchor also finds that newer checkpoints were removed: note the anchor that this command
    or the server's log shows in a place that nobody with the database can reach.
    """
    from idp.audit.verification import verify_log
    from idp.cli.opening import open_foundation, run

    if anchor is not None and not _HASH.fullmatch(anchor.lower()):
        refuse("--anchor must be 64 hexadecimal characters")

    async def check() -> Report:
        async with open_foundation(load_settings()) as base:
            return await verify_log(base.database, base.root, anchor.lower() if anchor else None)

    report = run(check())
    _show(report)
    if not report.is_intact:
        raise typer.Exit(Status.FAILED)


@app.command()
def checkpoint() -> None:
    """Attest the log as it is now and print the anchor to note outside."""
    from idp.audit.checkpoints import Checkpoints, read_anchor
    from idp.cli.opening import open_foundation, run

    async def attest() -> tuple[int, str] | None:
        async with open_foundation(load_settings()) as base:
            await Checkpoints(base.database, base.root, base.clock).write()
            return await read_anchor(base.database)

    found = run(attest())
    if found is None:
        refuse("the audit log is empty", Status.FAILED)
    typer.echo(f"checkpoint {found[0]}\nanchor     {found[1]}")


def _show(report: Report) -> None:
    for finding in report.findings:
        typer.echo(f"DAMAGED ({finding.damage}): {finding.sentence}")
    typer.echo(
        f"{report.events} events in {report.chains} chains, {report.checkpoints} checkpoints,"
        f" {report.unattested} events since the last checkpoint"
    )
    if report.anchor:
        typer.echo(f"anchor {report.anchor}")
    typer.echo("The audit log is whole." if report.is_intact else "The audit log is DAMAGED.")
