"""The words of every message, Chinese first.

A text message is in the reader's language; a mail has both, so that a family can read it together.
Each code message says what it is for and that nobody may ask for it. No message holds a link.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.messaging.message import Channel, Language, Message, Purpose

_SIGNATURE = "【通行】"
_SIGNATURE_EN = "[Tongxing] "


@dataclass(frozen=True, slots=True)
class _Words:
    zh: str
    en: str


_ACTS: dict[Purpose, _Words] = {
    Purpose.REGISTRATION: _Words("注册统一身份认证账号", "creating your account"),
    Purpose.PASSWORD_RESET: _Words("重置登录密码", "resetting your password"),
}


def code_message(
    channel: Channel,
    purpose: Purpose,
    to: str,
    code: str,
    *,
    minutes: int,
    language: Language = "zh-CN",
) -> Message:
    """Return the message that carries a one-time `code` valid for `minutes`.

    Raises:
        ValueError: codes are not sent for this purpose.
    """
    act = _ACTS.get(purpose)
    if act is None:
        raise ValueError(f"no code is sent for {purpose}")
    zh = (
        f"验证码 {code}，{minutes} 分钟内有效，用于{act.zh}。"
        "任何人（包括工作人员）都不会向您索要验证码，请勿告诉他人。"
        "如非本人操作，请忽略本消息。"
    )
    en = (
        f"{code} is your code for {act.en}, valid for {minutes} minutes. "
        "Never tell it to anyone: our staff will not ask for it. "
        "If this was not you, ignore this message."
    )
    subject = _Words(f"验证码：{act.zh}", f"Your code for {act.en}")
    return _message(channel, purpose, to, body=_Words(zh, en), subject=subject, language=language)


def _message(
    channel: Channel,
    purpose: Purpose,
    to: str,
    *,
    body: _Words,
    subject: _Words,
    language: Language,
) -> Message:
    if channel is Channel.SMS:
        text = f"{_SIGNATURE}{body.zh}" if language == "zh-CN" else f"{_SIGNATURE_EN}{body.en}"
        return Message(channel, purpose, to, text, language)
    text = f"{body.zh}\n\n{body.en}\n\n通行 · 统一身份认证\nTongxing, unified identity\n"
    return Message(
        channel, purpose, to, text, language, subject=f"{_SIGNATURE}{subject.zh} / {subject.en}"
    )


def notice_message(
    channel: Channel, to: str, zh: str, en: str, *, language: Language = "zh-CN"
) -> Message:
    """Return a security notice from one of the sentences in `idp.messaging.notices`."""
    body = _Words(
        f"{zh}如非本人操作，请立即在登录页选择“忘记密码”重设密码，所有设备会随之退出登录；"
        "需要帮助请拨打 12345。",
        f"{en} If this was not you, choose “Forgotten your password?” on the sign-in page at once:"
        " a new password signs out every device. For help, call 12345.",
    )
    subject = _Words("账号安全提醒", "Security notice")
    return _message(
        channel, Purpose.SECURITY_NOTICE, to, body=body, subject=subject, language=language
    )
