"""python -m bench.load: reads one `Order` as JSON, prints when it measures, then the outcome."""

from __future__ import annotations

import sys
from dataclasses import asdict

import orjson
import uvloop
from pydantic import TypeAdapter

from bench.load.closed_loop import ClosedLoop
from bench.load.order import MEASURING, Order


def main() -> None:
    """Carry out the order on stdin."""
    order = TypeAdapter(Order).validate_json(sys.stdin.buffer.read())

    def say_measuring() -> None:
        sys.stdout.write(f"{MEASURING}\n")
        sys.stdout.flush()

    outcome = uvloop.run(ClosedLoop(order, say_measuring).run())
    sys.stdout.buffer.write(orjson.dumps(asdict(outcome)) + b"\n")


if __name__ == "__main__":
    main()
