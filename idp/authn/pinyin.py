"""How Chinese characters are read, each one by itself."""

from __future__ import annotations

import os

# pypinyin looks at this when it is imported. Its dictionary of phrases would take 45 MB in every
# process and half a second of its start, and only take readings away: names are not phrases.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin


def readings(characters: str) -> list[list[str]]:
    """Return every character's syllables without tone marks, the most usual one first."""
    found: list[list[str]] = pinyin(characters, style=Style.NORMAL, heteronym=True)
    return found
