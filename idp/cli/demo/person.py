"""The person of the ready-made account: somebody the simulated register knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from idp.registers.generated_persons import GeneratedPersons
from idp.registers.records import CardStatus, PersonRecord
from idp.registers.settings import RegistersSettings

PHONE = "13912345678"
_BORN = range(1975, 2000)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Name and sandbox number; nobody has this number."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)


@cache
def demo_person() -> DemoPerson:
    """Return the first generated adult whose card is in order: none of the listed personas, who
    are there for visitors to register as.
    """
    fields = RegistersSettings.model_fields
    persons = GeneratedPersons(fields["seed"].default, fields["generated_persons"].default)
    for index in range(len(persons)):
        record = persons.by_index(index)
        if _is_plain(record):
            return DemoPerson(record.name, record.documents[0].number)
    raise RuntimeError("the simulated register has no such person")


def _is_plain(record: PersonRecord) -> bool:
    document = record.documents[0]
    return (
        int(document.number[6:10]) in _BORN
        and record.deceased_on is None
        and not record.former_names
        and document.cards[0].status is CardStatus.VALID
    )
