"""Notice and consent (OpenID Connect Core section 3.1.2.4, PIPL articles 13 to 17)."""

from __future__ import annotations

from idp.interaction.step import Situation, StepName
from idp.protocol.errors import AuthorizationRequestError, ConsentRequiredError


class ConsentStep:
    """Needed when the person has something to decide, or the client wants to ask again."""

    name = StepName.CONSENT

    def is_needed(self, situation: Situation) -> bool:
        if situation.consent is not None and situation.consent.needs_page:
            return True
        return "consent" in situation.request.prompt and not situation.just_consented

    def refusal(self) -> AuthorizationRequestError:
        return ConsentRequiredError("The person has to decide about the release of claims")
