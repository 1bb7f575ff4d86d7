"""What the verification of the audit log found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Damage(StrEnum):
    """How the log differs from what was written."""

    ALTERED = "altered"
    """The content of an event or checkpoint does not agree with its hash."""
    UNREADABLE = "unreadable"
    """The content cannot even be read back."""
    GAP = "gap"
    """Events are missing before this one."""
    BROKEN_LINK = "broken_link"
    """It does not follow from the one before it."""
    TRUNCATED = "truncated"
    """A checkpoint attests an event that is not there, or is there with another hash."""
    ANCHOR_UNKNOWN = "anchor_unknown"
    """No checkpoint has the hash that was noted outside."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One damage. `chain_id` is None for checkpoints; `number` is the event's or checkpoint's."""

    damage: Damage
    chain_id: str | None
    number: int | None
    sentence: str


@dataclass(slots=True)
class Report:
    """Result of a verification. `anchor` is the newest checkpoint's hash, to be noted outside."""

    events: int = 0
    chains: int = 0
    checkpoints: int = 0
    unattested: int = 0
    """Events that no checkpoint covers yet; their removal would not be noticed."""
    anchor: str | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def add(self, damage: Damage, chain_id: str | None, number: int | None, sentence: str) -> None:
        """Note a damage."""
        self.findings.append(Finding(damage, chain_id, number, sentence))
