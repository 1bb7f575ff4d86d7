"""The register simulator as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from idp.clock import Clock, SystemClock
from idp.registers.endpoints import CHINA, RegisterEndpoints
from idp.registers.generated_entities import GeneratedEntities
from idp.registers.generated_persons import GeneratedPersons
from idp.registers.legal_entities import LegalEntities
from idp.registers.personas import PersonaRecords, Personas, load_personas
from idp.registers.population import Population
from idp.registers.settings import RegistersSettings

POPULATION_PATH = "/population/v1/verifications"
LEGAL_ENTITIES_PATH = "/legal-entities/v1/verifications"


def create_app(settings: RegistersSettings, clock: Clock | None = None) -> Starlette:
    """Return the application; raises `ValueError` when the personas file is not acceptable."""
    clock = clock or SystemClock()
    personas = load_personas(settings.personas_file, clock.now().astimezone(CHINA).date())
    persons = GeneratedPersons(settings.seed, settings.generated_persons)
    entities = GeneratedEntities(settings.seed, settings.generated_entities, persons)
    endpoints = RegisterEndpoints(
        settings,
        Population(personas.persons, persons),
        LegalEntities(personas.entities, entities),
        clock,
    )
    pages = _Pages(personas, len(persons), len(entities))
    return Starlette(
        routes=[
            Route(POPULATION_PATH, endpoints.verify_person, methods=["POST"]),
            Route(LEGAL_ENTITIES_PATH, endpoints.verify_entity, methods=["POST"]),
            Route("/health", pages.health),
            Route("/personas", pages.personas),
        ]
    )


class _Pages:
    """What may be read without a key: all of it is synthetic."""

    def __init__(self, personas: PersonaRecords, persons: int, entities: int) -> None:
        self._entries: Personas = personas.entries
        self._health = {
            "status": "ok",
            "persons": persons + len(personas.persons),
            "entities": entities + len(personas.entities),
        }

    async def health(self, _request: Request) -> Response:
        """`GET /health`."""
        return JSONResponse(self._health)

    async def personas(self, _request: Request) -> Response:
        """`GET /personas`: the people of the demonstration, with their numbers and stories."""
        return JSONResponse(self._entries.model_dump(mode="json", by_alias=True))
