"""What a client that registers itself can choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp.client_registry.promises import RegistrationRules


@dataclass(frozen=True, slots=True)
class RegistrationOffer:
    """Given by those who serve it, so that nothing is registered that is not served.

    `response_types` are each in their one spelling. `claims_of` returns the claims that a
    space-separated scope asks a person about. Grants in which the client acts for itself are not
    here: an administrator gives them.
    """

    rules: RegistrationRules
    response_types: tuple[str, ...]
    auth_methods: tuple[str, ...]
    algorithms: tuple[str, ...]
    scopes: tuple[str, ...]
    claims_of: Callable[[str], tuple[str, ...]]

    @property
    def grant_types(self) -> tuple[str, ...]:
        """The grants that a client may register by itself."""
        implicit = ("implicit",) if self.rules.compatibility else ()
        return ("authorization_code", *implicit, "refresh_token")

    @property
    def default_algorithm(self) -> str:
        """OpenID Connect Registration section 2: RS256, where it is offered."""
        return "RS256" if "RS256" in self.algorithms else self.algorithms[0]
