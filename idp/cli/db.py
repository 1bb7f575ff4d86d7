"""idp db"""

from __future__ import annotations

import typer

from idp.cli.commands import new_app
from idp.cli.loading import load_settings
from idp.cli.refusals import Status, refuse
from idp.settings import Settings

app = new_app("Bring the database to this release's schema.")


@app.command()
def upgrade() -> None:
    """Bring the database to this release's schema, from whatever revision it is at.

    Safe to run again, and while servers of the release before are running.
    """
    from idp.cli.opening import run
    from idp.storage import migrations

    url = _database_url(load_settings())
    before = run(migrations.current(url))
    run(migrations.upgrade(url))
    after = run(migrations.current(url))
    typer.echo(f"The database is at revision {after}" + (f", was {before}." if before else "."))


@app.command()
def current() -> None:
    """Show the database's revision and the one that this release needs. Exit 1 if behind."""
    from idp.cli.opening import run
    from idp.storage import migrations

    url = _database_url(load_settings())
    found = run(migrations.current(url))
    typer.echo(f"database: {found or 'no tables yet'}\nrelease:  {migrations.head()}")
    try:
        run(migrations.check(url))
    except migrations.SchemaBehindError as error:
        refuse(error.hint, Status.FAILED)


def _database_url(settings: Settings) -> str:
    from idp.launcher.embedded_home import prepare_folder, with_addresses

    if settings.is_embedded:
        prepare_folder(settings.data_dir)
    url = with_addresses(settings).storage.database_url
    if not url:
        refuse("IDP_STORAGE__DATABASE_URL is missing")
    return url
