"""The machine that a run was made on."""

from __future__ import annotations

import platform
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types

_GIB = 1024**3


def describe_machine() -> dict[str, str]:
    """Return what the report says about the machine."""
    return {
        "processor": f"{psutil.cpu_count()} x {_processor_model()}",
        "memory": f"{psutil.virtual_memory().total / _GIB:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def _processor_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
