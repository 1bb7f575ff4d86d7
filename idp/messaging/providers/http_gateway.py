"""Posts messages to the operator's gateway, signed.

    POST <gateway_url>
    Idempotency-Key: <message id>
    X-Tongxing-Timestamp: <seconds since 1970>
    X-Tongxing-Signature: v1=<hex HMAC-SHA-256 over "timestamp.idempotency-key.body">
    {"channel", "purpose", "to", "subject", "text", "language"}

The gateway answers 2xx once it is responsible for the message; a key it has seen counts as done.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from dataclasses import dataclass, field

import httpx2
import orjson

from idp.clock import Clock, epoch_seconds
from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Message

_RETRYABLE = frozenset({408, 409, 425, 429})


def sign(secret: bytes, timestamp: str, key: str, body: bytes) -> str:
    """Return the value of the signature header."""
    signed = b".".join((timestamp.encode(), key.encode(), body))
    return "v1=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class HttpGatewaySender:
    """`client` must come from `idp.outbound`; `seconds` bounds the whole exchange."""

    client: httpx2.AsyncClient
    clock: Clock
    url: str
    secret: bytes = field(repr=False)
    seconds: float

    async def send(self, message: Message) -> None:
        body = orjson.dumps(
            {
                "channel": message.channel.value,
                "purpose": message.purpose.value,
                "to": message.to,
                "subject": message.subject,
                "text": message.text,
                "language": message.language,
            }
        )
        status = await self._post(message.id, body)
        if not 200 <= status < 300:
            raise MessageNotSentError(
                f"the gateway answered {status}",
                is_retryable=status >= 500 or status in _RETRYABLE,
            )

    async def _post(self, key: str, body: bytes) -> int:
        timestamp = str(epoch_seconds(self.clock.now()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Tongxing-Timestamp": timestamp,
            "X-Tongxing-Signature": sign(self.secret, timestamp, key, body),
        }
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self.client.post(self.url, content=body, headers=headers)
        except (httpx2.HTTPError, TimeoutError) as error:
            raise MessageNotSentError(
                f"the gateway was not reached: {type(error).__name__}", is_retryable=True
            ) from error
        return answer.status_code
