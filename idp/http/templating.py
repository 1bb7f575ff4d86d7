"""Pages as strings: one Jinja environment per language, escaped and strict.

A page that uses a value nobody passed raises instead of showing a hole. The few values that most
pages do without have a declared default, below; everything else the caller must give.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from idp.i18n.dates import format_date, format_datetime, whole_minutes
from idp.i18n.language import Language
from idp.i18n.translation import Translations, translator
from idp.i18n.waiting import format_wait

_OPTIONAL: Mapping[str, object] = MappingProxyType(
    {
        "client": None,
        "errors": MappingProxyType({}),
        "form": MappingProxyType({}),
        "notice": None,
        "signed_in_as": None,
        "transaction": None,
    }
)


class Templates:
    """The templates of one directory, with the static files that lie beside it."""

    def __init__(self, directory: Path, static_directory: Path | None = None) -> None:
        self._static = StaticFiles(static_directory or directory.parent / "static")
        self._environments = {
            language: self._environment(directory, language) for language in Language
        }

    def render(self, name: str, *, language: Language, context: Mapping[str, object]) -> str:
        """The page ``name`` as HTML.

        ``context`` holds what the template's opening comment lists. Raises
        ``jinja2.TemplateNotFound`` for a page that does not exist and ``jinja2.UndefinedError``
        for a value the page uses and the context lacks.
        """
        template = self._environments[language].get_template(name)
        return template.render({**_OPTIONAL, **context, "language": language})

    def static_url(self, path: str) -> str:
        """The address of a static file; ``FileNotFoundError`` for one that is not there."""
        return self._static.url(path)

    def _environment(self, directory: Path, language: Language) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(directory),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        environment.policies["ext.i18n.trimmed"] = True
        translations = translator(language)
        # The i18n extension adds this method to the environment at run time.
        install = environment.install_gettext_callables  # type: ignore[attr-defined]
        install(translations.gettext, translations.ngettext, newstyle=True)
        words = _words(translations)
        environment.globals.update(gettext=words, _=words)
        environment.globals["static"] = self._static.url
        environment.filters["date"] = partial(format_date, language=language)
        environment.filters["datetime"] = partial(format_datetime, language=language)
        environment.filters["minutes"] = whole_minutes
        environment.filters["waiting"] = partial(format_wait, language=language)
        environment.tests["web_address"] = is_web_address
        return environment


class StaticFiles:
    """URLs of static files that change with their content, so they may be cached for ever."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._hash = lru_cache(maxsize=None)(self._compute_hash)

    def url(self, path: str) -> str:
        """``/static/<path>?v=<hash>``; ``FileNotFoundError`` for a file that is not there."""
        return f"/static/{path}?v={self._hash(path)}"

    def _compute_hash(self, path: str) -> str:
        return hashlib.sha256((self._directory / path).read_bytes()).hexdigest()[:12]


def _words(translations: Translations) -> Callable[..., Markup]:
    """Return Jinja's new-style `gettext`, which looks up, marks as HTML and fills in at each call,
    with a memory for the words that take no values: most of them, and the same on every page."""

    def fill(message: str, /, **values: object) -> Markup:
        # The words are those of the catalogue; what is filled in is escaped.
        return Markup(translations.gettext(message)) % values  # noqa: S704

    plain = lru_cache(maxsize=1000)(fill)

    def words(message: str, /, **values: object) -> Markup:
        return fill(message, **values) if values else plain(message)

    return words


def is_web_address(value: str | None) -> bool:
    """Whether a client's address may become a link: with a scheme of the web, and a host."""
    if not value:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.netloc)
