"""Which language a page is shown in."""

from __future__ import annotations

from collections.abc import Iterator

from idp.i18n.language import DEFAULT_LANGUAGE, Language

# Anything longer is not a preference but an attempt to make us parse.
_LONGEST_INPUT = 1000
_BY_PRIMARY_SUBTAG = {"zh": Language.CHINESE, "en": Language.ENGLISH}


def negotiate_language(
    ui_locales: str | None, cookie: str | None, accept_language: str | None
) -> Language:
    """Choose a language; never fails, whatever the three strings hold.

    ``ui_locales``: space-separated tags, best first (OpenID Connect Core 3.1.2.1). It wins, so a
    language switch that links to the same page with ``ui_locales`` works.
    ``cookie``: the tag chosen on an earlier visit.
    ``accept_language``: the request header (RFC 9110 12.5.4).
    Any Chinese or English tag counts (``zh-Hant-HK``, ``en-GB``); others are passed over.
    """
    for candidates in (_tags(ui_locales), _tags(cookie), _accepted_tags(accept_language)):
        for tag in candidates:
            language = _BY_PRIMARY_SUBTAG.get(tag.partition("-")[0].lower())
            if language is not None:
                return language
    return DEFAULT_LANGUAGE


def _tags(text: str | None) -> Iterator[str]:
    if text is None or len(text) > _LONGEST_INPUT:
        return iter(())
    return (tag.replace("_", "-") for tag in text.split())


def _accepted_tags(header: str | None) -> Iterator[str]:
    """The tags of an Accept-Language header, most wanted first; ``q=0`` means "not this one"."""
    if header is None or len(header) > _LONGEST_INPUT:
        return iter(())
    weighted = [_weighted(item) for item in header.split(",")]
    wanted = [(tag, weight) for tag, weight in weighted if tag and weight > 0]
    # sorted() is stable: equal weights keep the order in which the browser sent them.
    return (tag for tag, _ in sorted(wanted, key=lambda pair: -pair[1]))


def _weighted(item: str) -> tuple[str, float]:
    tag, _, parameter = item.partition(";")
    name, equals, value = parameter.partition("=")
    if not equals or name.strip().lower() != "q":
        return tag.strip(), 1.0
    try:
        weight = float(value.strip())
    except ValueError:
        return tag.strip(), 0.0
    # A comparison with NaN is false, so "q=nan" is refused here as well.
    return tag.strip(), weight if 0.0 <= weight <= 1.0 else 0.0
