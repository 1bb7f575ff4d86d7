from __future__ import annotations

import pytest

from idp.i18n.language import Language
from idp.i18n.translation import translator
from idp.messaging.masking import mask_recipient
from idp.messaging.message import Channel, Message, Purpose
from idp.messaging.notices import Notice, notice
from idp.messaging.texts import code_message


def test_a_code_by_text_message_says_what_it_is_for_and_warns() -> None:
    message = code_message(Channel.SMS, Purpose.REGISTRATION, "+8613800138000", "123456", minutes=5)
    assert message.text.startswith("【通行】验证码 123456，5 分钟内有效，用于注册")
    assert "请勿告诉他人" in message.text
    english = code_message(
        Channel.SMS, Purpose.PASSWORD_RESET, "+8613800138000", "123456", minutes=5, language="en"
    )
    assert english.text.startswith("[Tongxing] 123456 is your code for resetting your password")
    assert "Never tell it to anyone" in english.text


def test_a_mail_has_both_languages_and_chinese_first() -> None:
    message = code_message(Channel.EMAIL, Purpose.REGISTRATION, "z@example.cn", "1", minutes=5)
    assert message.text.index("验证码") < message.text.index("Never tell")
    assert message.subject.startswith("【通行】")


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.SECURITY_NOTICE])
def test_every_purpose_of_a_code_has_words(purpose: Purpose) -> None:
    for channel in Channel:
        assert "987654" in code_message(channel, purpose, "x", "987654", minutes=5).text


def test_no_code_is_sent_as_a_notice() -> None:
    with pytest.raises(ValueError, match="no code"):
        code_message(Channel.SMS, Purpose.SECURITY_NOTICE, "x", "1", minutes=5)


@pytest.mark.parametrize("kind", list(Notice))
def test_a_notice_tells_what_to_do_and_holds_no_link(kind: Notice) -> None:
    text = notice(kind, Channel.EMAIL, "z@example.cn").text
    assert "如非本人操作" in text
    assert "If this was not you" in text
    assert "http" not in text


def test_a_notice_names_the_link_as_the_login_page_does() -> None:
    label = "Forgotten your password?"
    assert translator(Language.CHINESE).gettext(label) == "忘记密码？"
    text = notice(Notice.PASSWORD_RESET, Channel.EMAIL, "z@example.cn").text
    assert label in text
    assert "“忘记密码”" in text


def test_recipients_are_masked() -> None:
    assert mask_recipient(Channel.SMS, "+8613800138000") == "138****8000"
    assert mask_recipient(Channel.SMS, "110") == "****"
    assert mask_recipient(Channel.EMAIL, "zhang@example.cn") == "z***@example.cn"


def test_a_message_does_not_show_recipient_or_text() -> None:
    shown = repr(Message(Channel.SMS, Purpose.REGISTRATION, "13800138000", "code 123456"))
    assert "13800138000" not in shown
    assert "123456" not in shown.replace("id=", "")
