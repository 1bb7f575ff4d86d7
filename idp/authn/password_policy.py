"""Which passwords may be chosen: length, a blocklist, and how soon they would be guessed.

NIST SP 800-63B section 3.1.1: no rules of composition, no expiry. The strength is judged by
zxcvbn together with the common passwords of this country and what is known of the person.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

# zxcvbn ships no types. Its front door keeps the last person's inputs in a module-wide table,
# which is neither safe across threads nor private; its parts are used instead.
from zxcvbn.matching import (
    RANKED_DICTIONARIES,
    build_ranked_dict,
    omnimatch,
)
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

from idp.authn.personal_guesses import PersonalFacts, personal_guesses
from idp.authn.settings import PasswordPolicySettings
from idp.crypto.password_text import (
    MAX_PASSWORD_CHARACTERS,
    PasswordTextError,
    normalise_password,
)
from idp.i18n.translation import gettext_noop as N_

_BLOCKLIST = Path(__file__).with_name("common_passwords.txt")
_JUDGED_CHARACTERS = 72
"""zxcvbn grows with the cube of the length; what comes later only adds strength."""
_MIN_IMPERSONAL = 5
"""Characters a password needs besides the person's own name and numbers."""
_SYMBOLS = re.compile(r"[\W_]+")


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNUSABLE_CHARACTER = "unusable_character"
    COMMON = "common"
    PERSONAL = "personal"
    GUESSABLE = "guessable"


_TEXTS = {
    Weakness.TOO_SHORT: N_(
        "Use at least %(minimum)d characters. A few words that do not belong together are long"
        " and easy to remember."
    ),
    Weakness.TOO_LONG: N_("Use at most %(maximum)d characters."),
    Weakness.UNUSABLE_CHARACTER: N_(
        "This password has a character that not every keyboard can type. Choose letters, digits,"
        " signs or Chinese characters."
    ),
    Weakness.COMMON: N_("Many people use this password, so it is tried first. Choose another."),
    Weakness.PERSONAL: N_(
        "This password is close to your name, birthday or numbers, which others may know."
        " Choose something that has nothing to do with you."
    ),
    Weakness.GUESSABLE: N_(
        "This password is easy to guess. Add a few words that do not belong together."
    ),
}


@dataclass(frozen=True, slots=True)
class PolicyRefusal:
    """A refusal for people: `text` is a msgid with %(minimum)d and %(maximum)d."""

    weakness: Weakness
    minimum: int
    maximum: int = MAX_PASSWORD_CHARACTERS

    @property
    def text(self) -> str:
        """The msgid of the sentence that says what is wrong and what to do."""
        return _TEXTS[self.weakness]

    @property
    def parameters(self) -> dict[str, int]:
        """What the sentence's placeholders stand for."""
        return {"minimum": self.minimum, "maximum": self.maximum}


class PasswordPolicy:
    """Judges passwords before they are hashed; keeps none."""

    def __init__(self, settings: PasswordPolicySettings) -> None:
        self._settings = settings

    def minimum_length(self, *, has_second_factor: bool) -> int:
        """Return the fewest characters a password needs."""
        if has_second_factor:
            return self._settings.min_length_with_second_factor
        return self._settings.min_length_alone

    async def check(
        self, password: str, facts: PersonalFacts, *, has_second_factor: bool = False
    ) -> PolicyRefusal | None:
        """Return why `password` may not be chosen, or None. Judging takes 1 to 40 ms."""
        minimum = self.minimum_length(has_second_factor=has_second_factor)
        weakness = _length_weakness(password, minimum)
        if weakness is None:
            text = normalise_password(password)
            weakness = await asyncio.to_thread(
                judge_strength, text, personal_guesses(facts), self._settings.min_score
            )
        return PolicyRefusal(weakness, minimum) if weakness else None


def judge_strength(text: str, personal: Iterable[str], min_score: int) -> Weakness | None:
    """Return COMMON, PERSONAL or GUESSABLE for a normalised password, or None."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    core = _shortest_unit(folded)
    bare = _shortest_unit(_SYMBOLS.sub("", folded))
    if not blocklist().isdisjoint({folded, core, bare}):
        return Weakness.COMMON
    candidates = {text, core} if core != folded else {text}
    if min(_score(one, ()) for one in candidates) < min_score:
        return Weakness.GUESSABLE
    guesses = tuple(personal)
    if _is_mostly(bare, guesses) or min(_score(one, guesses) for one in candidates) < min_score:
        return Weakness.PERSONAL
    return None


@cache
def blocklist() -> frozenset[str]:
    """Return the common passwords, in the form they are compared in."""
    return frozenset(_read_blocklist())


@cache
def _dictionaries() -> dict[str, dict[str, int]]:
    ranked = {name: words for name, words in RANKED_DICTIONARIES.items() if name != "user_inputs"}
    return {**ranked, "common_here": build_ranked_dict(_read_blocklist())}


def _read_blocklist() -> list[str]:
    lines = _BLOCKLIST.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("# ")]


def _length_weakness(password: str, minimum: int) -> Weakness | None:
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return Weakness.TOO_LONG
    if not password:
        return Weakness.TOO_SHORT
    try:
        text = normalise_password(password)
    except PasswordTextError:
        return Weakness.UNUSABLE_CHARACTER
    return Weakness.TOO_SHORT if len(text) < minimum else None


def _shortest_unit(text: str) -> str:
    """`abcabcab` is `abc` typed again and again; the last time may be cut short."""
    for length in range(1, len(text) // 2 + 1):
        if text[length:] == text[:-length]:
            return text[:length]
    return text


def _is_mostly(text: str, guesses: tuple[str, ...]) -> bool:
    """Return whether hardly anything is left of `text` without what is known of the person."""
    rest = text
    for guess in sorted(guesses, key=len, reverse=True):
        rest = rest.replace(guess, "")
    return len(rest) < min(_MIN_IMPERSONAL, len(text))


def _score(text: str, personal: tuple[str, ...]) -> int:
    judged = text[:_JUDGED_CHARACTERS]
    dictionaries = {**_dictionaries(), "user_inputs": build_ranked_dict(personal)}
    matches = omnimatch(judged, dictionaries)
    score: int = guesses_to_score(most_guessable_match_sequence(judged, matches)["guesses"])
    return score
