"""Recipients in a form that their owner recognises and nobody else can use."""

from __future__ import annotations

from idp.messaging.message import Channel

_SHOWN_HEAD = 3
_SHOWN_TAIL = 4


def mask_recipient(channel: Channel, to: str) -> str:
    """Return `138****8000` for a mobile number, `z***@example.cn` for a mail address."""
    if channel is Channel.EMAIL:
        local, at, domain = to.partition("@")
        return f"{local[:1]}***{at}{domain}"
    number = to.removeprefix("+86")
    if len(number) <= _SHOWN_HEAD + _SHOWN_TAIL:
        return "****"
    return f"{number[:_SHOWN_HEAD]}****{number[-_SHOWN_TAIL:]}"
