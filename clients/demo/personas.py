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


@dataclass(frozen=True)
class Persona:
    """One fictitious person."""

    name: str
    id_number: str


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
    """Return the people listed in `document`: a list, or an object with `personas`.

    Whoever has not a sandbox number is left out: real people are never shown, even if this
    program is pointed at the wrong register.
    """
    if isinstance(document, dict):
        document = document.get("personas")
    people = [_persona(item) for item in document] if isinstance(document, list) else []
    return [persona for persona in people if persona is not None][:MAXIMUM_SHOWN]


def _persona(item: object) -> Persona | None:
    if not isinstance(item, dict):
        return None
    name, number = item.get("name"), item.get("id_number")
    if not isinstance(name, str) or not isinstance(number, str):
        return None
    return Persona(name, number) if name and SANDBOX_ID_NUMBER.fullmatch(number) else None
