"""The hub: looks at a request and its situation, and says what happens next."""

from __future__ import annotations

from dataclasses import dataclass, field

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry.client import Client
from idp.clock import Clock
from idp.consents.service import Consents, ConsentState, Standing
from idp.crypto.identifiers import new_id
from idp.interaction.answers import Answers, Fields
from idp.interaction.assurance import Assurance
from idp.interaction.claim_values import ClaimValues
from idp.interaction.interaction import Interaction
from idp.interaction.step import Situation, StepName
from idp.interaction.steps import STEPS
from idp.protocol.authorization.pushed_requests import claim_answer
from idp.protocol.authorization.request import AuthorizationRequest
from idp.protocol.errors import (
    AuthorizationRequestError,
    LoginRequiredError,
    UnmetAuthenticationRequirementsError,
)
from idp.sessions.session import Session
from idp.storage.database import Transaction
from idp.tokens.authorization import Authorization
from idp.tokens.claims import is_granted
from idp.tokens.errors import PrincipalGoneError
from idp.tokens.subject import Subjects


@dataclass(frozen=True, slots=True)
class ShowStep:
    """The person has to go through a step first."""

    step: StepName


@dataclass(frozen=True, slots=True)
class Answer:
    """The client is answered with what it asked for: these fields of the response."""

    fields: Fields = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refuse:
    """The client is answered with an error."""

    error: AuthorizationRequestError


Next = ShowStep | Answer | Refuse


class Hub:
    """Decides from stored state alone; steps return here and never route to one another."""

    def __init__(
        self,
        *,
        consents: Consents,
        answers: Answers,
        subjects: Subjects,
        audit: AuditLog,
        clock: Clock,
        assurance: Assurance,
        claim_values: ClaimValues,
    ) -> None:
        self._consents = consents
        self._answers = answers
        self._subjects = subjects
        self._audit = audit
        self._clock = clock
        self._assurance = assurance
        self._claim_values = claim_values

    async def consent_state(
        self,
        transaction: Transaction,
        account_id: str,
        client: Client,
        request: AuthorizationRequest,
    ) -> ConsentState:
        """Return where a person stands with the claims of a request."""
        asked = (*request.userinfo_claims, *request.id_token_claims)
        return await self._consents.state(transaction, account_id, client, asked)

    async def next_step(
        self,
        transaction: Transaction,
        client: Client,
        request: AuthorizationRequest,
        session: Session,
        interaction: Interaction | None,
    ) -> Next:
        """Say what comes next. An answer is audited in `transaction` and good once it commits."""
        situation = await self._assess(transaction, client, request, session, interaction)
        outcome = _first_step(situation) or await self._answer(transaction, client, situation)
        if isinstance(outcome, Refuse):
            self._record_refusal(transaction, session, request, outcome)
        return outcome

    def without_session(self, request: AuthorizationRequest) -> Next:
        """Say what comes next for a browser in which nobody is signed in."""
        situation = Situation(request, None, None, None, None, self._clock.now())
        return _first_step(situation) or Refuse(LoginRequiredError("Nobody is signed in"))

    async def _assess(
        self,
        transaction: Transaction,
        client: Client,
        request: AuthorizationRequest,
        session: Session,
        interaction: Interaction | None,
    ) -> Situation:
        return Situation(
            request=request,
            interaction=interaction,
            session=session,
            session_sub=self._subjects.sub(client, session.account_id),
            consent=await self.consent_state(transaction, session.account_id, client, request),
            now=self._clock.now(),
            can_rise=await self._assurance.can_rise(transaction, request, session),
        )

    async def _answer(self, transaction: Transaction, client: Client, situation: Situation) -> Next:
        session, consent, request = situation.session, situation.consent, situation.request
        if session is None or consent is None:
            raise RuntimeError("no step was needed although nobody is signed in")
        if request.hinted_sub is not None and request.hinted_sub != situation.session_sub:
            return Refuse(LoginRequiredError("Another person than the one expected signed in"))
        acr = self._assurance.to_report(request, session.acr)
        if acr is None:
            return Refuse(UnmetAuthenticationRequirementsError("The required acr was not reached"))
        spent = await claim_answer(transaction, request, situation.now)
        if spent is not None:
            return Refuse(spent)
        standing = consent.standing
        if consent.needs_record:
            # A notice adds what it tells; what the person allowed before stays allowed.
            standing = await self._consents.allow(
                transaction, session.account_id, client, consent, standing.granted, request.scope
            )
        unmet = await self._claim_values.unmet(transaction, session.account_id, request)
        authorization = self._authorize(situation, session, standing, acr, unmet)
        try:
            fields = await self._answers.fields(
                transaction, client, authorization, request.response_type
            )
        except PrincipalGoneError:
            return Refuse(LoginRequiredError("The sign-in has just ended"))
        self._record(transaction, authorization, request.response_type)
        return Answer(fields)

    def _authorize(
        self,
        situation: Situation,
        session: Session,
        standing: Standing,
        acr: str,
        unmet: frozenset[tuple[str, str]],
    ) -> Authorization:
        request, interaction = situation.request, situation.interaction

        def released(place: str, names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(
                name
                for name in names
                if is_granted(name, standing.granted) and (place, name) not in unmet
            )

        return Authorization(
            # The interaction's own id: however often it is resumed, one code can be redeemed.
            id=interaction.id if interaction else new_id(),
            client_id=request.client_id,
            account_id=session.account_id,
            session_id=session.id,
            redirect_uri=request.redirect_uri,
            scope=request.scope,
            resources=request.resources,
            userinfo_claims=released("userinfo", request.userinfo_claims),
            id_token_claims=released("id_token", request.id_token_claims),
            acr=acr,
            amr=session.amr,
            auth_time=session.auth_time,
            issued_at=situation.now,
            consent_version=standing.version,
            nonce=request.nonce,
            code_challenge=request.code_challenge,
        )

    def _record_refusal(
        self,
        transaction: Transaction,
        session: Session,
        request: AuthorizationRequest,
        refusal: Refuse,
    ) -> None:
        event = AuditEvent(
            Tag.AUTHORIZATION_REFUSED,
            account_id=session.account_id,
            client_id=request.client_id,
            session_id=session.id,
            detail={"error": refusal.error.error},
        )
        self._audit.record(transaction, event)

    def _record(
        self, transaction: Transaction, authorization: Authorization, response_type: str
    ) -> None:
        event = AuditEvent(
            Tag.AUTHORIZATION_GRANTED,
            account_id=authorization.account_id,
            client_id=authorization.client_id,
            session_id=authorization.session_id,
            detail={
                "scope": authorization.scope,
                "acr": authorization.acr,
                "response_type": response_type,
            },
        )
        self._audit.record(transaction, event)


def _first_step(situation: Situation) -> ShowStep | Refuse | None:
    """Return the first step that is needed, or what the client is told when it forbade pages."""
    for step in STEPS:
        if step.is_needed(situation):
            if "none" in situation.request.prompt:
                return Refuse(step.refusal())
            return ShowStep(step.name)
    return None
