"""From a host name to addresses."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import Protocol

from idp.outbound.public_addresses import Address


class Resolver(Protocol):
    """Looks a host up."""

    async def resolve(self, host: str) -> list[Address]:
        """Return the addresses of `host`, best first.

        Raises:
            OSError: the look-up failed.
        """
        ...


class SystemResolver:
    """The operating system's resolver (`getaddrinfo`), in the event loop's thread pool."""

    async def resolve(self, host: str) -> list[Address]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(entry[4][0])) for entry in found]
        return list(dict.fromkeys(addresses))
