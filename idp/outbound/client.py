"""Makes the client everybody uses."""

from __future__ import annotations

import ssl

import httpx2

from idp.outbound.egress import EgressRules
from idp.outbound.resolver import Resolver, SystemResolver
from idp.outbound.settings import OutboundSettings
from idp.outbound.transport import GuardedTransport


def create_client(
    settings: OutboundSettings, *, resolver: Resolver | None = None
) -> httpx2.AsyncClient:
    """Return a client with the operator's limits; one per process, closed with `aclose()`.

    Redirects are not followed, servers cannot set cookies, and proxies and other environment
    variables are not read. Every failure is an `httpx2.HTTPError`.
    """
    rules = EgressRules(
        frozenset(host.lower() for host in settings.allow_hosts), settings.allow_insecure_loopback
    )
    transport = GuardedTransport(settings, rules, resolver or SystemResolver(), _tls(settings))
    return httpx2.AsyncClient(
        transport=transport,
        timeout=httpx2.Timeout(
            settings.read_seconds,
            connect=settings.connect_seconds,
            pool=settings.connect_seconds,
        ),
        headers={
            "User-Agent": settings.user_agent,
            "Accept-Encoding": "identity",
        },
        follow_redirects=False,
        trust_env=False,
    )


def _tls(settings: OutboundSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_bundle)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
