"""`idp demo`, started as a newcomer would start it, and read as one would read it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 60
_OFFSETS = (0, 80, 90, 101, 102)
_CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


@dataclass(frozen=True)
class Demonstration:
    """The running demonstration. Everything here was printed, but for the folder."""

    process: subprocess.Popen[str]
    folder: Path
    printed: str
    home: str
    provider: str
    tax: str
    social: str
    phone: str
    password: str

    def last_code(self, phone: str) -> str:
        """The newest code sent to a phone, as the demo's messages page shows it."""
        digits = phone.removeprefix("+86")
        outbox = next(self.folder.rglob("*.jsonl"))
        messages = [json.loads(line) for line in outbox.read_text().splitlines()]
        texts = [m["text"] for m in messages if m["to"].endswith(digits)]
        found = _CODE.search(texts[-1])
        assert found, "the newest message has no code"
        return found[1]


def start(folder: Path) -> Demonstration:
    """Start the demonstration and wait until it says where to click."""
    base = _free_base()
    command = [sys.executable, "-m", "idp", "demo", "--port-base", str(base)]
    process = subprocess.Popen(
        [*command, "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    printed = _read_until(process, "Ctrl-C")
    urls = re.findall(r"http://localhost:\d+", printed)
    credentials = re.search(r"Mobile\s+(\d{11}).*?Password\s+(\S+)", printed, re.DOTALL)
    assert credentials, printed
    return Demonstration(
        process=process,
        folder=folder,
        printed=printed,
        home=urls[0],
        tax=urls[1],
        social=urls[2],
        provider=urls[3],
        phone=credentials[1],
        password=credentials[2],
    )


def stop(demonstration: Demonstration) -> int:
    """Press Ctrl-C and return the exit status."""
    demonstration.process.send_signal(signal.SIGINT)
    return demonstration.process.wait(timeout=30)


def _read_until(process: subprocess.Popen[str], word: str) -> str:
    deadline = time.monotonic() + _START_SECONDS
    lines: list[str] = []
    assert process.stdout is not None
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        lines.append(line)
        if word in line:
            return "".join(lines)
    raise AssertionError("the demonstration did not start:\n" + "".join(lines))


def _free_base() -> int:
    for base in range(20_000 + os.getpid() % 20_000, 64_000, 200):
        if all(_is_free(base + offset) for offset in _OFFSETS):
            return base
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
