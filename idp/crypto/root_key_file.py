"""The root key of an embedded home, in a file that only its owner can read."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from idp.crypto.root_key import ROOT_KEY_BYTES, RootKey
from idp.errors import TongxingError

ROOT_KEY_FILE = "root.key"


class RootKeyError(TongxingError):
    """The root key is missing, malformed, or could have been read by others."""

    code = "root_key_unusable"


def new_root_key() -> str:
    """Return a new random root key in base64."""
    return base64.b64encode(secrets.token_bytes(ROOT_KEY_BYTES)).decode()


def load_root_key(configured: str | None, file: Path) -> RootKey:
    """Return the key of the configuration (base64), else the one in `file`; raises RootKeyError."""
    if configured:
        try:
            return RootKey.from_base64(configured)
        except ValueError as error:
            raise RootKeyError("IDP_ROOT_KEY must be 32 bytes in base64") from error
    return read_root_key(file)


def read_root_key(file: Path) -> RootKey:
    """Read a key that `ensure_root_key` made; raises RootKeyError."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise RootKeyError(f"{file} cannot be read: {error.strerror}") from error
    with os.fdopen(handle, "rb") as stream:
        if os.fstat(handle).st_mode & 0o077:
            raise RootKeyError(f"{file} must be readable by its owner only (chmod 600)")
        text = stream.read(1024)
    try:
        return RootKey.from_base64(text.decode("ascii").strip())
    except ValueError as error:
        raise RootKeyError(f"{file} does not hold 32 bytes in base64") from error


def ensure_root_key(file: Path) -> bool:
    """Make a key in `file` unless there is one; returns whether it made one.

    Never replaces a file: without its key the home's data cannot be read again. Appears whole or
    not at all, also after a power cut.
    """
    if file.exists():
        return False
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(draft, flags, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(new_root_key().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            # A link fails where a rename would replace what another process has made meanwhile.
            os.link(draft, file)
        except FileExistsError:
            return False
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(file.parent)
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
