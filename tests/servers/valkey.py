"""The embedded Valkey, as the launcher starts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idp.launcher.embedded_valkey import EmbeddedValkey, is_installed
from tests.servers.requirements import missing


@contextmanager
def embedded_valkey(folder: Path) -> Iterator[str]:
    """Run an embedded Valkey with its data in `folder` and yield its URL."""
    if not is_installed():
        missing("valkey-server")
    server = EmbeddedValkey(folder)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
