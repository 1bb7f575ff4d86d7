"""Signing in (OpenID Connect Core section 3.1.2.3)."""

from __future__ import annotations

from datetime import timedelta

from idp.interaction.step import Situation, StepName
from idp.protocol.errors import AuthorizationRequestError, LoginRequiredError

_FRESH_LOGIN = {"login", "select_account"}


class LoginStep:
    """Needed when nobody suitable is signed in, or not recently enough."""

    name = StepName.LOGIN

    def is_needed(self, situation: Situation) -> bool:
        session = situation.session
        if session is None:
            return True
        if situation.just_authenticated:
            return False
        return (
            bool(_FRESH_LOGIN & set(situation.request.prompt))
            or _is_too_old(situation)
            or situation.can_rise
            or _is_somebody_else(situation)
        )

    def refusal(self) -> AuthorizationRequestError:
        return LoginRequiredError("The person has to sign in")


def _is_too_old(situation: Situation) -> bool:
    limit, session = situation.request.max_age, situation.session
    if limit is None or session is None:
        return False
    return situation.now - session.auth_time >= timedelta(seconds=limit)


def _is_somebody_else(situation: Situation) -> bool:
    hinted = situation.request.hinted_sub
    return hinted is not None and hinted != situation.session_sub
