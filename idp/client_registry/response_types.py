"""Response types: which there are, and how the same one is always spelt.

OAuth 2.0 Multiple Response Type Encoding Practices section 3 and 5: the order of the values in a
response type does not matter.
"""

from __future__ import annotations

CODE = "code"
COMPATIBILITY_RESPONSE_TYPES = (
    "id_token",
    "id_token token",
    "code id_token",
    "code token",
    "code id_token token",
)
"""Served only where the compatibility setting is on."""

RESPONSE_TYPES = (CODE, *COMPATIBILITY_RESPONSE_TYPES)


def canonical_response_type(text: str) -> str:
    """Return the one spelling of a response type; raises ValueError when there is none such."""
    values = text.split(" ")
    canonical = " ".join(sorted(values))
    if canonical not in RESPONSE_TYPES or len(set(values)) != len(values):
        raise ValueError("is not a response type that this service knows")
    return canonical


def needs_grant_types(response_type: str) -> frozenset[str]:
    """Return the grant types that must be registered with a response type
    (OpenID Connect Registration section 2)."""
    values = set(response_type.split(" "))
    needed = set()
    if CODE in values:
        needed.add("authorization_code")
    if values - {CODE}:
        needed.add("implicit")
    return frozenset(needed)
