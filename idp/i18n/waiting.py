"""Spans of time that somebody has to wait."""

from __future__ import annotations

import math

from idp.i18n.language import Language
from idp.i18n.translation import translator

_MINUTE, _HOUR = 60, 3600
_LONGEST_IN_SECONDS = 2 * _MINUTE
_LONGEST_IN_MINUTES = 2 * _HOUR


def format_wait(seconds: float, language: Language) -> str:
    """``42 seconds``, ``15 minutes`` or ``6 hours``: rounded up, so that nobody comes too early."""
    translations = translator(language)
    whole = max(1, math.ceil(seconds))
    if whole < _LONGEST_IN_SECONDS:
        return translations.ngettext("%(count)s second", "%(count)s seconds", whole) % {
            "count": whole
        }
    if whole < _LONGEST_IN_MINUTES:
        count = math.ceil(whole / _MINUTE)
        return translations.ngettext("%(count)s minute", "%(count)s minutes", count) % {
            "count": count
        }
    count = math.ceil(whole / _HOUR)
    return translations.ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
