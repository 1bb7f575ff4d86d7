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

    def busy(self) -> list[str]:
        """Return a sentence for every port that somebody else uses."""
        return [
            f"端口 {port} 已被占用（{part}）；用 --port-base 换一组端口，例如 --port-base 18000。"
            f" Port {port} ({part}) is in use; choose others, for instance --port-base 18000."
            for part in self.__slots__
            if not _is_free(port := getattr(self, part))
        ]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
