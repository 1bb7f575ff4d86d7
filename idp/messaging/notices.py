"""The security notices (R39, R40): what happened to an account, told over its known channels."""

from __future__ import annotations

from enum import Enum

from idp.messaging.message import Channel, Language, Message
from idp.messaging.texts import notice_message


class Notice(Enum):
    """(Chinese, English). Nothing in them depends on the person, so nothing can leak."""

    PASSWORD_RESET = (
        "您的登录密码已重置，所有设备均已退出登录。",
        "Your password was reset and all devices were signed out.",
    )


def notice(kind: Notice, channel: Channel, to: str, *, language: Language = "zh-CN") -> Message:
    """Return the message that tells the owner of an account about `kind`."""
    zh, en = kind.value
    return notice_message(channel, to, zh, en, language=language)
