"""One server per data folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from idp.errors import TongxingError

_NAME = "server.lock"


class FolderInUseError(TongxingError):
    """Another server uses this data folder."""

    code = "folder_in_use"


class FolderLock:
    """Held from `__enter__` until the process and all that it forked have ended.

    The kernel lets go of it however they end, so that a crash never leaves a folder locked.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    def __enter__(self) -> Self:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._handle = os.open(self._path, flags, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(self._handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            raise FolderInUseError(
                f"another server (process {owner}) uses the data folder {self._path.parent};"
                " stop it first, or give this one a folder of its own with IDP_DATA_DIR"
            ) from None
        os.ftruncate(self._handle, 0)
        os.write(self._handle, f"{os.getpid()}\n".encode())
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._handle)
