"""What the page of notice and consent shows of a receiver and of each claim."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from idp.accounts.attributes import PersonAttributes
from idp.accounts.masking import mask_name, mask_number, mask_phone
from idp.client_registry.claim_policy import ClaimPolicy
from idp.client_registry.client import Client
from idp.consents.service import ConsentState
from idp.consents.terms import DecisionKind, fingerprint
from idp.http.visit import Visit
from idp.http.web import Web
from idp.i18n.language import Language
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.translation import translator
from idp.storage.database import Transaction
from idp.tokens import claims

_BASIS = N_("Legal basis: %(basis)s")
_CONSENT_BASIS = N_("Legal basis: your consent")
_HIDDEN = "••••"
_DAY_SECONDS = 86_400


def receiver_view(client: Client, language: Language) -> dict[str, str | None]:
    """Return who receives the claims (PIPL article 17: name and contact). No department answers
    for a client that registered itself."""
    lang = language.value
    name = client.name(lang)
    contacts = client.metadata.contacts
    return {
        "name": name,
        "department": None if client.is_self_registered else client.department(lang) or name,
        "contact": contacts[0] if contacts else "12345",
    }


def offline_days(scope: str, life_seconds: int) -> int | None:
    """Return for how many days at most a client reads on without the person, begun days counted;
    None when the request is not about that."""
    if claims.Scope.OFFLINE_ACCESS not in scope.split():
        return None
    return math.ceil(life_seconds / _DAY_SECONDS)


def has_changed(state: ConsentState) -> bool:
    """Whether something is told anew or differently since the last decision."""
    decision = state.decision
    if decision is None or decision.kind is DecisionKind.WITHDRAWN:
        return False
    return any(decision.terms.get(policy.name) != fingerprint(policy) for policy in state.policies)


async def claim_views(
    web: Web,
    transaction: Transaction,
    account_id: str,
    state: ConsentState,
    visit: Visit,
    chosen: frozenset[str] | None,
) -> list[dict[str, Any]]:
    """Return one view per claim; `chosen` are the ticks of a form that came back."""
    person = await _read_person(web, transaction, account_id, state)
    return [_claim_view(policy, person, state, visit, chosen) for policy in state.policies]


async def _read_person(
    web: Web, transaction: Transaction, account_id: str, state: ConsentState
) -> PersonAttributes:
    columns = claims.columns_of(tuple(policy.name for policy in state.policies))
    found = await web.services.enrolment.persons.find(transaction, account_id, columns)
    return found.attributes if found else PersonAttributes()


def _claim_view(
    policy: ClaimPolicy,
    person: PersonAttributes,
    state: ConsentState,
    visit: Visit,
    chosen: frozenset[str] | None,
) -> dict[str, Any]:
    gettext = translator(visit.language).gettext
    english = visit.language is Language.ENGLISH and policy.purpose_en
    granted = state.decision.granted if state.decision else frozenset()
    ticked = chosen if chosen is not None else granted
    return {
        "name": policy.name,
        "label": gettext(claims.BY_NAME[policy.name].label),
        "purpose": policy.purpose_en if english else policy.purpose,
        "basis": policy.legal_basis,
        "basis_text": _basis(policy, gettext),
        "essential": policy.essential,
        "checked": policy.name in ticked or (chosen is None and policy.essential),
        "preview": _preview(policy.name, person),
    }


def _basis(policy: ClaimPolicy, gettext: Callable[[str], str]) -> str:
    if policy.basis_text is None:
        return gettext(_CONSENT_BASIS)
    return gettext(_BASIS) % {"basis": policy.basis_text}


def _preview(name: str, person: PersonAttributes) -> str:
    """Show enough for the owner to recognise the value, and no more to a glance from behind."""
    if name == "name" and person.name:
        return mask_name(person.name)
    if name == "phone_number" and person.phone:
        return mask_phone(person.phone)
    if name == "identity_document" and person.document_number:
        return mask_number(person.document_number)
    if name == "birthdate" and person.birthdate:
        return f"{person.birthdate.year}-••-••"
    return _HIDDEN if claims.compute((name,), person) else "—"
