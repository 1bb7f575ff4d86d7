"""Redirect URIs: what may be registered, and how a requested one is compared.

Sources: RFC 6749 section 3.1.2, RFC 9700 section 2.1 (exact string comparison), RFC 8252
section 7.3 (the port of a native client's loopback URI may differ).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

_LOOPBACK_IPS = ("127.0.0.1", "[::1]", "::1")
_LOOPBACK_HOSTS = (*_LOOPBACK_IPS, "localhost")
_MAX_LENGTH = 2048


def check_registrable(uri: str, *, native: bool, allow_http: bool) -> str:
    """Return `uri` when a client may register it; raises ValueError with the reason.

    `allow_http` permits http on loopback hosts for every client (development and sandbox);
    a native client may always use it (RFC 8252 section 7.3).
    """
    parts = _split(uri)
    if parts.scheme == "https" and parts.hostname:
        return uri
    if parts.scheme == "http" and parts.hostname in _LOOPBACK_HOSTS and (native or allow_http):
        return uri
    if native and "." in parts.scheme:
        return uri  # private-use scheme in reverse domain form, RFC 8252 section 7.1
    raise ValueError("must be https (http only on a loopback host of a native or sandbox client)")


def _split(uri: str) -> SplitResult:
    if len(uri) > _MAX_LENGTH:
        raise ValueError(f"longer than {_MAX_LENGTH} characters")
    if not uri.isascii() or any(character <= " " or character == "\x7f" for character in uri):
        raise ValueError("has a space, a control or a non-ASCII character")
    parts = urlsplit(uri)
    if not parts.scheme:
        raise ValueError("is not absolute")
    if "#" in uri:
        raise ValueError("must not have a fragment")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not carry user information")
    if "\\" in uri or "*" in parts.netloc:
        raise ValueError("has a forbidden character")
    return parts


def is_registered(requested: str, registered: Iterable[str], *, native: bool) -> bool:
    """Whether `requested` equals a registered URI byte for byte.

    The one exception is the port of a native client's loopback IP literal.
    """
    candidates = list(registered)
    if requested in candidates:
        return True
    if not native:
        return False
    wanted = _without_loopback_port(requested)
    return wanted is not None and any(_without_loopback_port(uri) == wanted for uri in candidates)


def _without_loopback_port(uri: str) -> str | None:
    for host in ("127.0.0.1", "[::1]"):
        prefix = f"http://{host}"
        if not uri.startswith(prefix):
            continue
        rest = uri[len(prefix) :]
        port, slash, path = rest.partition("/")
        is_port = port == "" or (port.startswith(":") and port[1:].isascii() and port[1:].isdigit())
        if is_port and (slash or port == rest):
            return prefix + slash + path
    return None
