"""The provider as a process: how it starts, what it refuses, how it ends."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types

from idp.crypto.root_key_file import new_root_key
from tests.contracts.cli.processes import environment, run, serving
from tests.servers.postgres import create_database, postgres, sqlalchemy_url
from tests.unit.launcher.conftest import wait_for


def is_ready(settings: dict[str, str]) -> bool:
    url = f"http://127.0.0.1:{settings['IDP_SERVER__PORT']}/healthz/ready"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.URLError:
        return False


def test_an_embedded_home_starts_alone_restarts_and_ends_cleanly(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    with serving(settings, tmp_path) as process:
        assert is_ready(settings)
        second = run("serve", settings=settings)
        assert second.returncode == 1
        assert f"(process {process.pid})" in second.stderr
        # The embedded store is brought back when it dies.
        [store] = [c for c in psutil.Process(process.pid).children() if "valkey" in c.name()]
        store.send_signal(signal.SIGKILL)
        store.wait(5)
        wait_for(lambda: is_ready(settings), 20)
    assert not (tmp_path / "ready.json").exists()
    with serving(settings, tmp_path):
        assert is_ready(settings)
        wait_for(lambda: "audit_checkpoint" in (tmp_path / "log").read_text(), 30)
    report = run("audit", "verify", settings=settings)
    assert report.returncode == 0, report.stdout
    assert " 0 events since the last checkpoint" in report.stdout


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", settings=environment(tmp_path, IDP_SERVER__PORT=port))
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_a_taken_port_for_prometheus_is_told_from_the_other(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", settings=environment(tmp_path, IDP_SERVER__METRICS_PORT=port))
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port} (IDP_SERVER__METRICS_PORT)" in done.stderr


def test_production_refuses_a_schema_that_is_behind(tmp_path: Path) -> None:
    with postgres(tmp_path) as server:
        url = sqlalchemy_url(asyncio.run(create_database(server)))
        settings = environment(
            tmp_path,
            IDP_HOME="production",
            IDP_ISSUER="https://id.example.gov.cn",
            IDP_SANDBOX="false",
            IDP_ROOT_KEY=new_root_key(),
            IDP_STORAGE__DATABASE_URL=url,
            IDP_STORAGE__REDIS_URL="redis://127.0.0.1:9/0",
            IDP_MESSAGING__PROVIDER="gateway",
            IDP_MESSAGING__GATEWAY_URL="https://sms.example.gov.cn/",
            IDP_MESSAGING__GATEWAY_SECRET=secrets.token_hex(32),
            IDP_POPULATION_REGISTER__SECRET=secrets.token_hex(32),
            IDP_SERVER__METRICS_PORT="0",
        )
        for command in ("serve", "worker"):
            refused = run(command, settings=settings)
            assert refused.returncode == 1
            assert "idp db upgrade" in refused.stderr
        assert run("db", "upgrade", settings=settings).returncode == 0
        current = run("db", "current", settings=settings)
        assert current.returncode == 0
        assert run("keys", "list", settings=settings).returncode == 0
    gone = run("serve", settings=settings)
    assert gone.returncode == 1
    assert "does not answer" in gone.stderr
    assert "Traceback" not in gone.stderr
