"""Kinds of identity documents by the names that people know."""

from __future__ import annotations

from idp.accounts.identifiers.kinds import IdentifierKind
from idp.i18n.language import Language
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.translation import translator
from idp.settings import Settings

_LABELS = {
    IdentifierKind.RESIDENT_ID: N_("Resident identity card"),
    IdentifierKind.HK_MACAO_RESIDENCE_PERMIT: N_(
        "Residence permit for Hong Kong and Macao residents"
    ),
    IdentifierKind.TW_RESIDENCE_PERMIT: N_("Residence permit for Taiwan residents"),
    IdentifierKind.HK_MACAO_TRAVEL_PERMIT: N_(
        "Mainland travel permit for Hong Kong and Macao residents"
    ),
    IdentifierKind.TW_TRAVEL_PERMIT: N_("Mainland travel permit for Taiwan residents"),
    IdentifierKind.PERMANENT_RESIDENCE: N_("Foreign permanent resident identity card"),
    IdentifierKind.PERMANENT_RESIDENCE_2017: N_(
        "Foreign permanent resident card of an earlier edition"
    ),
    IdentifierKind.PASSPORT: N_("Passport"),
    IdentifierKind.USCC: N_("Unified social credit code"),
}
# A passport's number says nothing without its country, which the page does not ask for.
_NOT_ONLINE = frozenset({IdentifierKind.PASSPORT, IdentifierKind.USCC})


def kind_label(kind: IdentifierKind, language: Language) -> str:
    """Return what people call this kind of document."""
    return translator(language).gettext(_LABELS[kind])


def kind_options(settings: Settings, language: Language) -> list[dict[str, str]]:
    """Return the kinds that can be checked online here, the most common first."""
    register = settings.population_register or settings.population_register_view
    served = register.kinds if register else frozenset(IdentifierKind)
    return [
        {"value": kind.value, "label": kind_label(kind, language)}
        for kind in _LABELS
        if kind in served and kind not in _NOT_ONLINE
    ]
