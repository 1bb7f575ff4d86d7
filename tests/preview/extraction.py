"""Every msgid that the source uses, read from the source itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "idp"
TEMPLATE_OPTIONS = {
    "extensions": "jinja2.ext.i18n",
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    # A template that does not parse must fail here, not be passed over.
    "silent": "false",
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "gettext_noop": None,
    "N_": None,
}


def extract_catalogue() -> Catalog:
    """The msgids of all templates and Python files under ``idp/``, with where they are used."""
    catalogue = Catalog()
    for path in sorted(SOURCE.rglob("*.html")):
        _collect(catalogue, path, "jinja2.ext:babel_extract", TEMPLATE_OPTIONS)
    for path in sorted(SOURCE.rglob("*.py")):
        _collect(catalogue, path, "python", {})
    return catalogue


def msgids(catalogue: Catalog) -> set[str]:
    """The singular msgids, without the empty one of the header."""
    return {_singular(message.id) for message in catalogue if message.id}


def _collect(catalogue: Catalog, path: Path, method: str, options: dict[str, str]) -> None:
    where = path.relative_to(ROOT).as_posix()
    found: Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]] = extract_from_file(
        method, path, keywords=KEYWORDS, options=options
    )
    for line, message, _comments, _context in found:
        catalogue.add(message, locations=[(where, line)])


def _singular(msgid: str | tuple[str, ...] | list[str]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]
