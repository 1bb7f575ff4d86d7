"""How far a registration or a recovery has come, for the page that comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from idp.accounts.masking import mask_phone
from idp.clock import Clock
from idp.enrolment.drafts import Drafts
from idp.enrolment.recovery_store import Recoveries
from idp.storage.database import Database


class Step(StrEnum):
    """What a person does next, in this order.

    Name and number come before the password, so that the password can be judged by them.
    """

    CODE = "code"
    IDENTITY = "identity"
    PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class Progress:
    """`open` are the steps that may be taken now; `next` is the one that is still missing."""

    open: frozenset[Step]
    next: Step
    seconds_left: int
    phone: str = field(repr=False)

    @property
    def masked_phone(self) -> str:
        """The number as it may be shown."""
        return mask_phone(self.phone)


class EnrolmentProgress:
    """Reads where registrations and recoveries stand; changes nothing."""

    def __init__(
        self, database: Database, drafts: Drafts, recoveries: Recoveries, clock: Clock
    ) -> None:
        self._database = database
        self._drafts = drafts
        self._recoveries = recoveries
        self._clock = clock

    async def registration(self, draft_id: str) -> Progress:
        """Return where a registration stands; raises FlowExpiredError."""
        draft = await self._drafts.get(draft_id)
        left = draft.expires_at - self._clock.now().timestamp()
        done = (draft.phone_verified, draft.declared is not None)
        return _progress(done, left, draft.phone)

    async def recovery(self, recovery_id: str) -> Progress:
        """Return where a recovery stands; raises FlowExpiredError."""
        async with self._database.read() as transaction:
            recovery = await self._recoveries.get(transaction, recovery_id)
        left = (recovery.expires_at - self._clock.now()).total_seconds()
        done = (recovery.phone_proven, recovery.identity_proven)
        return _progress(done, left, recovery.phone)


def _progress(done: tuple[bool, bool], left: float, phone: str) -> Progress:
    """A verified phone stays verified; the two steps after it may be taken again."""
    order = tuple(Step)
    count = 0 if not done[0] else 1 if not done[1] else 2
    may = order[:1] if count == 0 else order[1 : count + 1]
    return Progress(frozenset(may), order[count], max(0, int(left)), phone)
