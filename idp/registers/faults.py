"""Faults a real register shows, on demand: slow, broken, cut off, about somebody else, repeated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HEADER = "x-register-fault"
MAX_DELAY_SECONDS = 30.0


class FaultKind(StrEnum):
    """What goes wrong."""

    DELAY = "delay"
    INTERNAL_ERROR = "500"
    TRUNCATE = "truncate"
    OTHER_PERSON = "other-person"
    DUPLICATE_REPLY = "duplicate-reply"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `seconds` counts for a delay only."""

    kind: FaultKind
    seconds: float = 0.0


def parse_fault(text: str) -> Fault:
    """Return the fault written as `delay=3`, `500` and so on; raises `ValueError`."""
    kind, _, argument = text.strip().partition("=")
    fault = FaultKind(kind)
    if fault is not FaultKind.DELAY:
        if argument:
            raise ValueError(f"the fault {fault.value} takes no argument")
        return Fault(fault)
    seconds = float(argument)
    if not 0 <= seconds <= MAX_DELAY_SECONDS:
        raise ValueError(f"a delay is 0 to {MAX_DELAY_SECONDS:g} seconds")
    return Fault(fault, seconds)
