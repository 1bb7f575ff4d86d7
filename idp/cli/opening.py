"""The foundation for a command's one piece of work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from idp.clock import SystemClock
from idp.crypto.root_key_file import ROOT_KEY_FILE, ensure_root_key
from idp.launcher.embedded_home import prepare_folder, with_addresses
from idp.services.foundation import Foundation, build_foundation
from idp.settings import Settings
from idp.storage import migrations

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end."""
    return asyncio.run(work)


async def prepare(settings: Settings) -> Settings:
    """Make an embedded home usable, or make sure that production's database is.

    Raises UnsafeFolderError, SchemaBehindError, DatabaseUnavailableError.
    """
    settings = with_addresses(settings)
    if settings.is_embedded:
        prepare_folder(settings.data_dir)
        ensure_root_key(settings.data_dir / ROOT_KEY_FILE)
        await migrations.upgrade(settings.storage.database_url)
    else:
        await migrations.check(settings.storage.database_url)
    return settings


@asynccontextmanager
async def open_foundation(settings: Settings) -> AsyncIterator[Foundation]:
    """Prepare the home and open its foundation for the length of the block."""
    foundation = build_foundation(await prepare(settings), SystemClock())
    try:
        yield foundation
    finally:
        await foundation.close()
