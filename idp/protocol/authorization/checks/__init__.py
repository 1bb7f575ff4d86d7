"""The checks of an authorization request, listed once, in order.

Up to and including `check_redirect_uri` an error is shown on a page. After it, errors travel to
the client; `state` and `response_mode` come first because they say how.
"""

from __future__ import annotations

from collections.abc import Callable

from idp.protocol.authorization.checks.check_acr_values import check_acr_values
from idp.protocol.authorization.checks.check_claims import check_claims
from idp.protocol.authorization.checks.check_code_challenge import check_code_challenge
from idp.protocol.authorization.checks.check_hints import check_hints
from idp.protocol.authorization.checks.check_id_token_hint import check_id_token_hint
from idp.protocol.authorization.checks.check_max_age import check_max_age
from idp.protocol.authorization.checks.check_nonce import check_nonce
from idp.protocol.authorization.checks.check_offline_access import check_offline_access
from idp.protocol.authorization.checks.check_prompt import check_prompt
from idp.protocol.authorization.checks.check_redirect_uri import check_redirect_uri
from idp.protocol.authorization.checks.check_registration import check_registration
from idp.protocol.authorization.checks.check_repeated_parameters import check_repeated_parameters
from idp.protocol.authorization.checks.check_request_source import check_request_source
from idp.protocol.authorization.checks.check_resource import check_resource
from idp.protocol.authorization.checks.check_response_mode import check_response_mode
from idp.protocol.authorization.checks.check_response_type import check_response_type
from idp.protocol.authorization.checks.check_scope import check_scope
from idp.protocol.authorization.checks.check_state import check_state
from idp.protocol.authorization.request import RequestDraft

DESTINATION_CHECKS: tuple[Callable[[RequestDraft], None], ...] = (
    check_redirect_uri,
    check_state,
    check_response_mode,
)
"""Those that say where and how a refusal travels."""

CHECKS: tuple[Callable[[RequestDraft], None], ...] = (
    *DESTINATION_CHECKS,
    check_repeated_parameters,
    check_response_type,
    check_request_source,
    check_registration,
    check_scope,
    check_resource,
    check_code_challenge,
    check_nonce,
    check_prompt,
    check_offline_access,
    check_max_age,
    check_acr_values,
    check_claims,
    check_id_token_hint,
    check_hints,
)
