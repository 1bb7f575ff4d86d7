"""Sample contexts of every page: what the tests render and what the preview shows.

Nobody in them exists; the numbers are masked or made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp.i18n.language import Language
from tests.preview.sample_account import (
    account,
    account_empty,
    fault,
    faulty_request,
    logout_confirm,
    logout_confirm_bare,
    logout_done,
    logout_done_bare,
    logout_frames,
    not_found,
)
from tests.preview.sample_parts import Context, step
from tests.preview.sample_registration import (
    code,
    code_refused,
    code_sent_again,
    identity,
    identity_invalid,
    not_verified,
    outcome,
    password,
    password_missing,
    refused,
    register_done,
    register_phone_invalid,
    unavailable,
)
from tests.preview.sample_sign_in import (
    consent,
    consent_by_law_only,
    consent_offline,
    consent_outdated,
    consent_to_nothing_else,
    consent_to_self_registered,
    consent_with_long_names,
    form_post,
    home,
    home_signed_in,
    login,
    login_incomplete,
    login_paused,
    login_refused,
    login_to_self_registered,
    login_with_long_names,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One state of one page. ``context`` builds it in a language, for texts that callers pass."""

    label: str
    template: str
    context: Callable[[Language], Context]


SAMPLES: tuple[Sample, ...] = (
    Sample("home", "home.html", home),
    Sample("home-signed-in", "home.html", home_signed_in),
    Sample("login", "login.html", login),
    Sample("login-refused", "login.html", login_refused),
    Sample("login-incomplete", "login.html", login_incomplete),
    Sample("login-paused", "login.html", login_paused),
    Sample("login-self-registered", "login.html", login_to_self_registered),
    Sample("login-long-names", "login.html", login_with_long_names),
    Sample("consent", "consent.html", consent),
    Sample("consent-by-law-only", "consent.html", consent_by_law_only),
    Sample("consent-offline", "consent.html", consent_offline),
    Sample("consent-to-nothing-else", "consent.html", consent_to_nothing_else),
    Sample("consent-outdated", "consent.html", consent_outdated),
    Sample("consent-self-registered", "consent.html", consent_to_self_registered),
    Sample("consent-long-names", "consent.html", consent_with_long_names),
    Sample("register-phone", "register/phone.html", step),
    Sample("register-phone-invalid", "register/phone.html", register_phone_invalid),
    Sample("register-code", "register/code.html", code),
    Sample("register-code-refused", "register/code.html", code_refused),
    Sample("register-code-sent-again", "register/code.html", code_sent_again),
    Sample("register-password", "register/password.html", password),
    Sample("register-password-missing", "register/password.html", password_missing),
    Sample("register-identity", "register/identity.html", identity),
    Sample("register-identity-invalid", "register/identity.html", identity_invalid),
    Sample("register-not-verified", "register/not_verified.html", not_verified),
    Sample("register-unavailable", "register/unavailable.html", unavailable),
    Sample("outcome", "outcome.html", outcome),
    Sample("register-done", "register/done.html", register_done),
    Sample("recover-start", "recover/start.html", step),
    Sample("recover-code", "recover/code.html", code),
    Sample("recover-identity", "recover/identity.html", step),
    Sample("recover-password", "recover/password.html", password),
    Sample("recover-done", "recover/done.html", step),
    Sample("recover-refused", "recover/refused.html", refused),
    Sample("logout-confirm", "logout/confirm.html", logout_confirm),
    Sample("logout-confirm-bare", "logout/confirm.html", logout_confirm_bare),
    Sample("logout-done", "logout/done.html", logout_done),
    Sample("logout-done-bare", "logout/done.html", logout_done_bare),
    Sample("logout-frames", "logout/frames.html", logout_frames),
    Sample("account", "account/home.html", account),
    Sample("account-empty", "account/home.html", account_empty),
    Sample("error-faulty-request", "error.html", faulty_request),
    Sample("error-not-found", "error.html", not_found),
    Sample("error-fault", "error.html", fault),
    Sample("form-post", "form_post.html", form_post),
)
