"""What a person may type to say who they are, reduced to a keyed index.

Indexes are computed from canonical values only, so every spelling of a number meets in one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from idp.accounts.identifiers.identifier import Identifier
from idp.crypto.blind_index import BlindIndex

IDENTITY_FIELD = "document"
"""The `field` of `identity_keys` for a person's document."""


class AliasKind(StrEnum):
    """The name spaces of `login_aliases`."""

    PHONE = "phone"
    DOCUMENT = "document"
    UNKNOWN = "unknown"
    """Text that is neither; looked up all the same, and never found."""


@dataclass(frozen=True, slots=True)
class Alias:
    """One thing that may identify an account."""

    kind: AliasKind
    index: bytes = field(repr=False)


class AliasIndexes:
    """Computes the indexes of phones, documents and anything else typed as a user name."""

    def __init__(self, blind_index: BlindIndex) -> None:
        self._blind_index = blind_index

    def phone(self, canonical: str) -> Alias:
        """Index an E.164 number."""
        return Alias(AliasKind.PHONE, self._blind_index.of("phone", canonical))

    def document(self, identifier: Identifier) -> Alias:
        """Index a document; its kind is part of the identity."""
        text = f"{identifier.kind.value}|{identifier.canonical}"
        return Alias(AliasKind.DOCUMENT, self._blind_index.of("document", text))

    def unknown(self, text: str) -> Alias:
        """Index text that no account can have as an alias."""
        return Alias(AliasKind.UNKNOWN, self._blind_index.of("unknown", text))
