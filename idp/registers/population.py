"""The population register: personas first, then the generated people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from idp.accounts.identifiers.kinds import IdentifierKind
from idp.registers.generated_persons import GeneratedPersons
from idp.registers.records import PersonRecord


class Population:
    """Everybody the simulator knows, found by a document's number."""

    def __init__(self, personas: Iterable[PersonRecord], generated: GeneratedPersons) -> None:
        self._generated = generated
        self._by_document: dict[tuple[IdentifierKind, str], list[PersonRecord]] = defaultdict(list)
        for person in personas:
            for document in person.documents:
                self._by_document[document.kind, document.number].append(person)

    def find(self, kind: IdentifierKind, number: str) -> tuple[PersonRecord, ...]:
        """Return every person with this number: usually one, two where a number is shared."""
        if named := self._by_document.get((kind, number)):
            return tuple(named)
        generated = self._generated.by_number(kind, number)
        return (generated,) if generated else ()
