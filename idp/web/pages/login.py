"""The login page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.authn.methods.password.result import Accepted, Outcome, SignInResult
from idp.http.cookies import CookieName
from idp.http.session_start import SessionStart
from idp.http.step_page import StepVisit, open_step
from idp.http.web import Web, web_of
from idp.i18n import wording
from idp.i18n.translation import translator
from idp.observability import metrics
from idp.storage.database import Transaction

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def show(request: Request) -> Response:
    """Show the form. Somebody who comes by themselves begins an interaction of their own."""
    web = web_of(request)
    interaction_id = request.query_params.get("transaction")
    if interaction_id is None:
        visit = web.visit(request)
        await web.limits.check_interaction(request)
        interaction = await web.services.interactions.begin(None, visit.browser)
        response = RedirectResponse(f"/login?transaction={interaction.id}", status_code=303)
        visit.leave_cookies(response, web.cookies)
        return response
    step = await open_step(request, web, interaction_id)
    wanted = step.interaction.request
    hint = wanted.login_hint if wanted else None
    return _page(request, web, step, {"username": hint or ""})


@router.post("/login")
async def submit(request: Request) -> Response:
    """Check user name and password, and start the session."""
    web = web_of(request)
    form = await web.read_form(request)
    step = await open_step(request, web, form.get("transaction"))
    username, password = form.get("username") or "", form.get("password") or ""
    missing = _missing(step, username, password)
    if missing:
        return _page(request, web, step, {"username": username}, errors=missing, status=400)
    await web.limits.check_sign_in(request)
    start = SessionStart(request, web, step.interaction)

    async def on_accepted(transaction: Transaction, accepted: Accepted) -> None:
        await start.start(
            transaction,
            accepted.account_id,
            accepted.identity_level,
            accepted.amr,
            accepted.auth_time,
        )

    result = await web.services.enrolment.sign_in.sign_in(
        username,
        password,
        web.cookies.read(request, CookieName.DEVICE),
        client_id=step.client.client_id if step.client else None,
        on_accepted=on_accepted,
    )
    metrics.SIGN_INS.labels("password", result.outcome.value).inc()
    if result.outcome is not Outcome.ACCEPTED:
        return _refused(request, web, step, username, result)
    response = RedirectResponse(step.resume_url if start.noted else "/account", status_code=303)
    await start.finish(response, result.device_token)
    return response


def _missing(step: StepVisit, username: str, password: str) -> dict[str, str]:
    gettext = translator(step.visit.language).gettext
    errors = {}
    if not username.strip():
        errors["username"] = gettext(wording.USERNAME_REQUIRED)
    if not password:
        errors["password"] = gettext(wording.PASSWORD_REQUIRED)
    return errors


def _refused(
    request: Request, web: Web, step: StepVisit, username: str, result: SignInResult
) -> Response:
    gettext = translator(step.visit.language).gettext
    title, text = {
        Outcome.REFUSED: (wording.LOGIN_FAILED_TITLE, wording.LOGIN_FAILED_TEXT),
        Outcome.LOCKED: (wording.LOGIN_FAILED_TITLE, wording.LOGIN_LOCKED_TEXT),
        Outcome.RECOVERY_REQUIRED: (wording.LOGIN_FAILED_TITLE, wording.LOGIN_RECOVER_TEXT),
        Outcome.FROZEN: (wording.LOGIN_FROZEN_TITLE, wording.LOGIN_FROZEN_TEXT),
    }[result.outcome]
    notice = {"kind": "error", "title": gettext(title), "text": gettext(text)}
    locked = result.outcome is Outcome.LOCKED
    response = _page(
        request,
        web,
        step,
        {"username": username},
        notice=None if locked else notice,
        retry_after=result.retry_after,
        status=429 if locked else 400,
    )
    if result.retry_after is not None:
        response.headers["Retry-After"] = str(result.retry_after)
    return response


def _page(
    request: Request,
    web: Web,
    step: StepVisit,
    form: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    notice: dict[str, str] | None = None,
    retry_after: int | None = None,
    status: int = 200,
) -> Response:
    suffix = f"?transaction={step.interaction.id}"
    context = {
        "action": "/login",
        "transaction": step.interaction.id,
        "register_url": f"/register{suffix}",
        "recover_url": f"/recover{suffix}",
        "errors": errors or {},
        "form": form,
        "notice": notice,
        "retry_after_seconds": retry_after,
    }
    return web.pages.show(
        request, step.visit, "login.html", context, client=step.client, status=status
    )
