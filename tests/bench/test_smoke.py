"""The benchmark against this provider, a second for each scenario."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from bench.scenarios.catalogue import SCENARIOS
from tests.servers.requirements import require

_CELL = re.compile(r"^tongxing +1w +20 (\w+) +([\d.,]+)/s", re.MULTILINE)


@pytest.fixture(scope="module")
def output() -> str:
    """What `python -m bench --smoke` prints."""
    require("redis-server")
    command = [sys.executable, "-m", "bench", "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_every_scenario_gets_through(output: str) -> None:
    rates = {name: float(rate.replace(",", "")) for name, rate in _CELL.findall(output)}
    assert set(rates) == set(SCENARIOS), output
    assert all(rate > 0 for rate in rates.values()), output
