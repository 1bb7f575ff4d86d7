"""Pages for people, one noun per file; each returns to the hub and knows no other page.

Listed by hand; `idp.app` mounts what stands here.
"""

from __future__ import annotations

from idp.web.pages import account, consent, home, login, logout, recover, register

PAGES = (
    home.router,
    login.router,
    consent.router,
    logout.router,
    *register.ROUTERS,
    *recover.ROUTERS,
    *account.ROUTERS,
)
