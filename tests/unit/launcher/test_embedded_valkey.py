from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import pytest

from idp.launcher.embedded_valkey import EmbeddedValkey, EmbeddedValkeyError, is_installed
from idp.storage.ephemeral import Ephemeral
from tests.servers.requirements import missing
from tests.unit.launcher.conftest import ROOT, wait_for

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not is_installed():
        missing("valkey-server")


@pytest.mark.asyncio
async def test_data_survive_a_crash_and_the_address_stays(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "kv")
    server.start()
    url, pid = server.url, server.pid
    assert pid is not None
    async with Ephemeral(url) as store:
        await store.put("k", b"v", MINUTE)
    await asyncio.sleep(1.1)  # the append-only file is synced every second
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: server.pid is None)
    server.ensure_running()
    async with Ephemeral(url) as store:
        assert await store.get("k") == b"v"
    assert server.url == url
    server.stop()
    assert server.pid is None


def test_only_the_owner_can_enter_and_no_port_is_opened(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "kv")
    server.start()
    try:
        assert stat.S_IMODE((tmp_path / "kv").stat().st_mode) == 0o700
        connections = psutil.Process(server.pid).net_connections(kind="inet")
        assert connections == []
    finally:
        server.stop()


def test_a_long_folder_name_still_gets_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / ("x" * 120))
    server.start()
    try:
        assert len(server.url) < 100
    finally:
        server.stop()


def test_it_leaves_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from idp.launcher.embedded_valkey import EmbeddedValkey\n"
        "v = EmbeddedValkey(Path(sys.argv[1])); v.start(); print(v.pid, flush=True)\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "kv")], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert psutil.pid_exists(pid)
    parent.kill()
    parent.wait()
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")


def test_a_folder_that_cannot_be_used_is_a_clear_error(tmp_path: Path) -> None:
    folder = tmp_path / "kv"
    folder.mkdir()
    (folder / "appendonlydir").write_text("in the way")
    with pytest.raises(EmbeddedValkeyError, match="did not start"):
        EmbeddedValkey(folder).start()
