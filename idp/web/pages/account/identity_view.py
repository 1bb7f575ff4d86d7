"""How well the owner is known, on what evidence, and with which documents."""

from __future__ import annotations

from idp.accounts.masking import mask_number
from idp.accounts.person import Person
from idp.http.document_kinds import kind_label
from idp.http.web import Web
from idp.i18n.language import Language
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.translation import translator
from idp.proofing.evidence import Evidence, evidence_of
from idp.storage.database import Transaction

_SOURCES = {
    "人口库": N_("National population register (public security)"),
    "import": N_("Taken over when the account was imported"),
}
"""Sources that have a name in both languages; any other is shown as it is configured."""


async def identity_view(
    web: Web, transaction: Transaction, person: Person, language: Language
) -> dict[str, object]:
    """Return the level that counts now, with the evidence it rests on."""
    level = person.level.at(web.services.clock.now())
    evidence = await _newest(web, transaction, person.account_id, level)
    return {
        "level": f"L{level}",
        "reached_at": person.level.reached_at if evidence else None,
        "source": source_label(evidence.source, language) if evidence else None,
        "expires_at": person.level.expires_at if evidence else None,
    }


async def document_views(
    web: Web, transaction: Transaction, account_id: str, language: Language
) -> list[dict[str, object]]:
    """Return the documents with masked numbers."""
    return [
        {
            "kind": kind_label(document.kind, language),
            "number": mask_number(document.number),
            "checked_at": document.verified_at,
            "valid_until": document.valid_until,
        }
        for document in await web.services.enrolment.documents.of(transaction, account_id)
    ]


def source_label(source: str, language: Language) -> str:
    """Return the name of who confirmed something."""
    known = _SOURCES.get(source)
    return translator(language).gettext(known) if known else source


async def _newest(
    web: Web, transaction: Transaction, account_id: str, level: int
) -> Evidence | None:
    """Return the evidence that lifts the account to `level`; the lowest level needs none."""
    now = web.services.clock.now()
    found = await evidence_of(transaction, account_id)
    valid = [one for one in found if one.level == level and one.is_valid_at(now)]
    return valid[-1] if valid else None
