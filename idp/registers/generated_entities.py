"""Synthetic legal entities computed from their code, headed by generated people."""

from __future__ import annotations

from typing import Final

from idp.accounts.identifiers.check_digits import gb_11714_check, uscc_check
from idp.registers.draws import Draws
from idp.registers.generated_names import trade_name
from idp.registers.generated_persons import GeneratedPersons
from idp.registers.records import EntityRecord, EntityState, Head, HeadKind

_CLASSES: Final = (
    ("91", "有限公司", HeadKind.LEGAL_REPRESENTATIVE, 62),
    ("91", "合伙企业（有限合伙）", HeadKind.MANAGING_PARTNER, 3),
    ("92", "经营部", HeadKind.OPERATOR, 20),
    ("93", "专业合作社", HeadKind.LEGAL_REPRESENTATIVE, 5),
    ("51", "协会", HeadKind.LEGAL_REPRESENTATIVE, 4),
    ("52", "服务中心", HeadKind.LEGAL_REPRESENTATIVE, 3),
    ("12", "研究院", HeadKind.LEGAL_REPRESENTATIVE, 2),
    ("31", "律师事务所", HeadKind.PRINCIPAL, 1),
)
"""Class characters, end of the name, kind of head, share in per cent."""
_STATES: Final = (
    (EntityState.ACTIVE, 92),
    (EntityState.DEREGISTERED, 3),
    (EntityState.REVOKED, 2),
    (EntityState.MOVED_OUT, 2),
    (EntityState.IN_LIQUIDATION, 1),
)
_SUBJECT_PREFIX: Final = "MG"


class GeneratedEntities:
    """Entities number 0 to `count` - 1 of one seed."""

    def __init__(self, seed: str, count: int, persons: GeneratedPersons) -> None:
        self._seed = seed
        self._count = count if len(persons) else 0
        self._persons = persons

    def __len__(self) -> int:
        return self._count

    def by_index(self, index: int) -> EntityRecord:
        """Return the entity with this index; raises `IndexError` outside the register."""
        if not 0 <= index < self._count:
            raise IndexError("no generated entity has this index")
        draws = Draws(self._seed, "entity", index)
        prefix, ending, head_kind = _weighted_class(draws.below(100))
        head = self._persons.by_index(draws.below(len(self._persons)))
        document = head.documents[0]
        return EntityRecord(
            uscc=_uscc(prefix, index),
            name=f"通行市{trade_name(draws)}{ending}",
            head_kind=head_kind,
            head=Head(head.name, document.kind, document.number),
            state=_weighted_state(draws.below(100)),
        )

    def by_uscc(self, uscc: str) -> EntityRecord | None:
        """Return the entity with this code, or None."""
        digits = uscc[10:16]
        if uscc[8:10] != _SUBJECT_PREFIX or not digits.isdigit() or int(digits) >= self._count:
            return None
        entity = self.by_index(int(digits))
        return entity if entity.uscc == uscc else None


def _uscc(prefix: str, index: int) -> str:
    subject = f"{_SUBJECT_PREFIX}{index:06d}"
    body = f"{prefix}990000{subject}{gb_11714_check(subject)}"
    return body + uscc_check(body)


def _weighted_class(point: int) -> tuple[str, str, HeadKind]:
    for prefix, ending, head_kind, share in _CLASSES:
        if point < share:
            return prefix, ending, head_kind
        point -= share
    raise AssertionError("the shares of the classes do not add up to 100")


def _weighted_state(point: int) -> EntityState:
    for state, share in _STATES:
        if point < share:
            return state
        point -= share
    raise AssertionError("the shares of the states do not add up to 100")
