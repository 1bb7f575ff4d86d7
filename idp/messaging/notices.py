"""The security notices (R39, R40): what happened to an account, told over its known channels."""

from __future__ import annotations

from enum import Enum

from idp.messaging.message import Channel, Language, Message
from idp.messaging.texts import notice_message


class Notice(Enum):
    """(Chinese, English). Nothing in them depends on the person, so nothing can leak."""

    NEW_DEVICE = ("您的账号刚刚在一台新设备上登录。", "Your account was just used on a new device.")
    PASSWORD_CHANGED = ("您的登录密码已修改。", "Your password was changed.")
    PASSWORD_RESET = (
        "您的登录密码已重置，所有设备均已退出登录。",
        "Your password was reset and all devices were signed out.",
    )
    PHONE_CHANGED = ("您绑定的手机号已更换。", "Your mobile number was changed.")
    EMAIL_CHANGED = ("您绑定的邮箱已更换。", "Your mail address was changed.")
    FACTOR_ADDED = ("您的账号新增了一种验证方式。", "A sign-in method was added to your account.")
    FACTOR_REMOVED = (
        "您的账号移除了一种验证方式。",
        "A sign-in method was removed from your account.",
    )
    RECOVERY_CODE_USED = ("您的一个备用恢复码已被使用。", "One of your recovery codes was used.")
    ACCOUNT_LOCKED = (
        "您的账号因多次验证失败已被临时锁定。",
        "Your account was locked for a while after failed attempts.",
    )
    MANDATE_GRANTED = ("您的账号新增了一项授权委托。", "A mandate was added to your account.")
    MANDATE_REVOKED = ("您的账号有一项授权委托已撤销。", "A mandate of your account was revoked.")
    ACCOUNT_CLOSED = ("您的账号已提交注销。", "Closing your account was requested.")


def notice(kind: Notice, channel: Channel, to: str, *, language: Language = "zh-CN") -> Message:
    """Return the message that tells the owner of an account about `kind`."""
    zh, en = kind.value
    return notice_message(channel, to, zh, en, language=language)
