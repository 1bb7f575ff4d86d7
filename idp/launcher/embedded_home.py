"""The embedded home: everything of a small installation in one folder.

<data_dir>/            0700
  root.key             0600, made once; without it nothing in the folder can be read
  tongxing.db          SQLite
  valkey.sock  ...     the ephemeral store, run by this process
  server.lock          held while a server runs
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idp.crypto.root_key_file import ROOT_KEY_FILE, ensure_root_key
from idp.errors import TongxingError
from idp.launcher.embedded_valkey import EmbeddedValkey
from idp.launcher.folder_lock import FolderLock
from idp.settings import Settings

_DATABASE_FILE = "tongxing.db"
_DATABASE_VARIABLE = "IDP_STORAGE__DATABASE_URL"
_REDIS_VARIABLE = "IDP_STORAGE__REDIS_URL"


class UnsafeFolderError(TongxingError):
    """The data folder belongs to, or can be written by, somebody else."""

    code = "unsafe_folder"


def prepare_folder(folder: Path) -> None:
    """Make the data folder if need be and make sure that it is ours alone, as is every file that
    this process makes from now on.

    Raises:
        UnsafeFolderError: it is no folder, has another owner, or others may write to it. Whoever
            could write there could put in a database or a key of their own.
    """
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if not stat.S_ISDIR(state.st_mode):
        raise UnsafeFolderError(f"{folder} is not a folder")
    if state.st_uid != os.geteuid():
        raise UnsafeFolderError(f"the data folder {folder} belongs to another user")
    if state.st_mode & 0o022:
        raise UnsafeFolderError(f"others may write to the data folder {folder} (chmod 700)")
    folder.chmod(0o700)


def with_addresses(settings: Settings) -> Settings:
    """Return the settings with the embedded home's addresses filled in where none are given."""
    if not settings.is_embedded:
        return settings
    storage = settings.storage
    folder = settings.data_dir.resolve()
    addresses = {
        "database_url": storage.database_url or f"sqlite+aiosqlite:///{folder / _DATABASE_FILE}",
        "redis_url": storage.redis_url or f"unix://{folder / 'valkey.sock'}",
    }
    return settings.model_copy(update={"storage": storage.model_copy(update=addresses)})


class EmbeddedHome:
    """A prepared embedded home. `tend` looks after its ephemeral store."""

    def __init__(self, settings: Settings, valkey: EmbeddedValkey | None) -> None:
        self.settings = settings
        self._valkey = valkey

    def tend(self) -> None:
        """Start the ephemeral store again if it ended; call now and then."""
        if self._valkey is not None:
            self._valkey.ensure_running()


@contextmanager
def embedded_home(settings: Settings) -> Iterator[EmbeddedHome]:
    """Lock and prepare the home, run its ephemeral store, and export both addresses.

    The exported variables reach the forked workers, which read their settings from the
    environment.

    Raises:
        UnsafeFolderError, FolderInUseError, EmbeddedValkeyError.
    """
    folder = settings.data_dir.resolve()
    prepare_folder(folder)
    with FolderLock(folder):
        ensure_root_key(folder / ROOT_KEY_FILE)
        valkey = None if settings.storage.redis_url else EmbeddedValkey(folder)
        try:
            if valkey is not None:
                valkey.start()
                settings = settings.model_copy(
                    update={
                        "storage": settings.storage.model_copy(update={"redis_url": valkey.url})
                    }
                )
            settings = with_addresses(settings)
            os.environ[_DATABASE_VARIABLE] = settings.storage.database_url
            os.environ[_REDIS_VARIABLE] = settings.storage.redis_url
            yield EmbeddedHome(settings, valkey)
        finally:
            if valkey is not None:
                valkey.stop()
