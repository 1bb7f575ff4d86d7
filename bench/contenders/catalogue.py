"""Every contender, in the order of the report: ours first."""

from __future__ import annotations

from bench.contenders.contender import Contender
from bench.contenders.keycloak.on_postgresql import KeycloakOnPostgresql
from bench.contenders.oidc_provider.in_memory import OidcProviderInMemory
from bench.contenders.oidc_provider.on_redis import OidcProviderOnRedis
from bench.contenders.tongxing.on_postgresql import TongxingOnPostgresql

CONTENDERS: dict[str, Contender] = {
    contender.name: contender
    for contender in (
        TongxingOnPostgresql(),
        OidcProviderOnRedis(),
        OidcProviderInMemory(),
        KeycloakOnPostgresql(),
    )
}
