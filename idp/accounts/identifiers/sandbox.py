"""Numbers that can never belong to anyone, and the rule that keeps them and real ones apart.

A sandbox accepts these ranges and the allow-list only; production refuses the ranges. It does not
refuse the allow-list: kinds without a spare range (81, 82 and 83 residence permits, travel
permits) may have given such a number to a real person.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind

_ALLOW_LIST = Path(__file__).with_name("sandbox_allow_list.txt")


def in_sandbox_range(identifier: Identifier) -> bool:
    """Return whether the number lies in a range that no authority can assign."""
    number = identifier.canonical
    match identifier.kind:
        case IdentifierKind.RESIDENT_ID:
            return number.startswith("10")
        case IdentifierKind.PERMANENT_RESIDENCE:
            return number[1:3] == "99"
        case IdentifierKind.PERMANENT_RESIDENCE_2017:
            return number[3:5] == "99"
        case IdentifierKind.PASSPORT:
            return number.split("/")[1] == "UTO"
        case IdentifierKind.USCC:
            return number[2:8] == "990000"
        case _:
            return False


@cache
def _allow_list() -> frozenset[tuple[str, str]]:
    entries = set()
    for line in _ALLOW_LIST.read_text(encoding="utf-8").splitlines():
        entry = line.partition("#")[0].split()
        if entry:
            entries.add((IdentifierKind(entry[0]).value, entry[1]))
    return frozenset(entries)


def check_sandbox(identifier: Identifier, *, sandbox: bool) -> None:
    """Raise `SANDBOX_RANGE` when the number and the kind of installation do not belong together."""
    reserved = in_sandbox_range(identifier)
    if sandbox and not reserved:
        reserved = (identifier.kind.value, identifier.canonical) in _allow_list()
    if reserved is not sandbox:
        raise IdentifierError(Reason.SANDBOX_RANGE)
