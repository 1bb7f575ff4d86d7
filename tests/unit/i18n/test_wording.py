"""What error pages say."""

from __future__ import annotations

from idp.i18n.wording import FAULT, NOT_FOUND, explanation_for


def test_a_known_status_has_its_own_words() -> None:
    assert explanation_for(404) is NOT_FOUND


def test_any_other_server_error_is_called_a_fault_and_any_client_error_a_bad_request() -> None:
    assert explanation_for(500) is explanation_for(502) is FAULT
    assert explanation_for(418) is explanation_for(400)
