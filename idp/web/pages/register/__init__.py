"""The pages of registration, one step per file: phone, code, password, identity, done.

Owns their words and their order on the screen; what a step means is `idp.enrolment`'s.
"""

from __future__ import annotations

from idp.web.pages.register import code, done, identity, password, phone

ROUTERS = (phone.router, code.router, password.router, identity.router, done.router)
