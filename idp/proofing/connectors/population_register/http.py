"""A population register behind the signed HTTP protocol of docs/registers.md."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

import httpx2

from idp.clock import Clock, epoch_seconds
from idp.proofing.connectors.population_register.connector import (
    Cause,
    PersonClaim,
    RegisterAnswer,
    RegisterResult,
)
from idp.proofing.connectors.population_register.failures import (
    NoAnswerError,
    bad_request,
    late,
    unavailable,
)
from idp.proofing.connectors.population_register.guard import Guard
from idp.proofing.connectors.population_register.reply import Reply, read_rectified, read_reply
from idp.proofing.connectors.population_register.settings import HttpRegisterSettings
from idp.proofing.connectors.population_register.wire import (
    PATH,
    Question,
    Signer,
    write_question,
)

_ATTEMPTS = 2


def _random_token() -> str:
    return secrets.token_urlsafe(24)


class HttpPopulationRegister:
    """Asks over HTTP; keeps no claim and no answer.

    `client` brings the connection pool and TLS; `random_token` gives request ids and nonces, at
    least 128 random bits in 22 to 64 URL-safe characters.
    """

    def __init__(
        self,
        settings: HttpRegisterSettings,
        client: httpx2.AsyncClient,
        clock: Clock,
        *,
        guard: Guard | None = None,
        random_token: Callable[[], str] = _random_token,
    ) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._guard = guard or Guard(settings.guard)
        self._random_token = random_token
        self._signer = Signer(settings.key_id, settings.secret.get_secret_value().encode())
        self._url = httpx2.URL(settings.base_url + PATH)
        self._target = self._url.raw_path.decode("ascii")

    async def verify(self, claim: PersonClaim) -> RegisterAnswer:
        """Return the register's answer, within `total_seconds`."""
        try:
            if claim.identifier.kind not in self._settings.kinds:
                raise bad_request(Cause.NOT_SERVED)
            question = write_question(claim, self._random_token())
            reply = await self._guard.run(lambda: self._ask(question), self._settings.total_seconds)
        except NoAnswerError as error:
            return self._answer(error.result, cause=error.cause)
        return RegisterAnswer(
            result=reply.result,
            source=self._settings.source,
            answered_at=self._clock.now(),
            reference=reply.reference,
            rectified=read_rectified(reply),
        )

    async def _ask(self, question: Question) -> Reply:
        """Ask, and once more where that can help.

        The question changes nothing at the register, so asking twice is safe even when the first
        was heard. The request id stays, so the register logs one question; nonce and timestamp
        are new, because the register refuses a nonce it has seen.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._attempt(question)
            except NoAnswerError as error:
                if attempt == _ATTEMPTS or not error.may_retry:
                    raise
        raise AssertionError("every attempt returns or raises")

    async def _attempt(self, question: Question) -> Reply:
        nonce = self._random_token()
        timestamp = epoch_seconds(self._clock.now())
        headers = self._signer.headers(question.body, self._target, timestamp, nonce)
        request = self._client.build_request(
            "POST", self._url, content=question.body, headers=headers
        )
        try:
            async with asyncio.timeout(self._settings.attempt_seconds):
                response = await self._client.send(request, stream=True, follow_redirects=False)
                try:
                    body = await self._read(response)
                finally:
                    await response.aclose()
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise unavailable(Cause.NOT_REACHED, may_retry=True) from None
        except (TimeoutError, httpx2.TimeoutException):
            raise late() from None
        except (httpx2.HTTPError, httpx2.StreamError):
            raise unavailable(Cause.BROKEN_OFF, may_retry=True) from None
        return self._accept(response, body, question, nonce)

    async def _read(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._settings.max_reply_bytes:
                raise unavailable(Cause.MALFORMED)
        return bytes(body)

    def _accept(
        self, response: httpx2.Response, body: bytes, question: Question, nonce: str
    ) -> Reply:
        status = response.status_code
        if status >= 500:
            raise unavailable(Cause.SERVER_ERROR, may_retry=True)
        if status in {401, 403}:
            raise unavailable(Cause.NOT_AUTHORISED)
        if status not in {200, 400}:
            raise unavailable(Cause.UNEXPECTED_STATUS)
        if not self._signer.is_signed(status, response.headers, body, nonce):
            raise unavailable(Cause.BAD_SIGNATURE)
        if status == 400:
            raise bad_request(Cause.REFUSED_QUESTION)
        reply = read_reply(body, question)
        if not self._signer.is_about(reply.subject, question, nonce):
            raise unavailable(Cause.OTHER_SUBJECT)
        return reply

    def _answer(self, result: RegisterResult, *, cause: Cause) -> RegisterAnswer:
        return RegisterAnswer(result, self._settings.source, self._clock.now(), cause=cause)
