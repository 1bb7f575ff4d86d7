"""What a client showed to prove who it is."""

from __future__ import annotations

from dataclasses import dataclass, field


class MalformedCredentialsError(Exception):
    """A request tries to authenticate and fails at the form: other credentials beside it do not
    count either."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client id, with the secret where the method has one."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
