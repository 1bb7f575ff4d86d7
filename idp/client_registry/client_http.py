"""Calling the addresses that clients named: keys, request objects, logout."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from idp.client_registry.client import Client


@dataclass(frozen=True, slots=True)
class ClientHttp:
    """Two HTTP clients, each with connections of its own.

    An operator knows where the clients of the file are, and some are inside the government's
    network. Whoever registered over the network could name an inside address to have us knock
    there, or a hundred slow ones to keep us from calling anybody else.
    """

    for_operators_clients: httpx2.AsyncClient
    for_strangers: httpx2.AsyncClient

    def of(self, client: Client) -> httpx2.AsyncClient:
        """Return what addresses of this client are called with."""
        return self.for_strangers if client.is_self_registered else self.for_operators_clients

    async def close(self) -> None:
        """Give back every connection."""
        await self.for_operators_clients.aclose()
        await self.for_strangers.aclose()
