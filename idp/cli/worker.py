"""idp worker"""

from __future__ import annotations

import typer

from idp.cli.commands import new_app
from idp.cli.loading import load_checked_settings
from idp.cli.refusals import Status, refuse

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
    if settings.metrics_ports is not None:
        _answer_prometheus(settings.server.metrics_host, settings.metrics_ports[1])
    typer.echo("The worker is running.", err=True)
    run_worker()


def _answer_prometheus(host: str, port: int) -> None:
    from prometheus_client import start_http_server

    try:
        start_http_server(port, host)
    except OSError as error:
        refuse(
            f"cannot listen on {host}:{port} for Prometheus (IDP_SERVER__METRICS_PORT):"
            f" {error.strerror}",
            Status.FAILED,
        )
