"""The account page: what its owner can see of it, and take back.

Every id in an address is checked against the session's own account (R43).
"""

from __future__ import annotations

from idp.web.pages.account import access, consents, overview, sessions

ROUTERS = (overview.router, sessions.router, consents.router, access.router)
