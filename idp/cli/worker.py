"""idp worker"""

from __future__ import annotations

import typer

from idp.cli.commands import new_app
from idp.cli.loading import load_checked_settings
from idp.cli.refusals import refuse

app = new_app("Run the job worker alone.")


@app.command()
def worker() -> None:
    """Run the job worker until SIGTERM or Ctrl-C, where web servers run with IDP_SERVER__RUN_JOBS
    set to false.
    """
    settings = load_checked_settings()
    if settings.is_embedded:
        refuse("the embedded home has its worker inside `idp serve`")

    from idp.cli.opening import prepare, run
    from idp.worker.process import run_worker

    run(prepare(settings))
    if settings.server.metrics_port is not None:
        from prometheus_client import start_http_server

        start_http_server(settings.server.metrics_port, settings.server.metrics_host)
    typer.echo("The worker is running.", err=True)
    run_worker()
