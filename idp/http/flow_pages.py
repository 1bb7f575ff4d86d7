"""The pages that registration and recovery have in common: number, code, password."""

from __future__ import annotations

from starlette.responses import Response

from idp.accounts.identifiers.errors import PhoneError
from idp.authn.password_policy import PolicyRefusal
from idp.enrolment.answers import Begun, Wait
from idp.http.enrolment_visit import EnrolmentVisit
from idp.http.flow import Flow, FlowVisit
from idp.i18n import wording
from idp.i18n.waiting import format_wait

_CODE_LENGTH = 6
_MINUTE = 60
_SENT_AGAIN = {"sent": "again"}


def show_phone_page(visit: EnrolmentVisit, flow: Flow, template: str, **more: object) -> Response:
    """Ask for a mobile number."""
    context = {"action": visit.url(flow.path), "login_url": visit.url("/login"), **more}
    return visit.show(template, context, status=400 if "errors" in more else 200)


def refuse_phone(
    visit: EnrolmentVisit, flow: Flow, template: str, error: PhoneError | None
) -> Response:
    """Ask again after a number that is missing or none."""
    message = wording.PHONE_INVALID if error else wording.PHONE_REQUIRED
    errors = {"phone": visit.text(message)}
    form = {"phone": visit.form.get("phone") or ""}
    return show_phone_page(visit, flow, template, errors=errors, form=form)


async def answer_begin(
    visit: EnrolmentVisit, flow: Flow, template: str, answer: Begun | Wait
) -> Response:
    """Go on to the code page, or say when the next code can be had."""
    if isinstance(answer, Begun):
        return await flow.begun(visit, answer)
    time = format_wait(answer.retry_after, visit.language)
    context = {
        "action": visit.url(flow.path),
        "login_url": visit.url("/login"),
        "form": {"phone": visit.form.get("phone") or ""},
        "notice": {
            "kind": "warning",
            "title": visit.text(wording.CODE_PAUSED_TITLE),
            "text": visit.text(wording.CODE_PAUSED_TEXT, time=time),
        },
    }
    return visit.show(template, context, status=429, retry_after=answer.retry_after)


def show_code_page(
    at: FlowVisit, template: str, *, error: str | None = None, wait: Wait | None = None
) -> Response:
    """Ask for the code; `wait` says that a new one was asked for too soon."""
    visit, path = at.visit, at.flow.path
    lifetime = visit.web.services.settings.authn.one_time_codes.lifetime_seconds
    context: dict[str, object] = {
        "action": visit.url(f"{path}/code"),
        "resend_action": visit.url(f"{path}/code/resend"),
        "change_phone_url": visit.url(path),
        "phone_masked": at.progress.masked_phone,
        "code_length": _CODE_LENGTH,
        "expires_in_minutes": lifetime // _MINUTE,
        "resend_after_seconds": wait.retry_after if wait else None,
        "errors": {"code": visit.text(error)} if error else {},
    }
    if visit.request.query_params.get("sent") == _SENT_AGAIN["sent"]:
        title, text = wording.CODE_SENT_TITLE, wording.CODE_SENT_TEXT
        notice = {"kind": "success", "title": visit.text(title), "text": visit.text(text)}
        context["notice"] = notice
    if wait is not None:
        return visit.show(template, context, status=429, retry_after=wait.retry_after)
    return visit.show(template, context, status=400 if error else 200)


def answer_resend(at: FlowVisit, template: str, wait: Wait | None) -> Response:
    """Say that a new code was sent, or when one can be had."""
    if wait is not None:
        return show_code_page(at, template, wait=wait)
    return at.visit.redirect(f"{at.flow.path}/code", **_SENT_AGAIN)


def show_password_page(
    at: FlowVisit, template: str, refusal: PolicyRefusal | None = None, *, missing: bool = False
) -> Response:
    """Ask for a new password; the number stands beside it for password managers."""
    visit = at.visit
    policy = visit.web.services.enrolment.policy
    errors = {}
    if missing:
        errors["password"] = visit.text(wording.NEW_PASSWORD_REQUIRED)
    elif refusal is not None:
        errors["password"] = visit.text(refusal.text, **refusal.parameters)
    context = {
        "action": visit.url(f"{at.flow.path}/password"),
        "minimum_length": policy.minimum_length(has_second_factor=False),
        "username": at.progress.phone.removeprefix("+86"),
        "errors": errors,
    }
    return visit.show(template, context, status=400 if errors else 200)
