"""What to tell people when a sign-in does not succeed: what happened, and what to do next.

The codes are those of RFC 6749 section 4.1.2.1 and OpenID Connect Core 1.0 section 3.1.2.6,
and a few of this portal's own for answers it refuses itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from clients.portals.department import Words


@dataclass(frozen=True)
class ErrorWords:
    """One page of explanation."""

    status_code: int
    title: Words
    advice: Words


def _words(status_code: int, title: tuple[str, str], advice: tuple[str, str]) -> ErrorWords:
    return ErrorWords(status_code, Words(*title), Words(*advice))


SIGN_IN_AGAIN = ("请重新登录。", "Please sign in again.")
TRY_LATER = (
    "您没有做错什么。请过几分钟再试；您的资料没有变化。",
    "You did nothing wrong. Please try again in a few minutes; nothing of yours has changed.",
)
OUR_FAULT = (
    "这是本门户的设置问题，不是您的问题。请把下面的代码告诉服务热线。",
    "This is a mistake in this portal's set-up, not yours. Please give the code below to the "
    "service line.",
)
REFUSED_ANSWER = (
    "为了保护您的账号，我们没有采用这次返回的结果。请回到首页重新登录。",
    "To protect your account we did not use this answer. Please go back and sign in again.",
)

NEEDS_SIGN_IN = _words(401, ("需要您先登录", "You need to sign in first"), SIGN_IN_AGAIN)
NOT_AVAILABLE = _words(
    503, ("统一身份认证暂时没有应答", "The identity service is not answering"), TRY_LATER
)
MISCONFIGURED = _words(
    500, ("登录请求没有被接受", "The sign-in request was not accepted"), OUR_FAULT
)
NOT_TRUSTED = _words(400, ("这次登录没有完成", "This sign-in was not completed"), REFUSED_ANSWER)

WORDS: dict[str, ErrorWords] = {
    "access_denied": _words(
        403,
        ("您选择了不提供信息", "You chose not to share"),
        (
            "所以没有登录，任何资料都没有传给我们。想继续办理时，可以重新登录。",
            "So you are not signed in, and nothing about you reached us. Sign in again whenever "
            "you wish to go on.",
        ),
    ),
    "login_required": NEEDS_SIGN_IN,
    "interaction_required": NEEDS_SIGN_IN,
    "account_selection_required": NEEDS_SIGN_IN,
    "consent_required": _words(
        403,
        ("需要您先确认提供哪些信息", "Your agreement is needed first"),
        ("请登录，并查看本部门将收到的内容。", "Please sign in and see what we would receive."),
    ),
    "unmet_authentication_requirements": _words(
        403,
        ("没有达到这项业务要求的认证等级", "The level this service needs was not reached"),
        (
            "可以用更高的等级重新登录，或到服务窗口办理。",
            "You can sign in again at a higher level, or come to a service counter.",
        ),
    ),
    "server_error": NOT_AVAILABLE,
    "temporarily_unavailable": NOT_AVAILABLE,
    "provider_unavailable": NOT_AVAILABLE,
    "state_mismatch": _words(
        400,
        ("这次登录已失效", "This sign-in is no longer valid"),
        (
            "可能已经完成过、间隔太久，或是在另一个浏览器里开始的。请重新登录。",
            "It may have been finished already, taken too long, or begun in another browser. "
            "Please sign in again.",
        ),
    ),
    "session_ended": _words(
        401,
        ("您已在另一处退出登录", "You signed out elsewhere"),
        SIGN_IN_AGAIN,
    ),
    "stale_form": _words(
        400,
        ("页面已过期", "This page is out of date"),
        (
            "请回到首页再试一次；您目前的登录没有变化。",
            "Please go back and try again; you are still signed in as before.",
        ),
    ),
    "bad_link": _words(
        400,
        ("这个链接不完整或不正确", "This link is incomplete or wrong"),
        ("请从首页开始。", "Please start from the home page."),
    ),
    "issuer_mismatch": NOT_TRUSTED,
    "invalid_response": NOT_TRUSTED,
    "invalid_id_token": NOT_TRUSTED,
    "invalid_userinfo": NOT_TRUSTED,
    "invalid_grant": NOT_TRUSTED,
}


def words_for(code: str) -> ErrorWords:
    """Return the words for `code`; codes not listed mean that the portal asked wrongly."""
    return WORDS.get(code, MISCONFIGURED)
