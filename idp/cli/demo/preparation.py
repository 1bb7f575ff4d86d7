"""Making the demonstration's database: tables, keys, clients, one account. Run again it changes
nothing."""

from __future__ import annotations

from pathlib import Path

from idp.cli.client_file import read_client_file
from idp.cli.demo.generated import Generated
from idp.cli.demo.person import PHONE, demo_person
from idp.cli.demo.ports import DEFAULT_BASE, Ports
from idp.cli.opening import prepare
from idp.client_registry.promises import RegistrationRules
from idp.client_registry.service import Registration
from idp.enrolment.seeding import SeedAccount
from idp.services.wiring import Services, build_services
from idp.settings import Settings, check_settings

_LEVEL = 2


async def prepare_demo(ports: Ports, folder: Path, generated: Generated, clients: Path) -> None:
    """Prepare the home that the environment's settings describe; `clients` is the sample file.

    Raises TongxingError, UnsafeSettingsError.
    """
    settings = Settings()
    check_settings(settings)
    registrations = _registrations(ports, folder, generated, clients)
    services = build_services(await prepare(settings))
    try:
        await services.keys.ensure()
        async with services.database.write() as transaction:
            await services.registry.apply(transaction, registrations, prune=False)
        await _open_account(services, generated)
    finally:
        await services.close()


def _registrations(
    ports: Ports, folder: Path, generated: Generated, sample: Path
) -> list[Registration]:
    """Read the sample file with this demonstration's ports in place of the usual ones."""
    usual = Ports.from_base(DEFAULT_BASE)
    text = sample.read_text(encoding="utf-8")
    for part in ("tax", "social"):
        text = text.replace(usual.url(part), ports.url(part))
    own = folder / "clients.yaml"
    own.write_text(text, encoding="utf-8")
    secrets = {
        "TAX_CLIENT_SECRET": generated.tax_secret,
        "SOCIAL_CLIENT_SECRET": generated.social_secret,
    }
    return read_client_file(own, secrets, RegistrationRules(allow_http=True))


async def _open_account(services: Services, generated: Generated) -> None:
    person = demo_person()
    account = SeedAccount.model_validate(
        {
            "phone": PHONE,
            "password": generated.account_password,
            "name": person.name,
            "id_number": person.id_number,
            "level": _LEVEL,
        }
    )
    await services.enrolment.seeding.import_accounts([account])
