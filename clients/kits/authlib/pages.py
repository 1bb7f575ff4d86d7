"""The portal's few pages, and the headers that every page has."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --paper: #f6f7f9; --card: #fff; --line: #d8dde4;
  --accent: #1f4e8c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf1; --paper: #14181e; --card: #1d232b; --line: #343d49; --accent: #8fb8ee; }
}
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 1.5rem 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; }
[lang="en"] { font-weight: normal; opacity: .8; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; }
th, td { padding: .6rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { width: 45%; font-weight: normal; }
a { color: var(--accent); }
form { display: inline-block; margin: 0 .75rem .5rem 0; }
button { padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: 6px;
  background: none; color: var(--accent); font: inherit; cursor: pointer; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def headers(issuer_origin: str) -> dict[str, str]:
    """Return what every answer carries. `form-action` also covers the redirect after a form, here
    to the provider's sign-out."""
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
            f"form-action 'self' {issuer_origin}; base-uri 'none'; frame-ancestors 'none'"
        ),
    }


def home() -> str:
    """The page of a visitor."""
    return _page("示例门户", "Example portal", _sign_in("登录", "Sign in"))


def signed_in(claims: Mapping[str, object], refreshed: int) -> str:
    """The page of a person, from the claims of the ID token and of userinfo."""
    rows = (
        ("name", "姓名", "Name", claims.get("name", "")),
        ("phone_number", "手机号码", "Mobile number", claims.get("phone_number", "")),
        ("sub", "标识", "Subject", claims["sub"]),
        ("acr", "认证等级", "Level", claims.get("acr", "")),
        ("refreshed", "已更新次数", "Times refreshed", refreshed),
    )
    table = "".join(
        f'<tr><th scope="row">{label} <span lang="en">{english}</span></th>'
        f'<td id="{name}">{escape(str(value))}</td></tr>\n'
        for name, label, english, value in rows
    )
    return _page(
        "您已登录",
        "You are signed in",
        f"<table>\n{table}</table>",
        _button("refresh", "/refresh", "更新信息", "Refresh"),
        _button("sign-out", "/logout", "退出登录", "Sign out"),
    )


def signed_out() -> str:
    """The page after signing out."""
    return _page("已退出登录", "Signed out", _sign_in("重新登录", "Sign in again"))


def problem(reason: str) -> str:
    """The page after a failure; `reason` is a code for whoever helps."""
    text = '请重试。<span lang="en">Please try again.</span>'
    code = f'<code id="reason">{escape(reason)}</code>'
    again = _sign_in("重新登录", "Sign in again")
    return _page("未能完成登录", "Signing in did not succeed", f"<p>{text} {code}</p>", again)


def _page(title: str, english: str, *body: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {english}</title>
<style>{STYLE}</style>
<main>
<h1>{title} <small lang="en">{english}</small></h1>
{"".join(body)}
</main>
</html>"""


def _sign_in(text: str, english: str) -> str:
    return f'<p><a id="sign-in" href="/login">{text} <span lang="en">{english}</span></a></p>'


def _button(name: str, action: str, text: str, english: str) -> str:
    label = f'{text} <span lang="en">{english}</span>'
    return f'<form method="post" action="{action}"><button id="{name}">{label}</button></form>'
