"""The Chinese catalogue and the source agree."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message

from idp.i18n.language import Language
from idp.i18n.translation import gettext_noop, read_catalogue, translator
from tests.preview.extraction import extract_catalogue, msgids

USED = extract_catalogue()
CHINESE = read_catalogue(Language.CHINESE)
HOW_TO_FIX = "run: python -m tests.preview.update_catalogue, then translate what it lists"


def strings_of(message: Message) -> list[str]:
    """The translations of a message: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_msgid_of_the_source_is_in_the_catalogue() -> None:
    assert not msgids(USED) - msgids(CHINESE), HOW_TO_FIX


def test_no_msgid_of_the_catalogue_is_unused() -> None:
    assert not msgids(CHINESE) - msgids(USED), HOW_TO_FIX


def test_every_msgid_is_translated_and_none_is_a_guess() -> None:
    for message in CHINESE:
        if message.id:
            strings = strings_of(message)
            assert strings and all(strings), f"{message.id!r} has no translation; {HOW_TO_FIX}"
            assert not message.fuzzy, f"{message.id!r} is marked fuzzy"


def test_translations_keep_the_placeholders_and_the_markup() -> None:
    parts = re.compile(r"%\(\w+\)[sd]|<[^>]+>")
    for message in CHINESE:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        for string in strings_of(message):
            assert sorted(parts.findall(string)) == sorted(parts.findall(english)), english


def test_no_translation_mixes_in_half_width_punctuation() -> None:
    # Chinese sentences use full-width marks; a half-width one is a slip of the keyboard.
    for message in CHINESE:
        for string in strings_of(message) if message.id else ():
            assert not re.search(r"[\u4e00-\u9fff][,;:?!.](\s|$)", string), string


def test_a_text_is_shown_in_its_language() -> None:
    assert translator(Language.CHINESE).gettext("Sign in") == "登录"
    assert translator(Language.ENGLISH).gettext("Sign in") == "Sign in"


def test_an_unknown_text_is_shown_as_it_is() -> None:
    assert translator(Language.CHINESE).gettext("not in the catalogue") == "not in the catalogue"


def test_a_marked_text_is_itself() -> None:
    assert gettext_noop("Sign in") == "Sign in"


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        (Language.ENGLISH, 1, "It can be used for 1 minute."),
        (Language.ENGLISH, 5, "It can be used for 5 minutes."),
        (Language.CHINESE, 1, "1 分钟内有效。"),
        (Language.CHINESE, 5, "5 分钟内有效。"),
    ],
)
def test_a_number_of_things_takes_the_form_of_its_language(
    language: Language, n: int, expected: str
) -> None:
    text = translator(language).ngettext(
        "It can be used for %(count)s minute.", "It can be used for %(count)s minutes.", n
    )
    assert text % {"count": n} == expected
