"""Translations: English msgids in, text of one language out.

The catalogues are read from their ``.po`` source when first needed: there is no compile step to
forget, and a broken catalogue stops the process instead of showing half a page.
"""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from idp.i18n.language import Language

_LOCALES = Path(__file__).with_name("locales")


class Translations:
    """The text of one language. ``gettext`` and ``ngettext`` have the standard signatures."""

    def __init__(self, language: Language, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def gettext(self, message: str) -> str:
        """The translation of an English msgid, or the msgid itself where there is none."""
        return self._catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """As gettext, in the form that the language uses for ``n`` things."""
        return self._catalogue.ngettext(singular, plural, n)


def gettext_noop(message: str) -> str:
    """Mark a msgid for the catalogue where it is defined, to be translated where it is shown."""
    return message


@cache
def translator(language: Language) -> Translations:
    """The translations of a language, read once per process."""
    if language is Language.ENGLISH:
        # The msgids are the English text.
        return Translations(language, gettext.NullTranslations())
    return Translations(language, _load(language))


def read_catalogue(language: Language) -> Catalog:
    """The source catalogue of a language, with comments and references."""
    path = _LOCALES / f"{language.locale}.po"
    with path.open("rb") as file:
        return read_po(file, locale=language.locale, abort_invalid=True)


def _load(language: Language) -> gettext.GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
