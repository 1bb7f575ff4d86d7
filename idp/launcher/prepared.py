"""A quick look whether an embedded home is as this release left it.

Most starts are restarts. Loading everything that could migrate a database, to find that there is
nothing to do, would take as long as the rest of the start.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from idp.storage.migration_files import newest_revision

_PREFIX = "sqlite+aiosqlite:///"


def is_prepared(database_url: str, algorithms: Iterable[str]) -> bool:
    """Whether a SQLite database has the newest schema and a signing key for every algorithm."""
    if not database_url.startswith(_PREFIX):
        return False
    file = Path(database_url.removeprefix(_PREFIX))
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as link:
            revision = link.execute("SELECT version_num FROM alembic_version").fetchall()
            keys = link.execute(
                "SELECT DISTINCT alg FROM signing_keys WHERE revoked_at IS NULL"
            ).fetchall()
    except (sqlite3.Error, ValueError):
        return False
    return revision == [(newest_revision(),)] and set(algorithms) <= {alg for (alg,) in keys}
