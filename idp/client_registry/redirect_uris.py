"""Redirect URIs: what may be registered, and how a requested one is compared.

Sources: RFC 6749 section 3.1.2, RFC 9700 section 2.1 (exact string comparison), RFC 8252
section 7.3 (the port of a native client's loopback URI may differ).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

_LOOPBACK_IPS = ("127.0.0.1", "[::1]", "::1")
_LOOPBACK_HOSTS = (*_LOOPBACK_IPS, "localhost")
_MAX_LENGTH = 2048
_MAX_PORT = 65_535
_PORT = re.compile(r":([1-9][0-9]{0,4})")
# What is registered stands in a Content-Security-Policy, and is fetched: neither may stumble.
_HOST = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
# Browsers read every host that ends so as an IPv4 address (URL standard, "ends in a number").
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)")
_MAX_SCHEME = 60


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
    if "\\" in uri:
        raise ValueError("has a forbidden character")
    if len(parts.scheme) > _MAX_SCHEME:
        raise ValueError(f"has a scheme of more than {_MAX_SCHEME} characters")
    if parts.hostname is not None and not _is_host(parts):
        raise ValueError("has a host that is not one")
    try:
        _ = parts.port
    except ValueError as error:
        raise ValueError("has a port that is not one") from error
    return parts


def _is_host(parts: SplitResult) -> bool:
    """Whether the host is a name, or an IP address in its usual spelling."""
    host = parts.hostname or ""
    try:
        if "[" in parts.netloc:
            return IPv6Address(host).scope_id is None
        if _ENDS_IN_NUMBER.fullmatch(host):
            return str(IPv4Address(host)) == host
    except ValueError:
        return False
    return _HOST.fullmatch(host) is not None


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
        if (port == "" or _is_port(port)) and (slash or port == rest):
            return prefix + slash + path
    return None


def _is_port(text: str) -> bool:
    """Whether `text` is a colon and a port that exists; whatever passes ends up in a redirect."""
    match = _PORT.fullmatch(text)
    return match is not None and int(match[1]) <= _MAX_PORT
