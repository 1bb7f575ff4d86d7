"""Showing what a client file changes, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from idp.client_registry.service import Change

_SIGNS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "disable": ("-", "red"),
    "unchanged": ("=", "dim"),
}


def show_changes(changes: Sequence[Change], console: Console) -> None:
    """Print one line per client and one per member that changes."""
    for change in changes:
        sign, style = _SIGNS[change.kind]
        console.print(Text(f"{sign} {change.client_id}  {change.kind}", style=style))
        for name, (old, new) in change.members.items():
            console.print(_member(name, old, new), soft_wrap=True)
        if change.secret_changes:
            console.print(Text("    client_secret: replaced", style=style))


def _member(name: str, old: object, new: object) -> Text:
    line = Text(f"    {name}: ")
    if old is not None:
        line.append(_brief(old), style="red")
        line.append(" -> ")
    line.append("removed" if new is None else _brief(new), style="red" if new is None else "green")
    return line


def _brief(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
