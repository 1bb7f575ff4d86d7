"""The value object for one checked identifier."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning, Sex


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identity number in its canonical form.

    `canonical` is upper case, ASCII and free of separators (a passport is `P/CCC/NUMBER`).
    `country` is ISO 3166-1 alpha-3 where the number names one. `repr` shows none of the number
    nor what can be read from it.
    """

    kind: IdentifierKind
    canonical: str = field(repr=False)
    birthdate: date | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    country: str | None = field(default=None, repr=False)
    warnings: tuple[IdentifierWarning, ...] = ()
