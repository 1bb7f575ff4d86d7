"""Recording refusals without letting anybody fill the audit log.

Whoever can name a client can make requests that are refused, as fast as the network goes. Of the
same refusal of the same client one in a minute is recorded by each worker; the log and the metrics
have them all.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from idp.clock import Clock

_PAUSE = timedelta(minutes=1)
_CAPACITY = 10_000


class RefusalPace:
    """Says which refusals are worth a record now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recorded: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def is_due(self, client_id: str, error: str) -> bool:
        """Whether this refusal was not recorded within the last minute; notes that it is now."""
        now, key = self._clock.now(), (client_id, error)
        last = self._recorded.get(key)
        if last is not None and timedelta(0) <= now - last < _PAUSE:
            return False
        self._recorded[key] = now
        self._recorded.move_to_end(key)
        if len(self._recorded) > _CAPACITY:
            self._recorded.popitem(last=False)
        return True
