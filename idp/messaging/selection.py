"""Chooses the provider the settings name."""

from __future__ import annotations

import httpx2

from idp.clock import Clock
from idp.messaging.message import MessageSender
from idp.messaging.providers.console import ConsoleSender
from idp.messaging.providers.file_outbox import FileOutboxSender
from idp.messaging.providers.http_gateway import HttpGatewaySender
from idp.messaging.settings import MessagingSettings


def sender_for(
    settings: MessagingSettings, *, client: httpx2.AsyncClient, clock: Clock
) -> MessageSender:
    """Return the configured sender. `client` is the one of `idp.outbound`."""
    if settings.provider == "file" and settings.outbox_file is not None:
        return FileOutboxSender(settings.outbox_file, clock)
    if settings.provider == "gateway" and settings.gateway_url and settings.gateway_secret:
        return HttpGatewaySender(
            client,
            clock,
            str(settings.gateway_url),
            settings.gateway_secret.get_secret_value().encode(),
            settings.gateway_seconds,
        )
    return ConsoleSender(sandbox=settings.sandbox)
