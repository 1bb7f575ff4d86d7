"""Keycloak's process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.machinery.postgres import Postgres
from bench.machinery.processors import on
from bench.machinery.waiting import HOST, free_port, stop, wait_for

_READY = b"GET /realms/master HTTP/1.1\r\nHost: localhost\r\n\r\n"
_START_SECONDS = 300.0
ADMIN = "bench-admin"


def jvm_options(home: Path) -> list[str]:
    """What Keycloak's own start script gives the virtual machine."""
    opened = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED"
              for name in ("util", "util.concurrent", "security")]  # fmt: skip
    return [
        "-Xms64m", "-Xmx512m", "-XX:MetaspaceSize=96M", "-XX:MaxMetaspaceSize=256m",
        "-Dfile.encoding=UTF-8", "-XX:+ExitOnOutOfMemoryError",
        "-Djava.security.egd=file:/dev/urandom", "-XX:+UseParallelGC", "-XX:MinHeapFreeRatio=10",
        "-XX:MaxHeapFreeRatio=20", "-XX:GCTimeRatio=4", "-XX:AdaptiveSizePolicyWeight=90", *opened,
        f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home / 'conf'}",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    ]  # fmt: skip


def java(home: Path, options: list[str]) -> list[str]:
    """Return the command up to Keycloak's own arguments."""
    entry = "io.quarkus.bootstrap.runner.QuarkusEntryPoint"
    return ["java", *options, "-cp", str(home / "lib" / "quarkus-run.jar"), entry]


@contextmanager
def keycloak(
    home: Path, log: Path, database: Postgres, processors: tuple[int, ...], admin_password: str = ""
) -> Iterator[tuple[int, int]]:
    """Run a server; yields its port and process id. A password makes the first administrator."""
    port = free_port()
    arguments = [
        "start", "--optimized", f"--db-url=jdbc:postgresql://{HOST}:{database.port}/bench",
        "--db-username=postgres", "--http-enabled=true", f"--http-host={HOST}",
        f"--http-port={port}", "--hostname-strict=false", "--proxy-headers=xforwarded",
        "--cache=local", "--log-level=error",
        # The hash costs what ours costs.
        "--spi-password-hashing--argon2--memory=19456",
        "--spi-password-hashing--argon2--iterations=2",
    ]  # fmt: skip
    environment = {
        "PATH": os.environ["PATH"], "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": admin_password,
    }  # fmt: skip
    if not admin_password:
        environment = {"PATH": os.environ["PATH"]}
    command = on(processors, [*java(home, jvm_options(home)), *arguments])
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        wait_for(server, port, log, _READY, b" 200 ", _START_SECONDS)
        yield port, server.pid
    finally:
        stop(server)
