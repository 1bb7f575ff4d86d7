"""Every scenario, in the order of the report."""

from __future__ import annotations

from bench.scenarios.client_credentials import ClientCredentials
from bench.scenarios.code_exchange import CodeExchange
from bench.scenarios.first_sign_in import FirstSignIn
from bench.scenarios.hop import Hop
from bench.scenarios.introspection import Introspection
from bench.scenarios.refresh import Refresh
from bench.scenarios.scenario import Scenario
from bench.scenarios.userinfo import Userinfo

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Hop(),
        CodeExchange(),
        Refresh(),
        ClientCredentials(),
        Userinfo(),
        Introspection(),
        FirstSignIn(),
    )
}
