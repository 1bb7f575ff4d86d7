"""idp serve"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

import typer

from idp.cli.commands import new_app
from idp.cli.loading import load_checked_settings
from idp.cli.refusals import Status, refuse
from idp.launcher.prefork import Address
from idp.settings import Settings

app = new_app("Run the provider.")
_APPLICATION = "idp.asgi:application"


@app.command()
def serve(
    ready_file: Path | None = typer.Option(
        None, help="Write host, port and pid to this file (JSON) once requests are served."
    ),
) -> None:
    """Run the provider: web workers, the job worker and, in the embedded home, the store.

    SIGTERM and Ctrl-C end it after the requests under way; SIGHUP restarts the workers one by one.
    """
    from idp.launcher.embedded_home import embedded_home
    from idp.launcher.embedded_valkey import EmbeddedValkeyError

    settings = load_checked_settings()
    with ExitStack() as stack:
        try:
            home = stack.enter_context(
                embedded_home(settings) if settings.is_embedded else nullcontext(None)
            )
        except EmbeddedValkeyError as error:
            refuse(str(error), Status.FAILED)
        if home is not None:
            settings = home.settings
        _prepare(settings)
        status = _run(settings, ready_file, home.tend if home is not None else None)
    raise typer.Exit(status)


def _prepare(settings: Settings) -> None:
    from idp.launcher.one_shot import run_in_child
    from idp.launcher.prepared import is_prepared

    url, algorithms = settings.storage.database_url, settings.keys.algorithms
    if settings.is_embedded and is_prepared(url, algorithms):
        return

    def prepare() -> int:
        from idp.launcher.preparation import prepare_database

        return asyncio.run(prepare_database(settings))

    if status := run_in_child(prepare):
        raise typer.Exit(status)


def _run(settings: Settings, ready_file: Path | None, tend: Callable[[], None] | None) -> int:
    from idp.launcher.prefork import serve as run_servers
    from idp.observability.logging import configure_logging

    configure_logging(settings.observability.log_level)
    server = settings.server
    ports = settings.metrics_ports
    metrics = (server.metrics_host, ports[0]) if ports is not None else None
    try:
        return run_servers(
            server.host,
            server.port,
            server.workers,
            _APPLICATION,
            background=_work if server.run_jobs else None,
            metrics=metrics,
            ready_file=ready_file,
            on_ready=partial(_announce, settings),
            on_tick=tend,
        )
    except OSError as error:
        refuse(_unheard(error, (server.host, server.port), metrics), Status.FAILED)


def _unheard(error: OSError, web: Address, metrics: Address | None) -> str:
    """Say which of the two addresses is taken; `socket.create_server` names it in its error."""
    if metrics is not None and repr(metrics) in str(error):
        host, port = metrics
        return f"cannot listen on {host}:{port} (IDP_SERVER__METRICS_PORT): {error.strerror}"
    return f"cannot listen on {web[0]}:{web[1]}: {error.strerror}"


def _work() -> None:
    from idp.worker.process import run_worker

    run_worker()


def _announce(settings: Settings, address: Address) -> None:
    where = f"{address[0]}:{address[1]}"
    typer.echo(f"Tongxing 通行 serves {settings.issuer_url} (listening on {where})", err=True)
