"""The password hash alone: what no first sign-in can be faster than."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from bench.load.target import PASSWORD
from bench.machinery.processors import Placement, on
from bench.results import HashRate
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.passwords import PasswordHasher


def measure_hash_rate(placement: Placement, seconds: float) -> HashRate:
    """Verify passwords in a process of its own on the servers' processors."""
    command = on(placement.servers, [sys.executable, "-m", "bench.hash_rate", str(seconds)])
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, cpu_ms = (float(word) for word in answer.split())
    return HashRate(placement.processors, rate, cpu_ms)


async def _verify_for(seconds: float) -> tuple[float, float]:
    """Return verifications per second and CPU milliseconds of each."""
    settings = PasswordHashingSettings()
    hasher = PasswordHasher(settings)
    stored = await hasher.hash(PASSWORD)
    done, start, cpu = 0, time.perf_counter(), time.process_time()

    async def verify() -> None:
        nonlocal done
        while time.perf_counter() - start < seconds:
            await hasher.verify(PASSWORD, stored)
            done += 1

    await asyncio.gather(*(verify() for _ in range(settings.threads_of(1))))
    elapsed, used = time.perf_counter() - start, time.process_time() - cpu
    hasher.close()
    return done / elapsed, 1000 * used / done


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*asyncio.run(_verify_for(float(sys.argv[1])))))
