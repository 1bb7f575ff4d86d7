"""idp registers"""

from __future__ import annotations

import os

import typer

from idp.cli.commands import new_app
from idp.cli.refusals import refuse

app = new_app("The simulated population and entity registers.")

SECRET_VARIABLE = "REGISTERS_SECRET"


@app.callback()
def group() -> None:
    """The simulated population and entity registers: synthetic people only."""


@app.command()
def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8090, min=1, max=65535, help="Port to listen on."),
    key_id: str = typer.Option("tongxing", help="Name of the key that callers sign with."),
) -> None:
    """Run the simulated registers. The shared secret, 32 bytes or more, comes from the environment
    variable REGISTERS_SECRET.
    """
    from pydantic import ValidationError

    from idp.registers.server import serve as serve_registers
    from idp.registers.settings import RegistersSettings

    secret = os.environ.pop(SECRET_VARIABLE, "")
    try:
        settings = RegistersSettings.model_validate({"key_id": key_id, "secret": secret})
    except ValidationError as error:
        refuse(
            f"{SECRET_VARIABLE} or --key-id: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
    typer.echo(f"Simulated registers on http://{host}:{port}", err=True)
    serve_registers(host, port, settings)
