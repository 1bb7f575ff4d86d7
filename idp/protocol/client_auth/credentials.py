"""What a client showed to prove who it is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client id, with the secret where the method has one."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
