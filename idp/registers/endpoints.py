"""The two registers over HTTP: admit, read, judge, reply."""

from __future__ import annotations

from datetime import date, timedelta, timezone

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from idp.accounts.identifiers.kinds import IdentifierKind
from idp.clock import Clock
from idp.registers.faults import HEADER, Fault, FaultKind, parse_fault
from idp.registers.gate import Admitted, Gate, GateRefusedError
from idp.registers.legal_entities import LegalEntities
from idp.registers.messages import EntityAnswer, PersonAnswer, RegisterResult
from idp.registers.population import Population
from idp.registers.questions import BadQuestionError, read_entity_question, read_person_question
from idp.registers.replies import Replier, Reply
from idp.registers.settings import RegistersSettings
from idp.registers.signatures import RegisterKey
from idp.registers.verdicts import Verdict, judge_entity, judge_person

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_NOBODY = "000000000000000000"


class RegisterEndpoints:
    """The handlers of both registers and the key and memory they share."""

    def __init__(
        self,
        settings: RegistersSettings,
        population: Population,
        legal_entities: LegalEntities,
        clock: Clock,
    ) -> None:
        secret = settings.secret.get_secret_value().encode()
        self._key = RegisterKey(settings.key_id, secret, settings.clock_window_seconds)
        self._gate = Gate(self._key, settings.max_body_bytes, clock)
        self._replier = Replier(self._key)
        self._faults_enabled = settings.faults_enabled
        self._population = population
        self._legal_entities = legal_entities
        self._clock = clock

    async def verify_person(self, request: Request) -> Response:
        """`POST /population/v1/verifications`."""
        try:
            fault = self._requested_fault(request)
            admitted = await self._gate.admit(request)
        except GateRefusedError as refused:
            return refused.response()
        reply, own_fault = self._person_reply(admitted, fault)
        return await self._replier.send(reply, own_fault)

    async def verify_entity(self, request: Request) -> Response:
        """`POST /legal-entities/v1/verifications`."""
        try:
            fault = self._requested_fault(request)
            admitted = await self._gate.admit(request)
        except GateRefusedError as refused:
            return refused.response()
        return await self._replier.send(self._entity_reply(admitted, fault), fault)

    def _person_reply(self, admitted: Admitted, fault: Fault | None) -> tuple[Reply, Fault | None]:
        try:
            question = read_person_question(admitted.body, self._today())
        except BadQuestionError as bad:
            return self._bad_request(admitted, bad), fault
        found = self._population.find(question.kind, question.number)
        fault = fault or self._own_fault([person.fault for person in found])
        verdict, number = judge_person(question, found, self._today()), question.number
        if fault and fault.kind is FaultKind.OTHER_PERSON:
            verdict, number = Verdict(RegisterResult.MATCH, {"name": True}), _NOBODY
        answer = PersonAnswer(
            request_id=question.request_id,
            subject=self._key.subject(question.kind.value, number, admitted.nonce),
            result=verdict.result,
            attributes=verdict.attributes,
            rectified=verdict.rectified,
            reference=self._key.reference(question.request_id, admitted.body),
            answered_at=self._clock.now().isoformat(),
        )
        return self._sign(admitted, answer), fault

    def _entity_reply(self, admitted: Admitted, fault: Fault | None) -> Reply:
        try:
            question = read_entity_question(admitted.body, self._today())
        except BadQuestionError as bad:
            return self._bad_request(admitted, bad)
        entity = self._legal_entities.find(question.uscc)
        verdict, uscc = judge_entity(question, entity), question.uscc
        if fault and fault.kind is FaultKind.OTHER_PERSON:
            verdict, uscc = Verdict(RegisterResult.MATCH, {"name": True}), _NOBODY
        disclosed = entity if verdict.is_named else None
        answer = EntityAnswer(
            request_id=question.request_id,
            subject=self._key.subject(IdentifierKind.USCC.value, uscc, admitted.nonce),
            result=verdict.result,
            attributes=verdict.attributes,
            rectified=verdict.rectified,
            reference=self._key.reference(question.request_id, admitted.body),
            answered_at=self._clock.now().isoformat(),
            state=disclosed.state if disclosed else None,
            head_kind=disclosed.head_kind if disclosed else None,
        )
        return self._sign(admitted, answer)

    def _bad_request(self, admitted: Admitted, bad: BadQuestionError) -> Reply:
        body = JSONResponse({"error": "bad_request", "reason": bad.reason}).body
        return self._replier.sign(400, admitted.nonce, bytes(body))

    def _sign(self, admitted: Admitted, answer: BaseModel) -> Reply:
        body = answer.model_dump_json(exclude_none=True).encode()
        return self._replier.sign(200, admitted.nonce, body)

    def _requested_fault(self, request: Request) -> Fault | None:
        text = request.headers.get(HEADER)
        if text is None or not self._faults_enabled:
            return None
        try:
            return parse_fault(text)
        except ValueError:
            raise GateRefusedError(400, "bad_request", HEADER) from None

    def _own_fault(self, faults: list[str | None]) -> Fault | None:
        text = next((fault for fault in faults if fault), None)
        return parse_fault(text) if text and self._faults_enabled else None

    def _today(self) -> date:
        return self._clock.now().astimezone(CHINA).date()
