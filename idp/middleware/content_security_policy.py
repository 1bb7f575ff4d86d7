"""The Content-Security-Policy of one response (CSP level 3), and how a page widens it.

Only three directives can be widened, only by named sources, and only for the response at hand:
`form-action`, because browsers apply it to the redirect that follows a submitted form, `frame-src`,
because front-channel logout loads the clients' logout addresses in frames, and `img-src`, because a
client's logo lies on the client's own host. One page may stand in frames of other sites; it says so
with `allow_framing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlsplit

from starlette.types import Scope

Directive = Literal["form-action", "frame-src", "img-src"]
_STATE_KEY = "content_security_policy"
_FRAMING_KEY = "may_be_framed"
_HOST = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}|\[[0-9A-Fa-f:.]{2,45}\]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,60}")
_DANGEROUS_SCHEMES = frozenset(
    {"javascript", "data", "blob", "filesystem", "vbscript", "file", "about", "mailto"}
)


def source_of(uri: str) -> str:
    """Return the CSP source that covers `uri`: its origin, or `scheme:` for a native app's scheme.

    Raises:
        ValueError: `uri` has no origin that may stand in a policy.
    """
    parts = urlsplit(uri)
    scheme = parts.scheme.lower()
    if scheme in {"http", "https"}:
        if not parts.hostname or "@" in parts.netloc:
            raise ValueError("not an origin for a policy")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        if not _HOST.fullmatch(host):
            raise ValueError("not a host for a policy")
        return f"{scheme}://{host}" + (f":{parts.port}" if parts.port else "")
    if not _SCHEME.fullmatch(scheme) or scheme in _DANGEROUS_SCHEMES:
        raise ValueError("not a scheme for a policy")
    return f"{scheme}:"


def allow_source(scope: Scope, directive: Directive, uri: str) -> None:
    """Let the response to this request's page use the origin of `uri` in `directive`.

    `uri` must already be proven to be registered for the client at hand.
    """
    source = source_of(uri)
    widened = scope.setdefault("state", {}).setdefault(_STATE_KEY, {})
    sources: list[str] = widened.setdefault(directive, [])
    if source not in sources:
        sources.append(source)


def allow_framing(scope: Scope) -> None:
    """Let any site show the response to this request in a frame. Only for a page that shows nothing
    to be clicked and changes nothing."""
    scope.setdefault("state", {})[_FRAMING_KEY] = True


def may_be_framed(scope: Scope) -> bool:
    """Whether other sites may frame this response."""
    return bool(scope.get("state", {}).get(_FRAMING_KEY, False))


def policy_for(scope: Scope) -> str:
    """Return the policy of this response."""
    widened: dict[Directive, list[str]] = scope.get("state", {}).get(_STATE_KEY, {})
    if not widened and not may_be_framed(scope):
        return _NARROWEST
    return _write(widened, framed=may_be_framed(scope))


def _write(widened: Mapping[Directive, Sequence[str]], *, framed: bool) -> str:
    directives = [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        " ".join(["img-src 'self' data:", *widened.get("img-src", [])]),
        " ".join(["form-action 'self'", *widened.get("form-action", [])]),
        "base-uri 'none'",
        "frame-ancestors *" if framed else "frame-ancestors 'none'",
    ]
    if frames := widened.get("frame-src"):
        directives.append(" ".join(["frame-src", *frames]))
    return "; ".join(directives)


# Of every response that is no page, and of most pages.
_NARROWEST = _write({}, framed=False)
