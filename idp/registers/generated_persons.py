"""Synthetic people computed from their number: nothing is stored, so 100,000 cost no memory.

Regions 100100 and up hold 500 sequence numbers each; a region and a sequence number give the index
of the person, and the index gives everything else.
"""

from __future__ import annotations

from datetime import date, timedelta

from idp.accounts.identifiers.ages import age_on, birthday_in
from idp.accounts.identifiers.check_digits import mod_11_2
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.registers.draws import Draws
from idp.registers.generated_names import person_name
from idp.registers.records import LONG_TERM, Card, CardStatus, Document, PersonRecord

_FIRST_REGION = 100_100
_SEQUENCES = 500
_EARLIEST = date(1936, 1, 1)
_DAYS = (date(2024, 1, 1) - _EARLIEST).days
_ISSUE_SPREAD_DAYS = 1800
REFERENCE_DAY = date(2025, 1, 1)
"""The day on which the generated register was taken; cards were issued before it."""


class GeneratedPersons:
    """People number 0 to `count` - 1 of one seed."""

    def __init__(self, seed: str, count: int) -> None:
        self._seed = seed
        self._count = count

    def __len__(self) -> int:
        return self._count

    def by_index(self, index: int) -> PersonRecord:
        """Return the person with this index; raises `IndexError` outside the register."""
        if not 0 <= index < self._count:
            raise IndexError("no generated person has this index")
        draws = Draws(self._seed, "person", index)
        birthdate = _EARLIEST + timedelta(days=draws.below(_DAYS))
        number = _number(index, birthdate)
        male = int(number[16]) % 2 == 1
        name = person_name(draws, male=male)
        fate = draws.below(1000)
        return PersonRecord(
            name=name,
            documents=(
                Document(IdentifierKind.RESIDENT_ID, number, (_card(draws, birthdate, fate),)),
            ),
            former_names=(person_name(draws, male=male),) if fate in range(30, 35) else (),
            deceased_on=REFERENCE_DAY if fate < 10 and birthdate.year < 1960 else None,
        )

    def by_number(self, kind: IdentifierKind, number: str) -> PersonRecord | None:
        """Return the person with this number, or None."""
        if kind is not IdentifierKind.RESIDENT_ID:
            return None
        region, sequence = int(number[:6]) - _FIRST_REGION, int(number[14:17]) - 1
        index = region * _SEQUENCES + sequence
        if region < 0 or not 0 <= sequence < _SEQUENCES or index >= self._count:
            return None
        person = self.by_index(index)
        return person if person.documents[0].number == number else None


def _number(index: int, birthdate: date) -> str:
    region, sequence = divmod(index, _SEQUENCES)
    body = f"{_FIRST_REGION + region}{birthdate:%Y%m%d}{sequence + 1:03d}"
    return body + mod_11_2(body)


def _card(draws: Draws, birthdate: date, fate: int) -> Card:
    """Return a card as the Resident Identity Card Law, article 5, limits it by age."""
    issued = max(birthdate, REFERENCE_DAY - timedelta(days=draws.below(_ISSUE_SPREAD_DAYS)))
    if fate in range(10, 20):
        issued = max(birthdate, birthday_in(issued, issued.year - 25))
    age = age_on(birthdate, issued)
    years = 5 if age < 16 else 10 if age <= 25 else 20
    until = LONG_TERM if age >= 46 else birthday_in(issued, issued.year + years)
    return Card(issued, until, CardStatus.LOST if fate in range(20, 30) else CardStatus.VALID)
