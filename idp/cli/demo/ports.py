"""Where the parts of the demonstration listen."""

from __future__ import annotations

import socket
from dataclasses import dataclass

HOST = "127.0.0.1"
DEFAULT_BASE = 8000
HIGHEST_BASE = 65_000


@dataclass(frozen=True, slots=True)
class Ports:
    """One port per part; people's browsers know them as localhost."""

    provider: int
    home: int
    registers: int
    tax: int
    social: int

    @classmethod
    def from_base(cls, base: int) -> Ports:
        """Return the ports that belong to a base, 8000 by default."""
        return cls(base, base + 80, base + 90, base + 101, base + 102)

    def url(self, part: str) -> str:
        """Return the public URL of a part."""
        return f"http://localhost:{getattr(self, part)}"

    def busy(self) -> list[int]:
        """Return the ports that somebody else uses."""
        every = [getattr(self, part) for part in self.__slots__]
        return [port for port in every if not _is_free(port)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
