"""The order of the layers around the application, outermost first."""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import ASGIApp

from idp.middleware.body_limit import BodyLimit
from idp.middleware.canonical_origin import CanonicalOrigin
from idp.middleware.client_address import ClientAddress
from idp.middleware.client_certificate import ClientCertificate
from idp.middleware.cross_origin import CrossOrigin
from idp.middleware.request_limits import RequestLimits
from idp.middleware.request_record import RequestRecord
from idp.middleware.security_headers import SecurityHeaders
from idp.middleware.settings import HttpSettings


def wrap(
    app: ASGIApp,
    settings: HttpSettings,
    *,
    issuer: str,
    cross_origin_paths: Collection[str] = (),
    trust_traceparent: bool = False,
) -> ASGIApp:
    """Return `app` (the whole FastAPI application) inside every layer of this room.

    `cross_origin_paths` are the endpoints that scripts of other sites may call.
    """
    app = BodyLimit(app, settings)
    app = CanonicalOrigin(app, issuer=issuer)
    app = RequestLimits(app, settings)
    app = ClientAddress(app, trusted_proxies=settings.trusted_proxies)
    # Outside of the address, which replaces what says whether a proxy is speaking.
    app = ClientCertificate(app, settings)
    # Outside of whatever refuses, so that scripts can read why.
    app = CrossOrigin(app, paths=cross_origin_paths)
    app = RequestRecord(app, trust_traceparent=trust_traceparent)
    # Outside of the record, so that the neutral 500 made there has the headers too.
    return SecurityHeaders(app, https=issuer.startswith("https://"))
