"""Secrets that somebody typed instead of drawing them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

SHORTEST_SECRET, FEWEST_DISTINCT_IN_BASE64, FEWEST_DISTINCT_IN_HEX = 32, 16, 10
_KNOWN_PASSWORDS = re.compile(
    r"|postgres(ql)?|pass(word|wd)?\d*|tongxing\d*|change[-_]?me|secret|admin\d*|root|user|idp|test"
    r"|example|default|(\d)\2*|1234\d*|qwerty\d*"
)
# As SQLAlchemy reads it: a password may hold anything but an at sign.
_CREDENTIALS = re.compile(r"://([^:/@]*)(?::([^@]*))?@")


def is_typed(secret: str, fewest_distinct: int) -> bool:
    """Whether a secret was typed rather than drawn: too short, few characters, or a repetition."""
    is_varied = len(set(secret)) >= fewest_distinct and secret not in (secret + secret)[1:-1]
    return len(secret) < SHORTEST_SECRET or not is_varied


def is_open(url: str) -> bool:
    """Whether a database server would let in who guesses. A unix socket knows its callers."""
    query = parse_qs(urlsplit(url).query)
    if url.startswith("sqlite") or query.get("host", [""])[0].startswith("/"):
        return False
    found = _CREDENTIALS.search(url)
    user, password = (unquote(found[1]), unquote(found[2] or "")) if found else ("", "")
    password = (password or query.get("password", [""])[0]).casefold()
    return password == user.casefold() or _KNOWN_PASSWORDS.fullmatch(password) is not None
