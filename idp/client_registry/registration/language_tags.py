"""Names in several languages (RFC 7591 section 2.2): ours are Chinese, with English beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MEMBER = "client_name"
# Whose reader reads simplified characters, most fitting first; others only after these.
_CHINESE = ("zh-cn", "zh-hans-cn", "zh-hans", "zh-sg", "zh")


def choose_names(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with at most two names: `client_name` and `client_name#en`.

    Language tags are compared without regard to case. A name without a tag stands in for a missing
    one; names in further languages are left out.
    """
    tagged = {
        name.partition("#")[2].lower(): value
        for name, value in document.items()
        if name.startswith(f"{_MEMBER}#") and value is not None
    }
    others = {name: value for name, value in document.items() if name.partition("#")[0] != _MEMBER}
    plain = document.get(_MEMBER)
    chinese = next((tagged[tag] for tag in _order(tagged, "zh", _CHINESE)), None)
    english = next((tagged[tag] for tag in _order(tagged, "en", ("en",))), None)
    if english is None and chinese is not None:
        english = plain
    first = next((each for each in (chinese, plain, english) if each is not None), None)
    names = {_MEMBER: first, f"{_MEMBER}#en": english}
    return others | {name: value for name, value in names.items() if value is not None}


def _order(tagged: Mapping[str, Any], language: str, preferred: tuple[str, ...]) -> list[str]:
    """Return the tags of a language, the preferred ones first."""
    fitting = [tag for tag in tagged if tag.partition("-")[0] == language]
    return sorted(
        fitting,
        key=lambda tag: (preferred.index(tag) if tag in preferred else len(preferred), tag),
    )
