from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types

from tests.servers.ports import free_port
from tests.unit.launcher.conftest import Running, fetch, running, wait_for


def test_it_is_ready_well_under_three_seconds(launcher: Running) -> None:
    assert launcher.get()
    assert launcher.start_seconds < 2.5


def test_a_killed_worker_is_replaced(launcher: Running) -> None:
    wait_for(lambda: len(launcher.worker_pids()) == 2)
    victim = launcher.worker_pids().pop()
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: len(launcher.worker_pids() - {victim}) == 2)
    assert victim not in launcher.worker_pids()
    assert launcher.end() == 0


def test_sigterm_lets_running_requests_end_and_exits_with_zero(launcher: Running) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(launcher.get("/slow"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    assert launcher.end() == 0
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert all(answers)
    assert launcher.get() == b""


def test_sighup_replaces_all_workers_without_a_failed_request(launcher: Running) -> None:
    wait_for(lambda: len(launcher.worker_pids()) == 2)
    old = launcher.worker_pids()
    stop = threading.Event()
    failures: list[str] = []
    served = [0, 0]

    def hammer_with_new_connections() -> None:
        while not stop.is_set():
            served[0] += 1
            if not launcher.get():
                failures.append("new connection")

    def hammer_with_kept_connections() -> None:
        # Opens a new connection only after an answer with `Connection: close`.
        link = http.client.HTTPConnection("127.0.0.1", launcher.port, timeout=5)
        while not stop.is_set():
            served[1] += 1
            try:
                link.request("GET", "/")
                if link.getresponse().read() == b"":
                    failures.append("kept connection: empty")
            except (OSError, http.client.HTTPException) as error:
                failures.append(f"kept connection: {error!r}")
                link.close()
        link.close()

    threads = [threading.Thread(target=hammer_with_new_connections) for _ in range(3)]
    threads += [threading.Thread(target=hammer_with_kept_connections) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    launcher.process.send_signal(signal.SIGHUP)
    wait_for(lambda: b"reload_finished" in launcher.log.read_bytes())
    wait_for(lambda: not any(psutil.pid_exists(pid) for pid in old))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert min(served) > 100
    assert launcher.worker_pids().isdisjoint(old)
    assert len(psutil.Process(launcher.process.pid).children()) == 2


def test_a_hung_worker_is_replaced(tmp_path: Path) -> None:
    with running(tmp_path, TINY_HUNG_SECONDS="2.5") as launcher:
        wait_for(lambda: len(launcher.worker_pids()) == 2)
        threading.Thread(target=launcher.get, args=("/block",), daemon=True).start()
        wait_for(lambda: b"process_hung" in launcher.log.read_bytes())
        wait_for(lambda: len(launcher.worker_pids()) == 2)
        assert launcher.end() == 0


def test_a_release_that_does_not_start_leaves_the_old_workers(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    with running(tmp_path, TINY_BROKEN=str(broken)) as launcher:
        wait_for(lambda: len(launcher.worker_pids()) == 2)
        old = launcher.worker_pids()
        broken.touch()
        launcher.process.send_signal(signal.SIGHUP)
        wait_for(lambda: b"reload_failed" in launcher.log.read_bytes())
        assert launcher.worker_pids() == old
        assert launcher.end() == 0


def test_an_application_that_cannot_start_ends_the_launcher(tmp_path: Path) -> None:
    with running(tmp_path, TINY_FACTORY="tests.unit.launcher.tiny_app:absent") as launcher:
        assert launcher.process.wait(10) == 1
        assert not (tmp_path / "ready.json").exists()


def test_workers_leave_when_the_launcher_is_killed(launcher: Running) -> None:
    children = psutil.Process(launcher.process.pid).children()
    launcher.process.kill()
    launcher.process.wait()
    wait_for(lambda: not any(child.is_running() for child in children))


def test_the_job_worker_has_a_process_of_its_own_and_is_replaced(tmp_path: Path) -> None:
    marker = tmp_path / "background"
    with running(tmp_path, TINY_BACKGROUND=str(marker)) as launcher:
        wait_for(lambda: marker.exists() and marker.read_text() != "")
        first = int(marker.read_text())
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: marker.read_text() not in ("", str(first)))
        assert launcher.end() == 0
        assert not psutil.pid_exists(int(marker.read_text()))


def test_metrics_of_all_workers_are_added_up_on_their_own_address(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, TINY_METRICS_PORT=str(port)) as launcher:
        wait_for(lambda: len(launcher.worker_pids()) == 2)
        before = sign_ins(port)
        for _ in range(50):
            assert launcher.get()
        assert sign_ins(port) == before + 50
        assert fetch(port, "/other") == b""
        victim = launcher.worker_pids().pop()
        counted = sign_ins(port)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: not psutil.pid_exists(victim))
        assert sign_ins(port) == counted
        assert launcher.end() == 0


def sign_ins(port: int) -> float:
    for line in fetch(port, "/metrics").decode().splitlines():
        if line.startswith("idp_sign_ins_total{"):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def test_the_port_in_use_is_an_error_at_once(launcher: Running) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", launcher.port))
        except OSError:
            return
    raise AssertionError("the port should be in use")
