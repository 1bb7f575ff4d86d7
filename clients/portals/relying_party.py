"""OpenID Connect with Authlib's Starlette client: the only module here that knows Authlib.

OpenID Connect Core 1.0 (code flow), RFC 7636 (S256), RFC 9207 (iss), RP-Initiated Logout 1.0.
"""

from __future__ import annotations

import base64
import secrets
import ssl
from collections.abc import Mapping, MutableMapping
from urllib.parse import quote_plus

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from clients.portals.errors import ProviderUnavailableError, SignInError
from clients.portals.sessions import Session, SignIn, SignInUnderWay
from clients.portals.settings import PortalSettings, is_loopback

TIMEOUT_SECONDS = 10.0
CLOCK_SKEW_SECONDS = 60
Json = dict[str, object]


class RelyingParty:
    """Signs people in at the provider, and out."""

    def __init__(self, settings: PortalSettings, scope: str) -> None:
        self.settings = settings
        self.client = OAuth().register(
            "tongxing",
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            server_metadata_url=settings.issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": client_secret_basic,
                "timeout": TIMEOUT_SECONDS,
                "verify": _tls(settings),
                # A proxy from the environment can never reach a provider on this machine.
                "trust_env": not is_loopback(settings.issuer),
            },
        )

    async def begin(
        self,
        request: Request,
        session: Session,
        *,
        now: float,
        return_to: str = "/",
        parameters: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the redirect to the authorization endpoint, remembered in `session`."""
        await self.metadata()
        parameters = parameters or {}
        state = secrets.token_urlsafe(24)
        # Authlib keeps state, nonce and code_verifier in request.session. It gets an empty one
        # for each trip, because it would forget the trip begun in another tab.
        request.scope["session"] = {}
        redirect: Response = await self.client.authorize_redirect(
            request, self.settings.url("/callback"), state=state, **parameters
        )
        kept: Json = dict(request.session)
        acr = parameters.get("acr_values")
        session.remember(state, SignInUnderWay(now, kept, return_to, acr))
        return redirect

    async def finish(self, request: Request, under_way: SignInUnderWay) -> SignIn:
        """Exchange the code and return who came, or raise SignInError.

        The caller has proven `state` by handing over the trip it belongs to.
        """
        metadata = await self.metadata()
        self._check_issuer(request, metadata)
        request.scope["session"] = under_way.protocol_state
        try:
            token: Json = await self.client.authorize_access_token(
                request,
                leeway=CLOCK_SKEW_SECONDS,
                claims_options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                    "nonce": {"essential": True},
                },
            )
        except OAuthError as error:
            raise SignInError(str(error.error), str(error.description or "")) from error
        except (JoseError, ValueError) as error:
            raise SignInError("invalid_id_token") from error
        except httpx2.HTTPError as error:
            raise ProviderUnavailableError("token endpoint") from error
        return await self._who(token, under_way.requested_acr)

    async def logout_url(
        self, sign_in: SignIn, return_to: str | None = None, state: str | None = None
    ) -> str:
        """Return the end_session_endpoint with the hint (RP-Initiated Logout 1.0, section 2)."""
        await self.metadata()
        try:
            target: Mapping[str, str] = await self.client.create_logout_url(
                id_token_hint=sign_in.id_token,
                post_logout_redirect_uri=return_to,
                state=state,
                client_id=self.settings.client_id,
            )
        except RuntimeError as error:
            raise ProviderUnavailableError("no end_session_endpoint") from error
        return target["url"]

    async def jwks(self, refresh: bool) -> Mapping[str, object]:
        """Return the provider's JWK Set, from memory unless `refresh`."""
        await self.metadata()
        try:
            keys: Mapping[str, object] = await self.client.fetch_jwk_set(force=refresh)
        except (httpx2.HTTPError, ValueError, RuntimeError) as error:
            raise ProviderUnavailableError("jwks_uri") from error
        return keys

    async def metadata(self) -> Mapping[str, object]:
        """Return the discovery document; it must be our issuer's (Discovery 1.0, section 4.3)."""
        try:
            metadata: MutableMapping[str, object] = await self.client.load_server_metadata()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailableError("discovery") from error
        if metadata.get("issuer") != self.settings.issuer:
            # Authlib has kept the foreign document; it must not be used, now or next time.
            metadata.clear()
            raise ProviderUnavailableError("discovery names another issuer")
        return metadata

    def offered_acr_values(self) -> list[str]:
        """Levels the provider advertises, as far as the discovery document has been read."""
        listed = self.client.server_metadata.get("acr_values_supported")
        return [acr for acr in listed if isinstance(acr, str)] if isinstance(listed, list) else []

    def _check_issuer(self, request: Request, metadata: Mapping[str, object]) -> None:
        """Refuse an answer of another provider before its code is sent anywhere (RFC 9207)."""
        issuer = request.query_params.get("iss")
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer is None and not promised:
            return
        if issuer != self.settings.issuer:
            raise SignInError("issuer_mismatch")

    async def _who(self, token: Json, requested_acr: str | None) -> SignIn:
        claims, id_token = token.get("userinfo"), token.get("id_token")
        # Authlib passes over an answer without an ID token in silence.
        if not isinstance(claims, dict) or not isinstance(id_token, str):
            raise SignInError("invalid_id_token")
        userinfo = await self._userinfo(token)
        # OpenID Connect Core 1.0, section 5.3.2: otherwise it may be another person's.
        if userinfo.get("sub") != claims["sub"]:
            raise SignInError("invalid_userinfo")
        sid = claims.get("sid")
        return SignIn(
            subject=str(claims["sub"]),
            sid=sid if isinstance(sid, str) else None,
            id_token=id_token,
            id_token_claims=dict(claims),
            userinfo=userinfo,
            requested_acr=requested_acr,
        )

    async def _userinfo(self, token: Json) -> Json:
        try:
            return dict(await self.client.userinfo(token=token))
        except (OAuthError, httpx2.HTTPError, ValueError, KeyError) as error:
            raise ProviderUnavailableError("userinfo endpoint") from error


def client_secret_basic(
    client: object, method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Authenticate as RFC 6749 section 2.3.1 says: form-encoded first, then base64.

    Authlib's own method leaves the first step out, which breaks identifiers with a colon.
    """
    client_id, secret = (getattr(client, name) for name in ("client_id", "client_secret"))
    credentials = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode("ascii")
    headers["Authorization"] = f"Basic {base64.b64encode(credentials).decode('ascii')}"
    return uri, headers, body


def _tls(settings: PortalSettings) -> ssl.SSLContext:
    """Return one TLS context for all calls; Authlib opens a new client for each of them."""
    if settings.ca_file is None:
        return httpx2.create_ssl_context()
    return ssl.create_default_context(cafile=str(settings.ca_file))
