"""Counting what the other rooms do, from outside of them."""

from __future__ import annotations

import time

from idp.errors import TongxingError
from idp.messaging.message import Message, MessageSender
from idp.observability import metrics
from idp.proofing.connectors.population_register.connector import (
    PersonClaim,
    PopulationRegister,
    RegisterAnswer,
)


class MeteredSender:
    """Counts messages by channel and outcome."""

    def __init__(self, sender: MessageSender) -> None:
        self._sender = sender

    async def send(self, message: Message) -> None:
        """Send through the wrapped sender."""
        try:
            await self._sender.send(message)
        except TongxingError:
            metrics.MESSAGES_SENT.labels(message.channel.value, "failed").inc()
            raise
        metrics.MESSAGES_SENT.labels(message.channel.value, "sent").inc()


class MeteredPopulationRegister:
    """Counts and times questions to the register."""

    def __init__(self, register: PopulationRegister) -> None:
        self._register = register

    async def verify(self, claim: PersonClaim) -> RegisterAnswer:
        """Ask the wrapped register."""
        started = time.perf_counter()
        answer = await self._register.verify(claim)
        metrics.REGISTER_DURATION.labels("population").observe(time.perf_counter() - started)
        metrics.REGISTER_CALLS.labels("population", answer.result.value).inc()
        return answer
