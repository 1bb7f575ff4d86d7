"""Secrets of one demonstration, drawn at random on its first run and kept in its folder."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from idp.errors import TongxingError

_FILE = "generated.json"
# Without letters and digits that look alike.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


class DemoFolderError(TongxingError):
    """The demonstration's folder does not hold together."""

    code = "demo_folder"


@dataclass(frozen=True, slots=True)
class Generated:
    """Every secret that two parts share."""

    register_secret: str = field(repr=False)
    tax_secret: str = field(repr=False)
    social_secret: str = field(repr=False)
    account_password: str = field(repr=False)


def load_or_generate(folder: Path) -> Generated:
    """Return the secrets of the demonstration in `folder`; raises DemoFolderError."""
    file = folder / _FILE
    try:
        return Generated(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        if (folder / "tongxing.db").exists():
            raise DemoFolderError(_start_anew(folder)) from None
    except (OSError, ValueError, TypeError):
        raise DemoFolderError(_start_anew(folder)) from None
    generated = Generated(
        register_secret=secrets.token_urlsafe(32),
        tax_secret=secrets.token_urlsafe(32),
        social_secret=secrets.token_urlsafe(32),
        account_password=_readable_password(),
    )
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(asdict(generated), stream)
    return generated


def _start_anew(folder: Path) -> str:
    return f"{folder / _FILE} is missing or unreadable; remove {folder} and start again"


def _readable_password() -> str:
    """Return 79 random bits that a person can type."""
    groups = (
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )
    return "-".join(groups)
