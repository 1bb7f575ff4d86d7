"""The personas in another department's database, behind the view of docs/registers.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Boolean, Column, Date, MetaData, String, Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from idp.registers.generated_persons import GeneratedPersons
from idp.registers.personas import load_personas
from idp.registers.records import LONG_TERM, Card, Document, PersonRecord
from idp.registers.settings import RegistersSettings
from tests.contracts.proofing.claims import NOW
from tests.contracts.proofing.register_server import SECRET

VIEW = "population_view"
TABLE = Table(
    "household_rows",
    MetaData(),
    *(
        Column(name, String, nullable=False)
        for name in (
            "document_kind",
            "document_number",
            "person_ref",
            "written_name",
            "writing",
            "current_name",
            "card_status",
            "current_kind",
            "current_number",
        )
    ),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("is_deceased", Boolean, nullable=False),
)


async def create_database(engine: AsyncEngine) -> None:
    """Create and fill the table and its view."""
    async with engine.begin() as connection:
        await connection.run_sync(TABLE.metadata.create_all)
        await connection.execute(insert(TABLE), list(_rows()))
        await replace_view(connection, f"SELECT * FROM {TABLE.name}")


async def replace_view(connection: AsyncConnection, query: str) -> None:
    """Make the view show what `query` selects."""
    await connection.execute(text(f"DROP VIEW IF EXISTS {VIEW}"))
    await connection.execute(text(f"CREATE VIEW {VIEW} AS {query}"))


def _rows() -> Iterator[dict[str, object]]:
    settings = RegistersSettings(secret=SECRET)
    personas = load_personas(settings.personas_file, NOW.date()).persons
    generated = GeneratedPersons(settings.seed, 50)
    for index, person in enumerate([*personas, *map(generated.by_index, range(50))]):
        for document in person.documents:
            for card in document.cards:
                yield from _card_rows(str(index), person, document, card)


def _card_rows(
    ref: str, person: PersonRecord, document: Document, card: Card
) -> Iterator[dict[str, object]]:
    kind, number = document.successor or (document.kind, document.number)
    writings = [(person.name, "current")]
    writings += [(name, "former") for name in person.former_names]
    writings += [(name, "variant") for name in person.name_variants]
    for written_name, writing in writings:
        yield {
            "document_kind": document.kind.value,
            "document_number": document.number,
            "person_ref": ref,
            "written_name": written_name,
            "writing": writing,
            "current_name": person.name,
            "valid_from": card.valid_from,
            "valid_until": _nullable(card.valid_until),
            "card_status": card.status.value,
            "current_kind": kind.value,
            "current_number": number,
            "is_deceased": person.deceased_on is not None,
        }


def _nullable(day: date) -> date | None:
    return None if day == LONG_TERM else day
