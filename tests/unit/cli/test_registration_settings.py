"""Settings of clients that register themselves, which contradict each other or give too much."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from idp.client_registry.settings import ClientRegistrySettings


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("registration_scope", {"registration_scope": "openid identity"}),
        ("registration_scope", {"registration_scope": "profile"}),
        ("registration_requires_pkce", {"registration_requires_pkce": False}),
        ("require_software_statement", {"require_software_statement": True}),
        ("registration_purpose", {"registration_purpose": ""}),
    ],
)
def test_a_contradictory_policy_is_refused_by_name(name: str, values: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=name):
        ClientRegistrySettings.model_validate(values)


def test_registration_is_closed_unless_an_operator_opens_it() -> None:
    assert ClientRegistrySettings().registration == "closed"
