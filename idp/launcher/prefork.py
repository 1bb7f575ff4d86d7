"""The one way to run the web server: bind once, fork workers, supervise them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from idp.launcher.child_process import Role, Run
from idp.launcher.metrics_listener import (
    forget_process,
    prepare_metrics_folder,
    run_metrics_listener,
)
from idp.launcher.supervisor import Supervisor
from idp.launcher.web_worker import WebSettings, run_web_worker

_BACKLOG = 2048

Address = tuple[str, int]


def serve(
    host: str,
    port: int,
    workers: int,
    app_factory: str,
    *,
    background: Callable[[], None] | None = None,
    metrics: Address | None = None,
    ready_file: Path | None = None,
    on_ready: Callable[[Address], None] | None = None,
    on_tick: Callable[[], None] | None = None,
    graceful_seconds: int = 20,
) -> int:
    """Serve the application made by `app_factory` (`module:function`) until SIGTERM or SIGINT.

    `port` 0 takes a free one. `background` is run in a process of its own and started again when
    it ends; it gets SIGTERM (as SystemExit, unless it handles the signal) when it should end.
    `metrics` is the address of `/metrics`. Once all workers serve, `ready_file` is written
    (`{"host", "port", "pid"}`) and `on_ready` called with the bound address. `on_tick` is called
    about twice a second in this process, for instance to look after an embedded store.

    SIGHUP restarts the workers one by one. This process must have no threads, and must not have
    imported the application or prometheus_client. Returns the exit status: 0 after a clean stop, 1
    if the workers could not start.

    Raises:
        OSError: an address cannot be bound.
    """
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_listen((host, port)))
        bound: Address = listener.getsockname()[:2]
        web = WebSettings(app_factory, graceful_seconds)
        programs: dict[Role, Run] = {Role.WEB: partial(run_web_worker, listener, web)}
        on_exit: Callable[[int], None] | None = None
        if background is not None:
            programs[Role.BACKGROUND] = _without_heartbeat(background)
        if metrics is not None:
            scraped = stack.enter_context(_listen(metrics))
            folder = Path(tempfile.mkdtemp(prefix="idp-metrics-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            prepare_metrics_folder(folder)
            programs[Role.METRICS] = partial(run_metrics_listener, scraped, folder)
            on_exit = partial(forget_process, folder)

        def ready() -> None:
            if ready_file is not None:
                _write_ready_file(ready_file, bound)
                stack.callback(ready_file.unlink, missing_ok=True)
            if on_ready is not None:
                on_ready(bound)

        supervisor = Supervisor(
            programs,
            {role: workers if role is Role.WEB else 1 for role in programs},
            graceful_seconds,
            on_ready=ready,
        )
        if on_tick is not None:
            supervisor.on_tick = on_tick
        if on_exit is not None:
            supervisor.on_exit = on_exit
        return supervisor.run()


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    return socket.create_server(address, family=family, backlog=_BACKLOG)


def _without_heartbeat(background: Callable[[], None]) -> Run:
    def run(beat: Callable[[], None]) -> None:
        beat()
        background()

    return run


def _write_ready_file(path: Path, address: Address) -> None:
    content = json.dumps({"host": address[0], "port": address[1], "pid": os.getpid()})
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)
