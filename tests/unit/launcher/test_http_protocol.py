from __future__ import annotations

import socket
import time
from pathlib import Path

from tests.unit.launcher.conftest import Running, running


def exchange(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 15) as link:
        try:
            for piece in pieces:
                link.sendall(piece)
                time.sleep(pause)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while data := link.recv(65536):
                answer += data
        except ConnectionResetError:
            pass
        return answer


def test_a_head_without_end_is_refused(launcher: Running) -> None:
    pieces = [b"GET / HTTP/1.1\r\nHost: x\r\nX: "] + [b"y" * 16384] * 40
    answer = exchange(launcher.port, *pieces, pause=0.005)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    assert launcher.get()


def test_a_head_that_never_comes_is_given_up(tmp_path: Path) -> None:
    with running(tmp_path, TINY_HEAD_SECONDS="0.5") as launcher:
        for start in (b"GET / HTTP/1.1\r\nHost:", b""):
            started = time.monotonic()
            assert exchange(launcher.port, start) == b""
            assert 0.4 < time.monotonic() - started < 3


def test_the_server_does_not_name_itself(launcher: Running) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert b"server:" not in exchange(launcher.port, request).lower()


def test_nonsense_is_a_400(launcher: Running) -> None:
    for raw in (
        b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET * HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"CONNECT evil:443 HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n",
    ):
        assert exchange(launcher.port, raw).startswith(b"HTTP/1.1 400"), raw
