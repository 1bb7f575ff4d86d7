"""The commands, by hand; each is loaded only when it is called, so that `idp --help` is quick."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from typer import Exit, Option, Typer, echo

from idp import __version__


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is, and what the overview says about it."""

    module: str
    summary: str


COMMANDS: dict[str, Command] = {
    "demo": Command("idp.cli.demo.command", "Run the whole demonstration on this machine."),
    "serve": Command("idp.cli.serve", "Run the provider."),
    "worker": Command("idp.cli.worker", "Run the job worker alone."),
    "db": Command("idp.cli.db", "Bring the database to this release's schema."),
    "keys": Command("idp.cli.keys", "Signing keys and the root key."),
    "clients": Command("idp.cli.clients", "The registry of client applications."),
    "accounts": Command("idp.cli.accounts", "Signing people out, and accounts of a sandbox."),
    "audit": Command("idp.cli.audit", "Prove that the audit log is whole."),
    "registers": Command("idp.cli.registers", "The simulated population and entity registers."),
    "settings": Command("idp.cli.settings", "Every setting with its variable and its meaning."),
}


def new_app(summary: str) -> Typer:
    """Return an empty command group. Tracebacks stay plain: decorated ones show values."""
    return Typer(
        help=summary, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )


def load(name: str) -> Typer:
    """Import a command's module and return its application."""
    app: Typer = importlib.import_module(COMMANDS[name].module).app
    return app


def overview() -> Typer:
    """Return the application that lists the commands; it runs none of them."""
    app = new_app("Tongxing 通行: one account and one login for every government service.")

    def show_version(wanted: bool) -> None:
        if wanted:
            echo(f"tongxing {__version__}")
            raise Exit

    @app.callback()
    def top(
        version: bool = Option(
            False, "--version", help="Show the version.", is_eager=True, callback=show_version
        ),
    ) -> None:
        """Tongxing 通行: one account and one login for every government service."""

    for name, command in COMMANDS.items():
        app.command(name, help=command.summary)(lambda: None)
    return app
