"""Messages that only registration and recovery send."""

from __future__ import annotations

from idp.messaging.message import Channel, Language, Message, Purpose


def registration_attempted(phone: str, language: Language) -> Message:
    """Tell the owner of an account that somebody tried to register with the same identity."""
    if language == "en":
        text = (
            "[Tongxing] Somebody tried to create another account with your identity. None was"
            " created. If it was you, choose “Forgotten your password?” on the sign-in page to"
            " get back into the account you have. If not, you need not do anything."
        )
    else:
        text = (
            "【通行】有人尝试使用您的身份信息再次注册，未能成功。若是您本人，您已有账号，"
            "请在登录页选择“忘记密码”找回。若非您本人，无需处理，请勿将验证码告诉他人。"
        )
    return Message(Channel.SMS, Purpose.SECURITY_NOTICE, phone, text, language)


def no_account_to_recover(phone: str, language: Language) -> Message:
    """Tell whoever holds a phone that it has no account: sent where a code is sent otherwise."""
    if language == "en":
        text = (
            "[Tongxing] A password reset was requested with this number, which has no account. If"
            " it was you, use the number you registered, or create an account. If not, ignore"
            " this message."
        )
    else:
        text = (
            "【通行】有人使用本手机号申请重置密码，但本号码尚未注册。若是您本人，"
            "请使用注册时的手机号，或先注册账号。若非您本人，请忽略本消息。"
        )
    return Message(Channel.SMS, Purpose.PASSWORD_RESET, phone, text, language)
