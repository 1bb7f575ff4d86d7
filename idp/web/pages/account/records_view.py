"""Where the owner is signed in, and who receives what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from idp.client_registry.client import Client
from idp.consents.terms import Decision, DecisionKind
from idp.http.device import device_label
from idp.http.web import Web
from idp.i18n.language import Language
from idp.i18n.translation import translator
from idp.sessions.session import Session
from idp.storage.database import Transaction
from idp.tokens.claims import CLAIMS


async def session_views(
    web: Web, transaction: Transaction, current: Session, language: Language
) -> list[dict[str, object]]:
    """Return the live sessions, this browser's first."""
    sessions = await web.services.sessions.list_live(transaction, current.account_id)
    return [
        {
            "device": device_label(session.device, language),
            "started_at": session.started_at,
            "last_seen_at": session.last_seen_at,
            "current": session.id == current.id,
            "end_action": f"/account/sessions/{session.id}/end",
        }
        for session in sorted(sessions, key=lambda one: one.id != current.id)
    ]


async def consent_views(
    web: Web, transaction: Transaction, account_id: str, language: Language
) -> list[dict[str, object]]:
    """Return the decisions that are in force, and after them whoever can read on without one."""
    decisions = await web.services.consents.list_newest(transaction, account_id)
    in_force = [one for one in decisions if one.kind is not DecisionKind.WITHDRAWN]
    offline = await web.services.tokens.list_offline_clients(transaction, account_id)
    others = sorted(offline.keys() - {decision.client_id for decision in in_force})
    return [
        *[await _consent_view(web, one.client_id, one, offline, language) for one in in_force],
        *[await _consent_view(web, client_id, None, offline, language) for client_id in others],
    ]


async def _consent_view(
    web: Web,
    client_id: str,
    decision: Decision | None,
    offline: Mapping[str, datetime],
    language: Language,
) -> dict[str, object]:
    """What the law provides is told apart from what was agreed to: only that can be withdrawn.
    Access while the person is away can be ended on either ground."""
    client = await web.services.directory.find(client_id)
    statutory = _statutory(client) if client else frozenset()
    granted = decision.granted if decision else frozenset()
    agreed = granted - statutory
    until = offline.get(client_id)
    return {
        "client_name": client.name(language.value) if client else client_id,
        "by_law": _labels(granted & statutory, language),
        "granted": _labels(agreed, language),
        "refused": _labels(decision.refused if decision else (), language),
        "since": decision.decided_at if decision else None,
        "version": decision.version if decision else None,
        "withdraw_action": f"/account/consents/{client_id}/withdraw" if agreed else None,
        "offline_until": until,
        "end_action": f"/account/access/{client_id}/end" if until else None,
    }


def _statutory(client: Client) -> frozenset[str]:
    return frozenset(
        policy.name for policy in client.metadata.claims if policy.legal_basis == "statutory"
    )


async def client_name(web: Web, client_id: str, language: Language) -> str:
    """Return a portal's name; of one that has been removed only its id is left."""
    client = await web.services.directory.find(client_id)
    return client.name(language.value) if client else client_id


def _labels(names: Iterable[str], language: Language) -> list[str]:
    """Return what claims are called, in the order of the catalogue."""
    gettext, wanted = translator(language).gettext, frozenset(names)
    return [gettext(claim.label) for claim in CLAIMS if claim.name in wanted]
