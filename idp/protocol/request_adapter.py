"""An HTTP request in the form that Authlib asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request

from idp.client_registry.client import Client
from idp.middleware.client_certificate import ForwardedCertificate
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.parameters import Parameters
from idp.tokens.access_token import AccessToken
from idp.tokens.authorization import Authorization


class FormPayload(OAuth2Payload):
    """A form body whose repetitions Authlib can see."""

    def __init__(self, parameters: Parameters) -> None:
        self._data = parameters.as_dict()
        self._datalist = defaultdict(list, parameters.as_lists())

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._datalist


class EndpointRequest(OAuth2Request):
    """A POST to the token endpoint or one of its neighbours.

    The URI is the configured issuer's, never the Host header's (R32). Parameters are read from
    the body only: RFC 6749 section 2.3.1 forbids credentials in the query. `url` is the endpoint
    as the metadata publish it; `certificate` is that of the client's TLS connection.
    """

    client: ProtocolClient | None
    authorization_code: Authorization | None
    access_token: AccessToken | None = None
    """The token in question, where it is an access token."""
    issued_to: Client | None = None
    """The client that it was issued to."""

    def __init__(
        self,
        uri: str,
        headers: Mapping[str, str],
        parameters: Parameters,
        certificate: ForwardedCertificate | None = None,
    ) -> None:
        self.parameters = parameters
        self.url = uri
        self.certificate = certificate
        # Authlib insists on https; what the outside sees is the issuer's business (settings).
        secure = uri.replace("http://", "https://", 1)
        super().__init__("POST", secure, headers=headers)
        self.payload = FormPayload(parameters)

    @property
    def args(self) -> dict[str, str]:
        return {}

    @property
    def form(self) -> dict[str, Any]:
        data: dict[str, Any] = self.payload.data
        return data
