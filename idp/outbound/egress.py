"""The operator's egress rules (R23): https to public addresses, or to hosts on the allow-list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2

from idp.outbound.errors import EgressRefusedError
from idp.outbound.public_addresses import Address, is_public

_PORTS = {"http": 80, "https": 443}


def _canonical_host(host: str) -> str:
    return host.lower().rstrip(".")


@dataclass(frozen=True)
class EgressRules:
    """Decides about a URL before anything is looked up, and about addresses after each look-up."""

    allow_hosts: frozenset[str] = field(default_factory=frozenset)
    allow_insecure_loopback: bool = False

    def check_url(self, url: httpx2.URL) -> None:
        """Refuse what no look-up could make acceptable.

        Raises:
            EgressRefusedError: not https, no host, or credentials inside the URL.
        """
        if url.userinfo or not url.host:
            raise EgressRefusedError("the address has no host or holds credentials")
        if url.scheme == "https":
            return
        port = url.port or _PORTS.get(url.scheme, 0)
        listed = self.is_listed(url.host, port)
        if not (url.scheme == "http" and self.allow_insecure_loopback and listed):
            raise EgressRefusedError("only https is allowed")

    def is_listed(self, host: str, port: int) -> bool:
        """Tell whether the operator listed `host`, alone or with this port."""
        name = _canonical_host(host)
        bracketed = f"[{name}]" if ":" in name else name
        return name in self.allow_hosts or f"{bracketed}:{port}" in self.allow_hosts

    def check_addresses(
        self, host: str, port: int, addresses: Sequence[Address], *, insecure: bool
    ) -> None:
        """Refuse a host when any of its addresses is out of bounds.

        One odd address among good ones is how a name is rebound, so it refuses the name as a whole.

        Raises:
            EgressRefusedError: no address, or one that must not be connected to.
        """
        if not addresses:
            raise EgressRefusedError("the host has no address")
        if insecure and not all(address.is_loopback for address in addresses):
            raise EgressRefusedError("plain http is allowed to this machine only")
        if self.is_listed(host, port):
            return
        if not all(is_public(address) for address in addresses):
            raise EgressRefusedError("the host has an address that is not public")
