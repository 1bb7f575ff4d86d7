"""For the portal that calls the interface: what a refusal asks of it (RFC 9470 section 4)."""

from __future__ import annotations

from urllib.request import parse_http_list, parse_keqv_list

ERROR = "insufficient_user_authentication"


def demands(www_authenticate: str) -> dict[str, str]:
    """Return what to add to a new authorization request: `acr_values`, `max_age`, both, or none.

    The argument is the `WWW-Authenticate` of a 401. Nothing is asked when something else is wrong
    with the token; then a new sign-in would not help.
    """
    scheme, _, listed = www_authenticate.partition(" ")
    if scheme.lower() != "bearer":
        return {}
    parameters = parse_keqv_list([item for item in parse_http_list(listed) if "=" in item])
    if parameters.get("error") != ERROR:
        return {}
    return {name: parameters[name] for name in ("acr_values", "max_age") if name in parameters}
