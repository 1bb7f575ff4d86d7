"""idp settings"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import typer

from idp.cli.commands import new_app
from idp.cli.settings_tree import Section, sections

app = new_app("Every setting with its variable and its meaning.")
_WIDTH = 96


@app.command()
def settings(
    markdown: bool = typer.Option(False, "--markdown", help="As a page of the documentation."),
) -> None:
    """Print every setting: environment variable, type, default, meaning."""
    from idp.settings import Settings

    found = list(sections(Settings))
    typer.echo("\n".join(_as_markdown(found) if markdown else _as_text(found)))


def _as_text(found: Iterable[Section]) -> Iterable[str]:
    for section in found:
        yield f"\n# {section.title}"
        for one in section.settings:
            default = f" = {one.default}" if one.default else ""
            yield f"{one.variable}{default}"
            meaning = f"({one.kind}) {one.meaning}".strip()
            yield textwrap.fill(meaning, _WIDTH, initial_indent="    ", subsequent_indent="    ")


def _as_markdown(found: Iterable[Section]) -> Iterable[str]:
    yield "# Settings"
    yield ""
    yield "Written by `idp settings --markdown`. Every setting is an environment variable."
    for section in found:
        yield ""
        yield f"## {section.title.rstrip('.')}"
        yield ""
        yield "| variable | type | default | meaning |"
        yield "|---|---|---|---|"
        for one in section.settings:
            default = f"`{_cell(one.default)}`" if one.default else ""
            yield f"| `{one.variable}` | {_cell(one.kind)} | {default} | {_cell(one.meaning)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
