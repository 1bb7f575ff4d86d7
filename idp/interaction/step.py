"""A step of an interaction, and what it may look at to say whether it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from idp.consents.service import ConsentState
from idp.interaction.interaction import Interaction
from idp.protocol.authorization.request import AuthorizationRequest
from idp.protocol.errors import AuthorizationRequestError
from idp.sessions.session import Session


class StepName(StrEnum):
    """Steps, by the last part of their page's path."""

    LOGIN = "login"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the hub knows at one moment. `session_sub` is the signed-in person's subject
    at the asking client; `can_rise`: signing in again would reach the level that is asked for."""

    request: AuthorizationRequest
    interaction: Interaction | None
    session: Session | None
    session_sub: str | None
    consent: ConsentState | None
    now: datetime
    can_rise: bool = False

    @property
    def just_authenticated(self) -> bool:
        """Whether the signed-in person proved themselves for this very request."""
        return (
            self.interaction is not None
            and self.session is not None
            and self.interaction.authenticated_session == self.session.id
        )

    @property
    def just_consented(self) -> bool:
        """Whether the signed-in person decided about this very request."""
        return (
            self.interaction is not None
            and self.session is not None
            and self.interaction.consented_session == self.session.id
        )


class Step(Protocol):
    """Decides from the situation alone whether its page has to be shown."""

    name: StepName

    def is_needed(self, situation: Situation) -> bool:
        """Whether the person has to go through this step before the request can be answered."""
        ...

    def refusal(self) -> AuthorizationRequestError:
        """What a client that forbade any page (`prompt=none`) is told instead."""
        ...
