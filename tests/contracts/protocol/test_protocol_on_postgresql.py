"""What the black-box tests of the protocol demand, demanded of PostgreSQL too: codes, refresh
families, consents, logout and introspection are where the databases could differ."""

from __future__ import annotations

from tests.protocol.test_consent import *  # noqa: F403
from tests.protocol.test_frontchannel_logout import *  # noqa: F403
from tests.protocol.test_introspection_and_revocation import *  # noqa: F403
from tests.protocol.test_logout import *  # noqa: F403
from tests.protocol.test_logout_ledger import *  # noqa: F403
from tests.protocol.test_refresh_tokens import *  # noqa: F403
from tests.protocol.test_token_endpoint import *  # noqa: F403
