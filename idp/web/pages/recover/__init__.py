"""The pages of getting back into an account: phone, code, identity, password, done.

Owns their words and their order on the screen; what a step means is `idp.enrolment`'s.
"""

from __future__ import annotations

from idp.web.pages.recover import code, done, identity, password, phone

ROUTERS = (phone.router, code.router, identity.router, password.router, done.router)
