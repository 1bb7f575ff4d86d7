"""How a command says that it will not or cannot: one sentence per reason, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import IntEnum
from typing import NoReturn


class Status(IntEnum):
    """Exit statuses."""

    FAILED = 1
    MISUSED = 2
    """The settings, a file or the arguments are not acceptable; nothing was done."""


def refuse(sentences: str | Iterable[str], status: Status = Status.MISUSED) -> NoReturn:
    """Print each sentence on a line of stderr and leave with `status`."""
    for sentence in [sentences] if isinstance(sentences, str) else sentences:
        sys.stderr.write(f"idp: {sentence}\n")
    raise SystemExit(int(status))
