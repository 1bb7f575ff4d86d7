"""Settings for commands: read, checked, or refused in words."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pydantic import ValidationError

from idp.cli.refusals import refuse
from idp.settings import Settings, UnsafeSettingsError, check_settings


def load_settings() -> Settings:
    """Return the environment's settings without judging them as a whole.

    Leaves the program with the names, never the values, of variables that cannot be read.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        refuse(_complaint(fault["loc"], fault["msg"]) for fault in error.errors(include_url=False))
    if unknown := _unknown_variables(os.environ):
        refuse(f"{name} is not a setting; see `idp settings`" for name in unknown)
    return settings


def load_checked_settings() -> Settings:
    """Return settings that a server may run with, or leave the program with every complaint."""
    settings = load_settings()
    try:
        check_settings(settings)
    except UnsafeSettingsError as error:
        refuse(error.complaints)
    return settings


def _complaint(location: tuple[int | str, ...], message: str) -> str:
    variable = "__".join(str(part) for part in location).upper()
    return f"IDP_{variable}: {message.removeprefix('Value error, ')}"


def _unknown_variables(names: Iterable[str]) -> list[str]:
    """Return the variables that look like settings and are none, such as misspelt ones.

    Deeper levels need no such look: a member that does not exist is refused when it is read.
    """
    known = {f"IDP_{field}".upper() for field in Settings.model_fields}
    ours = (name for name in names if name.startswith("IDP_") and not name.startswith("IDP_TEST_"))
    return sorted(name for name in ours if name.split("__")[0].upper() not in known)
