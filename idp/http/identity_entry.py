"""Name and document number as a person typed them, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field

from idp.accounts.identifiers.errors import IdentifierError, PersonNameError, Reason
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.i18n import wording
from idp.protocol.parameters import Parameters

_NUMBER_ERRORS = {
    Reason.AMBIGUOUS: wording.ID_NUMBER_UNCLEAR,
    Reason.COUNTRY: wording.ID_NUMBER_UNCLEAR,
    Reason.UNRECOGNISED: wording.ID_NUMBER_UNCLEAR,
    Reason.OBSOLETE: wording.ID_NUMBER_OBSOLETE,
}


@dataclass(frozen=True, slots=True)
class IdentityEntry:
    """The fields of an identity form. `kind` is None when none was chosen or asked for."""

    kind: IdentifierKind | None
    name: str = field(repr=False)
    number: str = field(repr=False)

    @classmethod
    def of(cls, form: Parameters) -> IdentityEntry:
        """Read a form."""
        chosen = form.get("id_kind")
        return cls(
            kind=next((kind for kind in IdentifierKind if kind.value == chosen), None),
            name=form.get("name") or "",
            number=form.get("id_number") or "",
        )

    def missing(self, *, needs_kind: bool) -> dict[str, str]:
        """Return a msgid for each field that is empty."""
        errors = {}
        if not self.name.strip():
            errors["name"] = wording.NAME_REQUIRED
        if needs_kind and self.kind is None:
            errors["id_kind"] = wording.ID_KIND_REQUIRED
        if not self.number.strip():
            errors["id_number"] = wording.ID_NUMBER_REQUIRED
        return errors

    def as_form(self) -> dict[str, str]:
        """Return the values to show again."""
        kind = self.kind.value if self.kind else ""
        return {"name": self.name, "id_kind": kind, "id_number": self.number}


def field_errors(error: PersonNameError | IdentifierError) -> dict[str, str]:
    """Return a msgid for the field that `error` is about."""
    if isinstance(error, PersonNameError):
        return {"name": wording.NAME_INVALID}
    return {"id_number": _NUMBER_ERRORS.get(error.reason, wording.ID_NUMBER_INVALID)}
