"""Names of the authentication levels (`acr`), for people."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clients.portals.department import Words

LEVELS = {
    "1": Words("一级 · 注册", "Level 1 · registered"),
    "2": Words("二级 · 实名", "Level 2 · name and number verified"),
    "3": Words("三级 · 实人", "Level 3 · person verified"),
    "4": Words("四级 · 实证", "Level 4 · document verified"),
}
LAST_LEVEL_NUMBER = re.compile(r"(?:^|[^0-9])([1-4])$")


@dataclass(frozen=True)
class Level:
    """One value of `acr` with a readable name; an unknown value is its own name."""

    acr: str
    words: Words


def level_of(acr: str) -> Level:
    """Return the level that `acr` stands for."""
    number = LAST_LEVEL_NUMBER.search(acr)
    return Level(acr, LEVELS[number[1]] if number else Words(acr, ""))
