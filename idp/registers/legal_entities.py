"""The legal-entity register: the personas' entities first, then the generated ones."""

from __future__ import annotations

from collections.abc import Iterable

from idp.registers.generated_entities import GeneratedEntities
from idp.registers.records import EntityRecord


class LegalEntities:
    """Every entity the simulator knows, found by its credit code."""

    def __init__(self, personas: Iterable[EntityRecord], generated: GeneratedEntities) -> None:
        self._by_uscc = {entity.uscc: entity for entity in personas}
        self._generated = generated

    def find(self, uscc: str) -> EntityRecord | None:
        """Return the entity with this code, or None."""
        return self._by_uscc.get(uscc) or self._generated.by_uscc(uscc)
