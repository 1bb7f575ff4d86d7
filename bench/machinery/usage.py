"""CPU time and memory of processes and all that they started."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]  # psutil ships no types

_MIB = 1024 * 1024

Roles = Mapping[str, int]
"""Process ids of the leading processes, by what they are: `provider`, `database`, `redis`."""


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` in seconds since each process began, `memory` in MiB; by role.

    Memory counts pages that processes share once (proportional set size): forked workers and
    PostgreSQL's processes share most of theirs.
    """

    cpu: dict[str, float]
    memory: dict[str, float]


def usage_of(roles: Roles) -> Usage:
    """Read the usage of every role; raises psutil.NoSuchProcess when a leader is gone."""
    cpu, memory = {}, {}
    for role, pid in roles.items():
        leader = psutil.Process(pid)
        cpu[role] = memory[role] = 0.0
        for process in (leader, *leader.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                # With the time of children that ended meanwhile.
                cpu[role] += sum(times[:4])
                memory[role] += process.memory_full_info().pss / _MIB
    return Usage(cpu, memory)
