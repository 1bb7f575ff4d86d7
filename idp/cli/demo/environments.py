"""What each part is told, by environment variables: secrets are never arguments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from idp.cli.demo.generated import Generated
from idp.cli.demo.person import PHONE
from idp.cli.demo.ports import HOST, Ports

KEY_ID = "tongxing"
TAX_CLIENT_ID, SOCIAL_CLIENT_ID = "tax-portal", "social-insurance-portal"
OUTBOX = "outbox.jsonl"
_FOREIGN = ("IDP_", "PORTAL_", "DEMO_", "REGISTERS_")


def neutral(environment: Mapping[str, str], source_root: Path) -> dict[str, str]:
    """Return what every part gets: the caller's environment without settings meant for others."""
    kept = {name: value for name, value in environment.items() if not name.startswith(_FOREIGN)}
    return {**kept, "PYTHONPATH": str(source_root), "PYTHONUNBUFFERED": "1"}


def provider(ports: Ports, folder: Path, generated: Generated) -> dict[str, str]:
    """Return the provider's settings: a sandbox that sends nothing off this machine."""
    return {
        "IDP_HOME": "embedded",
        "IDP_SANDBOX": "true",
        "IDP_DATA_DIR": str(folder),
        "IDP_ISSUER": ports.url("provider"),
        "IDP_SERVER__HOST": HOST,
        "IDP_SERVER__PORT": str(ports.provider),
        "IDP_MESSAGING__PROVIDER": "file",
        "IDP_MESSAGING__OUTBOX_FILE": str(folder / OUTBOX),
        "IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK": "true",
        # The portals and the registers are on this machine; nothing else is reached.
        "IDP_OUTBOUND__ALLOW_HOSTS": f'["localhost", "{HOST}"]',
        "IDP_POPULATION_REGISTER__BASE_URL": f"http://{HOST}:{ports.registers}",
        "IDP_POPULATION_REGISTER__KEY_ID": KEY_ID,
        "IDP_POPULATION_REGISTER__SECRET": generated.register_secret,
    }


def registers(generated: Generated) -> dict[str, str]:
    """Return the simulated registers' secret."""
    return {"REGISTERS_SECRET": generated.register_secret}


def tax_portal(ports: Ports, generated: Generated) -> dict[str, str]:
    """Return the tax portal's settings."""
    return _portal(ports, "tax", "social", TAX_CLIENT_ID, generated.tax_secret)


def social_portal(ports: Ports, generated: Generated) -> dict[str, str]:
    """Return the social-insurance portal's settings."""
    return _portal(ports, "social", "tax", SOCIAL_CLIENT_ID, generated.social_secret)


def _portal(ports: Ports, own: str, other: str, client_id: str, secret: str) -> dict[str, str]:
    return {
        "PORTAL_ISSUER": ports.url("provider"),
        "PORTAL_CLIENT_ID": client_id,
        "PORTAL_CLIENT_SECRET": secret,
        "PORTAL_BASE_URL": ports.url(own),
        "PORTAL_HOST": HOST,
        "PORTAL_HOME_URL": ports.url("home"),
        "PORTAL_OTHER_URL": ports.url(other),
    }


def home(ports: Ports, folder: Path, generated: Generated) -> dict[str, str]:
    """Return the settings of the demonstration's home page."""
    return {
        "DEMO_HOST": HOST,
        "DEMO_PORT": str(ports.home),
        "DEMO_ISSUER": ports.url("provider"),
        "DEMO_REGISTER_URL": f"{ports.url('provider')}/register",
        "DEMO_TAX_URL": ports.url("tax"),
        "DEMO_SOCIAL_URL": ports.url("social"),
        "DEMO_PERSONAS_URL": f"http://{HOST}:{ports.registers}/personas",
        "DEMO_OUTBOX": str(folder / OUTBOX),
        "DEMO_ACCOUNT_PHONE": PHONE,
        "DEMO_ACCOUNT_PASSWORD": generated.account_password,
    }
