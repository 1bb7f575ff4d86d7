"""One message to one person, and the port through which it leaves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

Language = Literal["zh-CN", "en"]


class Channel(StrEnum):
    """How it travels."""

    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    """Why it is sent; gateways use it to choose a route or an approved template."""

    REGISTRATION = "registration"
    PASSWORD_RESET = "password_reset"
    SECURITY_NOTICE = "security_notice"


@dataclass(frozen=True, slots=True)
class Message:
    """`to`: a mobile number in E.164 or a mail address. `id` makes a repeated delivery harmless."""

    channel: Channel
    purpose: Purpose
    to: str = field(repr=False)
    text: str = field(repr=False)
    language: Language = "zh-CN"
    subject: str = field(default="", repr=False)
    id: str = field(default_factory=lambda: secrets.token_hex(16))


class MessageSender(Protocol):
    """Hands messages over to whoever delivers them."""

    async def send(self, message: Message) -> None:
        """Return once the message is accepted for delivery.

        Raises:
            MessageNotSentError: it was not, or it is not known whether it was.
        """
        ...
