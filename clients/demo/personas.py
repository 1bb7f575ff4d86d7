"""People of the simulated registers, with whose particulars a visitor can register."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import httpx2

log = logging.getLogger(__name__)

# No province has the code 10, so these numbers can never belong to anyone.
SANDBOX_ID_NUMBER = re.compile(r"10\d{15}[\dX]")
TIMEOUT_SECONDS = 3.0
MAXIMUM_SHOWN = 6
NOT_FOR_BEGINNERS = ("deceased_on", "fault", "guardians")


@dataclass(frozen=True)
class Persona:
    """One fictitious person."""

    name: str
    id_number: str
    story_zh: str
    story_en: str


class PersonaList:
    """Reads the list from the registers' simulator, again on each visit."""

    def __init__(self, url: str | None) -> None:
        self.url = url

    async def read(self) -> list[Persona]:
        """Return a few people, or none if the simulator does not answer."""
        if self.url is None:
            return []
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
                answer = await client.get(self.url)
                answer.raise_for_status()
                return personas_in(answer.json())
        except (httpx2.HTTPError, ValueError):
            log.warning("the list of personas could not be read")
            return []


def personas_in(document: object) -> list[Persona]:
    """Return people of the simulator's `{"persons": [...]}` with whom one can register plainly.

    Whoever has not a sandbox number is left out: real people are never shown, even if this
    program is pointed at the wrong register.
    """
    listed = document.get("persons") if isinstance(document, dict) else None
    people = [_persona(item) for item in listed] if isinstance(listed, list) else []
    return [persona for persona in people if persona is not None][:MAXIMUM_SHOWN]


def _persona(item: object) -> Persona | None:
    """Return a person, or None for one whose story is about being refused or represented."""
    if not isinstance(item, dict) or any(item.get(trouble) for trouble in NOT_FOR_BEGINNERS):
        return None
    name, number = item.get("name"), _resident_number(item.get("documents"))
    if not isinstance(name, str) or not name or number is None:
        return None
    return Persona(name, number, str(item.get("story_zh", "")), str(item.get("story_en", "")))


def _resident_number(documents: object) -> str | None:
    numbers = [
        document["number"]
        for document in (documents if isinstance(documents, list) else [])
        if isinstance(document, dict)
        and document.get("kind") == "resident_id"
        and isinstance(document.get("number"), str)
        and not document.get("successor")
    ]
    return next((number for number in numbers if SANDBOX_ID_NUMBER.fullmatch(number)), None)
