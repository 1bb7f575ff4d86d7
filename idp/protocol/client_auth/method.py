"""The shape of a client authentication method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from idp.client_registry.client import Client
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import Credentials
from idp.protocol.request_adapter import EndpointRequest

Read: TypeAlias = Callable[[EndpointRequest], Credentials | None]
"""Returns what a request shows in this way, None when it does not try; raises
MalformedCredentialsError when it tries and fails at the form."""

Verify: TypeAlias = Callable[[EndpointRequest, Credentials, Client, Context], Awaitable[None]]
"""Returns when the credentials are this client's; raises NotProvenError, and UnavailableError
when it cannot be known."""


@dataclass(frozen=True, slots=True)
class Method:
    """How credentials are shown, and how they are verified. Methods may share either."""

    read: Read
    verify: Verify
