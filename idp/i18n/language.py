"""The languages every page exists in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A BCP 47 tag, usable as it stands in ``lang`` attributes and ``ui_locales``."""

    CHINESE = "zh-CN"
    ENGLISH = "en"

    @property
    def locale(self) -> str:
        """The same language as a CLDR locale name, e.g. ``zh_CN``."""
        return self.value.replace("-", "_")

    @property
    def native_name(self) -> str:
        """What its speakers call it; the label of the language switch, never translated."""
        return _NATIVE_NAMES[self]


DEFAULT_LANGUAGE = Language.CHINESE

_NATIVE_NAMES = {Language.CHINESE: "简体中文", Language.ENGLISH: "English"}
