"""One cell of the comparison: a load process against a running contender."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict

import orjson
from pydantic import TypeAdapter

from bench.contenders.contender import Running
from bench.load.measurement import LoadOutcome
from bench.load.order import MEASURING, Order
from bench.machinery.processors import Placement, on
from bench.machinery.usage import usage_of
from bench.results import Key, Result


class LoadFailedError(Exception):
    """The load process gave up; the text is what it said."""


def measure(running: Running, order: Order, workers: int, placement: Placement) -> Result:
    """Run an order and note what the contender used meanwhile; raises LoadFailedError."""
    command = on(placement.load, [sys.executable, "-m", "bench.load"])
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as load:
        if load.stdin is None or load.stdout is None or load.stderr is None:
            raise LoadFailedError("no pipes")
        load.stdin.write(orjson.dumps(asdict(order)))
        load.stdin.close()
        first = load.stdout.readline()
        before = after = usage_of(running.roles)
        last = first
        if first.decode().strip() == MEASURING:
            last = load.stdout.readline()
            after = usage_of(running.roles)
        words = load.stderr.read().decode(errors="replace")
    if load.returncode != 0:
        raise LoadFailedError(words[-3000:])
    return Result(
        Key(order.target.contender, workers, order.target.accounts, order.scenario),
        TypeAdapter(LoadOutcome).validate_json(last),
        {role: after.cpu[role] - before.cpu[role] for role in after.cpu},
        after.memory,
    )
