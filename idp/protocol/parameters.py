"""The parameters of a protocol message, in order and with repetitions kept visible."""

from __future__ import annotations

from collections.abc import Iterable

MAX_PARAMETERS = 64
MAX_VALUE_LENGTH = 8192


class Parameters:
    """Name and value pairs from a query or a form body.

    RFC 6749 section 3.1: a parameter without a value counts as omitted, and none may be sent more
    than once. Repetition is reported, never resolved by taking the first or the last.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def get(self, name: str) -> str | None:
        """Return the value of a parameter that was sent once and is not empty."""
        values = self._values.get(name)
        return values[0] if values and len(values) == 1 and values[0] else None

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter that may be sent several times, empty ones left out."""
        return [value for value in self._values.get(name, ()) if value]

    def is_repeated(self, name: str) -> bool:
        """Whether a parameter was sent more than once."""
        return len(self._values.get(name, ())) > 1

    def repeated(self) -> list[str]:
        """Return the names that were sent more than once."""
        return [name for name, values in self._values.items() if len(values) > 1]

    def without(self, names: Iterable[str]) -> Parameters:
        """Return the others."""
        left = {name: values for name, values in self._values.items() if name not in set(names)}
        return Parameters((name, value) for name, values in left.items() for value in values)

    def as_lists(self) -> dict[str, list[str]]:
        """Return all values by name."""
        return self._values

    def as_dict(self) -> dict[str, str]:
        """Return the first value of each name, for readers that look at repetition elsewhere."""
        return {name: values[0] for name, values in self._values.items() if values[0]}
