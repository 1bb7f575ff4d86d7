"""From evidence to a level.

    L1  registered     a verified phone
    L2  real name      L1 and name with number matched by the register
    L3  real person    L2 and the person was there (live face, network identity, four elements)
    L4  proven         L3 and a chip, a named officer or a certificate

A level holds only while the evidence of every level below it holds as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from idp.accounts.person import IdentityLevel
from idp.proofing.evidence import Evidence
from idp.proofing.settings import ProofingSettings

LOWEST, HIGHEST = 1, 4


class Method(StrEnum):
    """Ways of proving an identity."""

    REGISTER_MATCH = "register_match"
    LIVE_FACE = "live_face"
    NETWORK_IDENTITY = "network_identity"
    FOUR_ELEMENTS = "four_elements"
    CHIP_READ = "chip_read"
    COUNTER_CHECK = "counter_check"
    CERTIFICATE = "certificate"
    IMPORTED = "imported"
    """Taken over from a former system, or made for a test."""


LEVEL_OF_METHOD: dict[Method, int] = {
    Method.REGISTER_MATCH: 2,
    Method.LIVE_FACE: 3,
    Method.NETWORK_IDENTITY: 3,
    Method.FOUR_ELEMENTS: 3,
    Method.CHIP_READ: 4,
    Method.COUNTER_CHECK: 4,
    Method.CERTIFICATE: 4,
}


def level_at(evidence: Iterable[Evidence], moment: datetime) -> IdentityLevel:
    """Return the level that the evidence supports at `moment`, since when and until when."""
    valid = [one for one in evidence if one.is_valid_at(moment)]
    reached = IdentityLevel(LOWEST)
    for level in range(LOWEST + 1, HIGHEST + 1):
        best = max((one for one in valid if one.level == level), key=_lasts_until, default=None)
        if best is None:
            break
        reached = IdentityLevel(
            level,
            reached_at=max(filter(None, (reached.reached_at, best.verified_at))),
            expires_at=min(filter(None, (reached.expires_at, best.expires_at)), default=None),
        )
    return reached


def expiry_of(level: int, verified_at: datetime, settings: ProofingSettings) -> datetime:
    """Return until when new evidence of a level counts."""
    days = {
        2: settings.register_match_days,
        3: settings.live_person_days,
        4: settings.strong_proof_days,
    }[level]
    return verified_at + timedelta(days=days)


def _lasts_until(evidence: Evidence) -> tuple[bool, float]:
    expires_at = evidence.expires_at
    return expires_at is None, expires_at.timestamp() if expires_at else 0.0


_PASSWORD_CAP = 2


def reported_level(identity_level: int, amr: Sequence[str]) -> int:
    """Return the level that a sign-in may state: the identity's, as far as the way in supports.

    Levels 3 and 4 take two factors (docs/glossary.md); a password alone reaches level 2.
    """
    return min(identity_level, _PASSWORD_CAP) if tuple(amr) == ("pwd",) else identity_level
