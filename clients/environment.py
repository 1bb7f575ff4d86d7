"""Reads a program's settings from its environment, or stops it with words an operator can use."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

Settings = TypeVar("Settings", bound=BaseSettings)


def settings_from_environment(kind: type[Settings]) -> Settings:
    """Return the settings; exit with the names, never the values, of the faulty variables."""
    try:
        return kind.model_validate({})
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        faults = [
            f"{prefix}{'_'.join(map(str, fault['loc']))}".upper() + f": {fault['msg']}"
            for fault in error.errors(include_input=False)
        ]
        raise SystemExit("Please check the environment:\n  " + "\n  ".join(faults)) from None
