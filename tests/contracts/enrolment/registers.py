"""A population register in this process: the simulator's own judgement, without the wire."""

from __future__ import annotations

from datetime import date

from idp.accounts.civil_date import civil_date
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.clock import Clock
from idp.proofing.connectors.population_register.connector import (
    Cause,
    PersonClaim,
    RectifiedValues,
    RegisterAnswer,
    RegisterResult,
)
from idp.registers.messages import PersonQuestion
from idp.registers.records import Card, CardStatus, Document, PersonRecord
from idp.registers.verdicts import judge_person

SOURCE = "人口库"
_CARD = Card(date(2020, 1, 1), date(2040, 1, 1))
_KIND = IdentifierKind.RESIDENT_ID


def person(name: str, number: str, *cards: Card) -> PersonRecord:
    """Return a person with one resident identity card."""
    return PersonRecord(name, (Document(_KIND, number, cards or (_CARD,)),))


PEOPLE = (
    person("张晓明", "100000199003077711"),
    person("李娜", "100000198512300024"),
    person("娜仁", "10000019880808069X"),
    PersonRecord(
        "王故",
        (Document(_KIND, "10000019900101002X", (_CARD,)),),
        deceased_on=date(2025, 1, 1),
    ),
    person("小朋友", "100000201806010043"),
    person("过期", "100000200002290081", Card(date(2000, 1, 1), date(2020, 1, 1))),
    person("遗失", "100000194910010016", Card(date(2020, 1, 1), date(2040, 1, 1), CardStatus.LOST)),
    PersonRecord("阿里木·买买提", (Document(_KIND, "100000201106150037", (_CARD,)),)),
    PersonRecord(
        "John Smith",
        (
            Document(
                IdentifierKind.PERMANENT_RESIDENCE_2017,
                "USA990079111101",
                (_CARD,),
                successor=(IdentifierKind.PERMANENT_RESIDENCE, "999840197911110010"),
            ),
            Document(IdentifierKind.PERMANENT_RESIDENCE, "999840197911110010", (_CARD,)),
        ),
        former_names=("Jack Smith",),
    ),
)


class TableRegister:
    """Implements `PopulationRegister` over a table; `outage` makes it silent."""

    def __init__(self, clock: Clock, people: tuple[PersonRecord, ...] = PEOPLE) -> None:
        self._clock = clock
        self._people = people
        self.outage: RegisterResult | None = None
        self.unserved: frozenset[IdentifierKind] = frozenset({IdentifierKind.PASSPORT})
        self.questions = 0

    async def verify(self, claim: PersonClaim) -> RegisterAnswer:
        """Return the verdict on a claim."""
        self.questions += 1
        now = self._clock.now()
        kind, number = claim.identifier.kind, claim.identifier.canonical
        if self.outage is not None:
            return RegisterAnswer(self.outage, SOURCE, now)
        if kind in self.unserved:
            return RegisterAnswer(RegisterResult.BAD_REQUEST, SOURCE, now, cause=Cause.NOT_SERVED)
        question = PersonQuestion(request_id="r" * 16, kind=kind, number=number, name=claim.name)
        found = [one for one in self._people if one.document(kind, number)]
        verdict = judge_person(question, found, civil_date(self._clock))
        new = verdict.rectified
        rectified = RectifiedValues(**new.model_dump()) if new else None
        reference = f"log-{self.questions}"
        result = RegisterResult(verdict.result.value)
        return RegisterAnswer(result, SOURCE, now, reference, rectified)
