"""What the load has to know about a running contender; travels between processes as JSON."""

from __future__ import annotations

from dataclasses import dataclass

CLIENT_ID = "bench"
REDIRECT_URI = "http://localhost:9/callback"
SCOPE = "openid profile phone"
PASSWORD = "correct-horse-battery-staple"
"""The password of every synthetic account."""


def user_name(index: int) -> str:
    """The name with which account `index` signs in, everywhere: a mobile number."""
    return f"138{index:08d}"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Paths of one contender."""

    authorize: str
    token: str
    userinfo: str
    introspection: str


@dataclass(frozen=True, slots=True)
class Target:
    """A contender that answers at `host`:`port`. It has accounts 0 to `accounts` - 1."""

    contender: str
    host: str
    port: int
    client_secret: str
    accounts: int
    endpoints: Endpoints
    has_passwords: bool = True
    """Whether people can sign in with `PASSWORD`; otherwise an interaction takes their word."""
