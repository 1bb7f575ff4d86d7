"""Chains: where the next event goes.

One chain for everybody would make every commit in the country queue behind one row. Instead each
process keeps a few chains of its own; a transaction borrows one just before it commits and gives
it back when the commit is durable, so a chain costs no query and its order is the commit order.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.audit.event import genesis
from idp.crypto.identifiers import new_id


@dataclass(slots=True)
class Chain:
    """The head of one chain, held in memory by the one process that extends it."""

    chain_id: str
    next_seq: int
    head: bytes


class ChainPool:
    """Chains of this process that no transaction is using."""

    def __init__(self) -> None:
        self._idle: list[Chain] = []

    def borrow(self) -> Chain:
        """Return an idle chain, or begin a new one."""
        if self._idle:
            return self._idle.pop()
        chain_id = new_id()
        return Chain(chain_id=chain_id, next_seq=0, head=genesis(chain_id))

    def give_back(self, chain: Chain) -> None:
        """Return a chain whose last event is durably committed.

        After a failed commit the chain must not come back: whether its last event is stored is
        unknown, and a second event with the same number would break it. The chain simply ends.
        """
        self._idle.append(chain)
