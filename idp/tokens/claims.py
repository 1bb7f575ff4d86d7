"""Every claim about a person that this service can release, written out once.

Standard claims: OpenID Connect Core section 5.1. `identity_document` and `identity_level` are our
own, for departments that have a legal ground for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from idp.accounts.attributes import PersonAttributes, PersonColumn
from idp.client_registry.client import Client
from idp.i18n.translation import gettext_noop as N_


class Scope(StrEnum):
    """Scopes and what they ask for (OpenID Connect Core section 5.4)."""

    OPENID = "openid"
    PROFILE = "profile"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    IDENTITY = "identity"
    OFFLINE_ACCESS = "offline_access"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: the scope that asks for it, the columns it is read from, how it is computed.

    `read` returns None when the person has no such attribute; the claim is then left out. A claim
    that `follows` another is nothing to decide about: it goes where that one goes.
    """

    name: str
    scope: Scope
    label: str
    columns: tuple[PersonColumn, ...]
    read: Callable[[PersonAttributes], Any]
    follows: str | None = None


def _document(person: PersonAttributes) -> dict[str, str] | None:
    if person.document_kind is None or person.document_number is None:
        return None
    return {"type": person.document_kind, "number": person.document_number}


def _birthdate(person: PersonAttributes) -> str | None:
    return person.birthdate.isoformat() if person.birthdate else None


def _phone_verified(person: PersonAttributes) -> bool | None:
    return True if person.phone else None


def _email_verified(person: PersonAttributes) -> bool | None:
    return True if person.email else None


def _from_profile(name: str, scope: Scope, label: str) -> Claim:
    """A further standard claim, which an account has only when it was given one."""
    return Claim(name, scope, label, (PersonColumn.PROFILE,), lambda p: p.profile.get(name))


_PROFILE, _PHONE = Scope.PROFILE, Scope.PHONE

CLAIMS: tuple[Claim, ...] = (
    Claim("name", _PROFILE, N_("Name"), (PersonColumn.NAME,), lambda p: p.name),
    Claim("birthdate", _PROFILE, N_("Date of birth"), (PersonColumn.BIRTHDATE,), _birthdate),
    Claim("gender", _PROFILE, N_("Sex"), (PersonColumn.SEX,), lambda p: p.sex),
    Claim("phone_number", _PHONE, N_("Mobile number"), (PersonColumn.PHONE,), lambda p: p.phone),
    Claim(
        "phone_number_verified",
        _PHONE,
        N_("That the mobile number is verified"),
        (PersonColumn.PHONE,),
        _phone_verified,
        follows="phone_number",
    ),
    Claim("email", Scope.EMAIL, N_("E-mail address"), (PersonColumn.EMAIL,), lambda p: p.email),
    Claim(
        "email_verified",
        Scope.EMAIL,
        N_("That the e-mail address is verified"),
        (PersonColumn.EMAIL,),
        _email_verified,
        follows="email",
    ),
    Claim(
        "identity_document",
        Scope.IDENTITY,
        N_("Identity document number"),
        (PersonColumn.DOCUMENT,),
        _document,
    ),
    _from_profile("given_name", _PROFILE, N_("Given name")),
    _from_profile("family_name", _PROFILE, N_("Family name")),
    _from_profile("middle_name", _PROFILE, N_("Middle name")),
    _from_profile("nickname", _PROFILE, N_("Nickname")),
    _from_profile("preferred_username", _PROFILE, N_("User name")),
    _from_profile("profile", _PROFILE, N_("Profile page")),
    _from_profile("picture", _PROFILE, N_("Picture")),
    _from_profile("website", _PROFILE, N_("Web site")),
    _from_profile("zoneinfo", _PROFILE, N_("Time zone")),
    _from_profile("locale", _PROFILE, N_("Language")),
    _from_profile("updated_at", _PROFILE, N_("Time of the last change")),
    _from_profile("address", Scope.ADDRESS, N_("Postal address")),
)

BY_NAME: dict[str, Claim] = {claim.name: claim for claim in CLAIMS}

SCOPES: tuple[str, ...] = tuple(scope.value for scope in Scope)


def is_granted(name: str, granted: frozenset[str]) -> bool:
    """Whether a decision that granted the claims `granted` covers `name`."""
    return (BY_NAME[name].follows or name) in granted


def releasable(
    names: tuple[str, ...], client: Client, granted_scope: str, token_scope: str
) -> tuple[str, ...]:
    """Return those of the granted claims `names` that may be released now.

    Left out are claims that the client is no longer registered for, and those whose scope was
    granted but is not in the scope of this token.
    """
    registered = frozenset(policy.name for policy in client.metadata.claims)
    dropped = set(granted_scope.split()) - set(token_scope.split())
    return tuple(
        name
        for name in names
        if is_granted(name, registered) and BY_NAME[name].scope.value not in dropped
    )


@lru_cache(maxsize=256)
def claims_of_scopes(scope: str) -> tuple[str, ...]:
    """Return the names of the claims that a space-separated scope asks for, in catalogue order."""
    wanted = set(scope.split())
    return tuple(claim.name for claim in CLAIMS if claim.scope in wanted)


@lru_cache(maxsize=256)
def columns_of(names: tuple[str, ...]) -> frozenset[PersonColumn]:
    """Return the person's columns that must be decrypted to compute the claims `names`."""
    return frozenset(column for name in names for column in BY_NAME[name].columns)


def compute(names: tuple[str, ...], person: PersonAttributes) -> dict[str, Any]:
    """Return the claims `names` of a person; what the person does not have is left out."""
    values = {name: BY_NAME[name].read(person) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}
