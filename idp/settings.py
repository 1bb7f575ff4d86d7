"""The one tree of settings: what this installation is, composed of the rooms' own settings.

Every value can be set by an environment variable: prefix `IDP_`, two underscores between levels,
as in `IDP_SESSIONS__IDLE_SECONDS=900`. `idp settings` prints the tree with its documentation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from idp.accounts.settings import AccountsSettings
from idp.authn.settings import AuthnSettings
from idp.client_registry.promises import RegistrationRules
from idp.client_registry.settings import ClientRegistrySettings
from idp.consents.settings import ConsentSettings
from idp.crypto.guessable_secrets import (
    FEWEST_DISTINCT_IN_BASE64,
    FEWEST_DISTINCT_IN_HEX,
    is_open,
    is_typed,
)
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.root_key import RootKey
from idp.enrolment.settings import EnrolmentSettings
from idp.keys.settings import KeySettings
from idp.logout.settings import LogoutSettings
from idp.messaging.settings import MessagingSettings
from idp.middleware.settings import HttpSettings
from idp.observability.settings import ObservabilitySettings
from idp.outbound.settings import OutboundSettings
from idp.proofing.connectors.population_register.settings import (
    HttpRegisterSettings,
    SqlRegisterSettings,
)
from idp.proofing.settings import ProofingSettings
from idp.sessions.settings import SessionSettings
from idp.storage.settings import StorageSettings
from idp.tokens.settings import TokenSettings

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_METRICS_PORTS = (9464, 9465)


class ServerSettings(BaseModel):
    """Where the web server listens."""

    model_config = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on."""

    port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""

    workers: int = Field(default=1, ge=1, le=64)
    """Web server processes."""

    metrics_host: str = "127.0.0.1"
    """Address of the separate listener for Prometheus."""

    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Port of the separate listener for Prometheus; 0 for none. Without it the production home
    listens on 9464 (`idp worker` on 9465), and the embedded home has no such listener."""

    run_jobs: bool = True
    """Run the job worker beside the web server. Set to false where `idp worker` runs elsewhere."""


class Settings(BaseSettings):
    """Settings of one installation."""

    model_config = SettingsConfigDict(
        env_prefix="IDP_",
        env_nested_delimiter="__",
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    home: Literal["embedded", "production"] = "embedded"
    """`embedded`: everything in one data folder, for a county, development and the demo.
    `production`: PostgreSQL and Redis by URL, keys from outside, several workers and hosts."""

    issuer: str = ""
    """The public URL of this provider, for instance `https://id.example.gov.cn`: no query, no
    fragment, no slash at the end. Never derived from a request. Empty in the embedded home, which
    then uses `http://localhost:<port>`."""

    sandbox: bool = False
    """Accept only identity numbers that can belong to nobody, and refuse real ones. Without it,
    it is the other way round."""

    data_dir: Path = Path("var")
    """Folder of the embedded home (mode 0700): database, ephemeral store, generated keys."""

    root_key: SecretStr | None = None
    """32 bytes in base64 from which every other key is derived, from your key management. The
    embedded home makes one in its data folder; production refuses to start without this."""

    server: ServerSettings = ServerSettings()
    storage: StorageSettings = StorageSettings()
    http: HttpSettings = HttpSettings()
    observability: ObservabilitySettings = ObservabilitySettings()
    outbound: OutboundSettings = OutboundSettings()
    messaging: MessagingSettings = MessagingSettings()
    passwords: PasswordHashingSettings = PasswordHashingSettings()
    keys: KeySettings = KeySettings()
    clients: ClientRegistrySettings = ClientRegistrySettings()
    sessions: SessionSettings = SessionSettings()
    authn: AuthnSettings = AuthnSettings()
    proofing: ProofingSettings = ProofingSettings()
    population_register: HttpRegisterSettings | None = None
    """The population register, asked over HTTP."""
    population_register_view: SqlRegisterSettings | None = None
    """The population register, read from a view in a database; instead of the above."""
    population_register_view_url: SecretStr | None = None
    """SQLAlchemy URL of the database that holds the view."""
    enrolment: EnrolmentSettings = EnrolmentSettings()
    consents: ConsentSettings = ConsentSettings()
    tokens: TokenSettings = TokenSettings()
    logout: LogoutSettings = LogoutSettings()

    @property
    def is_embedded(self) -> bool:
        return self.home == "embedded"

    @property
    def issuer_url(self) -> str:
        """The issuer, with the embedded home's default filled in."""
        return self.issuer or f"http://localhost:{self.server.port}"

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this provider over TLS."""
        return self.issuer_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether this provider is reached from its own machine only."""
        return urlsplit(self.issuer_url).hostname in LOOPBACK_HOSTS

    @property
    def accounts(self) -> AccountsSettings:
        """The accounts room's settings: `sandbox` is the one switch for it too."""
        return AccountsSettings(sandbox=self.sandbox)

    @property
    def registration_rules(self) -> RegistrationRules:
        """What clients may register here."""
        return RegistrationRules(
            allow_http=self.sandbox,
            compatibility=self.clients.compatibility,
            algorithms=self.keys.algorithms,
        )

    @property
    def metrics_ports(self) -> tuple[int, int] | None:
        """Ports on which `idp serve` and `idp worker` answer Prometheus."""
        chosen = self.server.metrics_port
        if chosen is None:
            return None if self.is_embedded else _METRICS_PORTS
        return (chosen, chosen) if chosen else None

    @property
    def acr_values(self) -> tuple[str, ...]:
        """The `acr` values of the levels L1 to L4, lowest first."""
        return tuple(f"{self.proofing.acr_prefix}{level}" for level in range(1, 5))


class UnsafeSettingsError(Exception):
    """The settings contradict each other or would run this service unsafely."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


def check_settings(settings: Settings) -> None:
    """Refuse settings with which this service must not start; raises UnsafeSettingsError."""
    complaints = _check_issuer(settings)
    if not settings.is_embedded:
        complaints += _check_production(settings)
    if not (settings.is_embedded and settings.sandbox):
        complaints += _check_for_real_people(settings) + _check_secrets(settings)
    complaints += _check_root_key(settings)
    if 0 < settings.keys.announce_seconds <= settings.keys.cache_seconds:
        complaints.append("IDP_KEYS__ANNOUNCE_SECONDS must exceed IDP_KEYS__CACHE_SECONDS")
    if settings.server.port in (settings.metrics_ports or ()):
        complaints.append("IDP_SERVER__METRICS_PORT must be another port than IDP_SERVER__PORT")
    complaints += _check_register(settings)
    if complaints:
        raise UnsafeSettingsError(complaints)


def _check_register(settings: Settings) -> list[str]:
    by_http, by_view = settings.population_register, settings.population_register_view
    if by_http and by_view:
        return ["set IDP_POPULATION_REGISTER or IDP_POPULATION_REGISTER_VIEW, not both"]
    if by_view and not settings.population_register_view_url:
        return ["IDP_POPULATION_REGISTER_VIEW_URL is missing"]
    if not by_http and not by_view:
        return [
            "no population register: set IDP_POPULATION_REGISTER__BASE_URL, __KEY_ID and __SECRET;"
            " `idp registers serve` runs a simulated one"
        ]
    return []


def _check_issuer(settings: Settings) -> list[str]:
    parts = urlsplit(settings.issuer_url)
    complaints = []
    if parts.scheme not in ("https", "http") or not parts.hostname:
        complaints.append("IDP_ISSUER must be an https URL")
    if parts.query or parts.fragment or settings.issuer_url.endswith("/") or parts.username:
        complaints.append("IDP_ISSUER must have no query, fragment, user or slash at the end")
    if parts.scheme == "http" and not (settings.is_loopback and settings.is_embedded):
        complaints.append("IDP_ISSUER must be https; http is for an embedded home on localhost")
    return complaints


def _check_production(settings: Settings) -> list[str]:
    needed = {
        "IDP_ISSUER": (settings.issuer, "set it to the public https URL"),
        "IDP_ROOT_KEY": (settings.root_key, "make one with `idp keys new-root`"),
        "IDP_STORAGE__DATABASE_URL": (settings.storage.database_url, "it names PostgreSQL"),
        "IDP_STORAGE__REDIS_URL": (settings.storage.redis_url, "it names Redis or Valkey"),
    }
    complaints = [
        f"{name} is missing: {cure}" for name, (given, cure) in needed.items() if not given
    ]
    if settings.storage.database_url.startswith("sqlite"):
        complaints.append("IDP_STORAGE__DATABASE_URL must name PostgreSQL in production")
    if (settings.data_dir / "root.key").exists():
        complaints.append(
            "IDP_DATA_DIR holds the keys of an embedded home; production must not run beside them"
        )
    if settings.sandbox:
        complaints.append("IDP_SANDBOX must be off in production")
    return complaints


def _check_for_real_people(settings: Settings) -> list[str]:
    """What is right for a sandbox alone, whose people do not exist."""
    messaging = settings.messaging
    refused = {
        f"IDP_MESSAGING__PROVIDER={messaging.provider} sends codes to no phone: set it to gateway,"
        " or IDP_SANDBOX=true for a trial": messaging.provider != "gateway",
        "IDP_CLIENTS__REGISTRATION=open lets anybody register a portal: set it to"
        " initial_access_token, or IDP_SANDBOX=true for a trial": (
            settings.clients.registration == "open"
        ),
        "IDP_MESSAGING__SANDBOX prints codes: remove it, or set IDP_SANDBOX=true for a"
        " trial": messaging.sandbox,
        "IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK sends tokens over plain http: remove it, or set"
        " IDP_SANDBOX=true for a trial": settings.outbound.allow_insecure_loopback,
    }
    return [complaint for complaint, applies in refused.items() if applies]


def _check_root_key(settings: Settings) -> list[str]:
    if settings.root_key is None:
        return []
    text = settings.root_key.get_secret_value()
    try:
        RootKey.from_base64(text)
    except ValueError:
        return ["IDP_ROOT_KEY must be 32 bytes in base64: make one with `idp keys new-root`"]
    if not settings.sandbox and is_typed(text, FEWEST_DISTINCT_IN_BASE64):
        return ["IDP_ROOT_KEY is not random: make one with `idp keys new-root`"]
    return []


def _check_secrets(settings: Settings) -> list[str]:
    register = settings.population_register
    shared = {
        "IDP_POPULATION_REGISTER__SECRET": register.secret if register else None,
        "IDP_MESSAGING__GATEWAY_SECRET": settings.messaging.gateway_secret,
    }
    urls = {
        "IDP_STORAGE__DATABASE_URL": SecretStr(settings.storage.database_url),
        "IDP_POPULATION_REGISTER_VIEW_URL": settings.population_register_view_url,
    }
    return [
        f"{name} is not random: agree on 32 random bytes, for instance from `idp keys new-root`"
        for name, secret in shared.items()
        if secret and is_typed(secret.get_secret_value(), FEWEST_DISTINCT_IN_HEX)
    ] + [
        f"{name} has no password or a guessable one: give the database's user a random password"
        for name, url in urls.items()
        if url and is_open(url.get_secret_value())
    ]
