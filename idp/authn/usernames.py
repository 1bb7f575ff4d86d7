"""From what somebody typed as a user name to the alias it stands for."""

from __future__ import annotations

from idp.accounts.aliases import Alias, AliasIndexes
from idp.accounts.civil_date import civil_date
from idp.accounts.identifiers.errors import IdentifierError, PhoneError
from idp.accounts.identifiers.parsing import parse_identifier
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.accounts.settings import AccountsSettings
from idp.clock import Clock

_MAX_LENGTH = 128


class Usernames:
    """Reads phone numbers and document numbers in any spelling."""

    def __init__(self, indexes: AliasIndexes, clock: Clock, settings: AccountsSettings) -> None:
        self._indexes = indexes
        self._clock = clock
        self._settings = settings

    def alias_of(self, text: str) -> Alias:
        """Return the alias that `text` names; text that names none gets one nobody has."""
        try:
            return self._indexes.phone(canonicalise_phone(text))
        except PhoneError:
            pass
        try:
            identifier = parse_identifier(
                text, sandbox=self._settings.sandbox, today=civil_date(self._clock)
            )
        except IdentifierError:
            printable = text[:_MAX_LENGTH].encode("utf-8", "backslashreplace").decode()
            return self._indexes.unknown(printable)
        return self._indexes.document(identifier)
