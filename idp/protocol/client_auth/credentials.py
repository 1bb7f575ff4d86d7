"""What a client showed to prove who it is."""

from __future__ import annotations

from dataclasses import dataclass, field

CREDENTIAL_PARAMETERS = ("client_secret", "client_assertion", "client_assertion_type")
"""The form parameters that prove something; `client_id` only says who it is."""


class MalformedCredentialsError(Exception):
    """A request tries to authenticate and fails at the form: other credentials beside it do not
    count either."""


class NotProvenError(Exception):
    """The credentials are not this client's. The text is for the log; it quotes nothing sent."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client id, with a secret or an assertion where the method has one."""

    client_id: str
    proof: str = field(default="", repr=False)
