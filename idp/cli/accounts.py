"""idp accounts"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from idp.cli.account_sign_out import sign_out
from idp.cli.commands import new_app
from idp.cli.loading import load_checked_settings
from idp.cli.refusals import Status, refuse

if TYPE_CHECKING:
    from idp.enrolment.seeding import SeedReport

app = new_app("Signing people out, and accounts of a sandbox.")
app.command("sign-out")(sign_out)


@app.callback()
def group() -> None:
    """Signing people out, and accounts of a sandbox."""


@app.command("import")
def import_accounts(
    file: Path = typer.Argument(help="YAML or JSON list of accounts.", exists=True, dir_okay=False),
) -> None:
    """Make test accounts from a file, in a sandbox only. People who have an account are skipped."""
    import yaml
    from pydantic import ValidationError

    from idp.cli.opening import run
    from idp.enrolment.seeding import read_seed_file
    from idp.errors import TongxingError

    settings = load_checked_settings()
    if not settings.sandbox:
        refuse("accounts are imported into a sandbox only (IDP_SANDBOX=true)")
    try:
        entries = read_seed_file(file)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        refuse(f"{file}: {_place(fault['loc'])}: {fault['msg']}" for fault in faults)
    except (yaml.YAMLError, UnicodeDecodeError):
        refuse(f"{file} is neither YAML nor JSON")

    async def make() -> SeedReport:
        from idp.cli.opening import prepare
        from idp.services.wiring import build_services

        services = build_services(await prepare(settings))
        try:
            return await services.enrolment.seeding.import_accounts(entries)
        finally:
            await services.close()

    try:
        report = run(make())
    except TongxingError as error:
        refuse(f"an account was refused: {error.hint or error.code}", Status.FAILED)
    typer.echo(f"{len(report.created)} accounts made, {report.skipped} existed already.")


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)
