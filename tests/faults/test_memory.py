"""What a worker takes, after thousands of sign-ins as at its start; and how soon it serves.

Passwords are hashed at the cost of production; a hash takes 19 MiB while it is computed, and
gives them back.
"""

from __future__ import annotations

import asyncio
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import psutil  # type: ignore[import-untyped]  # psutil ships no types
import pytest

from tests.faults.fleet import Fleet, phone_of, production
from tests.faults.visitors import NO_COOKIES, REQUEST, Link, redemption

HOPS = 10_000
REDEEMED = 4
"""Every fourth silent sign-in goes on to the token endpoint, where most of the time is spent."""
PASSWORD_SIGN_INS = 200
AT_ONCE = 8
SAMPLES = 40

MAX_MB = 160.0
TOLERATED_MB = 4.0
"""Between the medians of the second and the last quarter. Free lists, statement caches and the
allocator's pages settle in the first quarter; a leak of one kilobyte per hop would make 5 MB."""
READY_SECONDS = 3.0
ONE_WORKER_AT_PRODUCTION_COST = {
    "IDP_SERVER__WORKERS": "1",
    "IDP_PASSWORDS__MEMORY_KIB": "19456",
    "IDP_PASSWORDS__PASSES": "2",
}
MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """An installation with one worker, which then does everything."""
    folder = tmp_path_factory.mktemp("memory") / "m"
    with production(folder, people=1, **ONE_WORKER_AT_PRODUCTION_COST) as running:
        yield running


@dataclass
class Wire:
    """One connection that is kept open, with next to no cost on this side."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int) -> Wire:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Return the status and the head of the answer; its body is read and dropped."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        await self.reader.readexactly(int(length[1]) if length else 0)
        return int(head[9:12]), head


@dataclass
class Hops:
    """Silent sign-ins over several connections, with the worker's memory noted on the way."""

    port: int
    cookie: str = field(repr=False)
    worker: psutil.Process
    done: int = 0
    samples: list[float] = field(default_factory=list)

    async def run(self) -> None:
        await asyncio.gather(*(self._hop_on() for _ in range(AT_ONCE)))

    async def _hop_on(self) -> None:
        wire = await Wire.open(self.port)
        while self.done < HOPS:
            self.done += 1
            if self.done % (HOPS // SAMPLES) == 0:
                self.samples.append(self.worker.memory_info().rss / MEBIBYTE)
            redeems = self.done % REDEEMED == 0
            status, head = await wire.send(self._authorize())
            found = re.search(rb"[?&]code=([^&\s]+)", head)
            assert status == 303 and found, head
            if redeems:
                status, head = await wire.send(redemption(found[1].decode()))
                assert status == 200, head
        wire.writer.close()

    def _authorize(self) -> bytes:
        query = urlencode(REQUEST | {"prompt": "none"})
        return (
            f"GET /authorize?{query} HTTP/1.1\r\nHost: x\r\nCookie: {self.cookie}\r\n\r\n".encode()
        )


def _rss(worker: psutil.Process) -> float:
    return float(worker.memory_info().rss) / MEBIBYTE


@pytest.mark.asyncio
async def test_ten_thousand_sign_ins_leave_a_worker_as_it_was(fleet: Fleet) -> None:
    (worker,) = fleet.workers()
    client = httpx2.AsyncClient(base_url=fleet.url, timeout=30, cookies=CookieJar(NO_COOKIES))
    async with Link([client]) as link:
        for _ in range(PASSWORD_SIGN_INS):
            browser = link.browser()
            await browser.sign_in(phone_of(1))
        after_sign_ins = _rss(worker)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    hops = Hops(fleet.port, cookie, worker)
    await hops.run()
    quarter = SAMPLES // 4
    second = statistics.median(hops.samples[quarter : 2 * quarter])
    last = statistics.median(hops.samples[-quarter:])
    words = f"{after_sign_ins=:.1f} {second=:.1f} {last=:.1f} highest={max(hops.samples):.1f} MB"
    assert [process.pid for process in fleet.workers()] == [worker.pid]
    assert max(hops.samples) < MAX_MB, words
    assert last - second < TOLERATED_MB, words


def test_a_worker_serves_within_three_seconds(fleet: Fleet, tmp_path: Path) -> None:
    """The best of up to twelve starts. On a busy machine the time on the clock says little, so the
    processor time that the start needs, one process after another, may stand in for it."""
    best = READY_SECONDS
    for _ in range(12):
        fleet.stop()
        on_clock = fleet.start()
        best = min(best, on_clock, _processor_seconds(fleet))
        if best < READY_SECONDS:
            break
    assert best < READY_SECONDS


def _processor_seconds(fleet: Fleet) -> float:
    """What the launcher, its children that ended, and the worker have used up to now."""
    launcher = fleet.launcher().cpu_times()
    workers = [worker.cpu_times() for worker in fleet.workers()]
    ended = launcher.children_user + launcher.children_system
    return float(
        launcher.user + launcher.system + ended + max(used.user + used.system for used in workers)
    )
