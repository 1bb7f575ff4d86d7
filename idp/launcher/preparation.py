"""What must be true of the database before requests are served."""

from __future__ import annotations

import sys

from idp.clock import SystemClock
from idp.errors import TongxingError
from idp.services.foundation import build_foundation
from idp.settings import Settings
from idp.storage import migrations

_FAILED = 1


async def prepare_database(settings: Settings) -> int:
    """Bring or check the schema and make the first signing keys; returns an exit status.

    An embedded home's schema is brought up to date; production's is only looked at, because
    several hosts start at different times and the operator chooses when. What is wrong is said in
    one sentence on stderr.
    """
    url = settings.storage.database_url
    try:
        if settings.is_embedded:
            await migrations.upgrade(url)
        else:
            await migrations.check(url)
        foundation = build_foundation(settings, SystemClock())
        try:
            await foundation.keys.ensure()
        finally:
            await foundation.close()
    except TongxingError as error:
        sys.stderr.write(f"idp: {error.hint or f'the database does not answer ({error.debug})'}\n")
        return _FAILED
    return 0
