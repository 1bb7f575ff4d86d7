"""What an installation for real people must not start with, and what a sandbox may."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from idp.crypto.root_key_file import new_root_key
from idp.settings import ServerSettings, Settings, UnsafeSettingsError, check_settings

ROOT = Path(__file__).parents[3]
DRAWN = "kT2vQ9mZx7Lr4NfYc0HsWb6JdEg8PuAi"
HEX = "3f9c1b7ae05d28467c9e10fb5a3d8264"
COUNTY = {
    "IDP_ISSUER": "https://id.example.gov.cn",
    "IDP_POPULATION_REGISTER__BASE_URL": "https://register.example.gov.cn",
    "IDP_POPULATION_REGISTER__KEY_ID": "tongxing",
    "IDP_POPULATION_REGISTER__SECRET": DRAWN,
    "IDP_MESSAGING__PROVIDER": "gateway",
    "IDP_MESSAGING__GATEWAY_URL": "https://sms.example.gov.cn/send",
    "IDP_MESSAGING__GATEWAY_SECRET": HEX,
}
PRODUCTION = COUNTY | {
    "IDP_HOME": "production",
    "IDP_ROOT_KEY": new_root_key(),
    "IDP_STORAGE__DATABASE_URL": f"postgresql+asyncpg://tongxing:{HEX}@db.example.gov.cn/tongxing",
    "IDP_STORAGE__REDIS_URL": "rediss://store.example.gov.cn/0",
}
SANDBOX = {
    "IDP_SANDBOX": "true",
    "IDP_POPULATION_REGISTER__BASE_URL": "http://127.0.0.1:8090",
    "IDP_POPULATION_REGISTER__KEY_ID": "tongxing",
    "IDP_POPULATION_REGISTER__SECRET": "s" * 40,
}
HOMES = {"county": COUNTY, "production": PRODUCTION}
Environment = dict[str, str]


def serve(environment: Environment, folder: Path) -> subprocess.CompletedProcess[str]:
    """Really run `idp serve` with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
    return subprocess.run(
        [sys.executable, "-m", "idp", "serve"],
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("IDP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def complaints(environment: Environment) -> list[str]:
    """Return what is said about these variables."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = Settings()
    try:
        check_settings(settings)
    except UnsafeSettingsError as error:
        return error.complaints
    return []


def database(credentials: str, host: str = "db.example.gov.cn", query: str = "") -> Environment:
    url = f"postgresql+asyncpg://{credentials}{host}/tongxing{query}"
    return {"IDP_STORAGE__DATABASE_URL": url}


@pytest.mark.parametrize("home", [COUNTY, PRODUCTION, SANDBOX], ids=["county", "production", "box"])
def test_a_proper_environment_has_no_complaint(home: Environment) -> None:
    assert complaints(home) == []


UNSAFE: list[tuple[str, Environment]] = [
    ("IDP_MESSAGING__PROVIDER", {"IDP_MESSAGING__PROVIDER": "console"}),
    (
        "IDP_MESSAGING__PROVIDER",
        {"IDP_MESSAGING__PROVIDER": "file", "IDP_MESSAGING__OUTBOX_FILE": "outbox.jsonl"},
    ),
    ("IDP_MESSAGING__SANDBOX", {"IDP_MESSAGING__SANDBOX": "true"}),
    ("IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK", {"IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK": "true"}),
    ("IDP_CLIENTS__REGISTRATION", {"IDP_CLIENTS__REGISTRATION": "open"}),
    ("IDP_ROOT_KEY", {"IDP_ROOT_KEY": "A" * 43 + "="}),
    ("IDP_ROOT_KEY", {"IDP_ROOT_KEY": "c2hvcnQ="}),
    ("IDP_POPULATION_REGISTER__SECRET", {"IDP_POPULATION_REGISTER__SECRET": "s" * 40}),
    ("IDP_POPULATION_REGISTER__SECRET", {"IDP_POPULATION_REGISTER__SECRET": "0123456789" * 4}),
    ("IDP_POPULATION_REGISTER__SECRET", {"IDP_POPULATION_REGISTER__SECRET": "通行" * 8}),
    ("IDP_MESSAGING__GATEWAY_SECRET", {"IDP_MESSAGING__GATEWAY_SECRET": "changeme" * 5}),
    ("IDP_STORAGE__DATABASE_URL", database("")),
    ("IDP_STORAGE__DATABASE_URL", database("tongxing@")),
    ("IDP_STORAGE__DATABASE_URL", database("tongxing:@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:county@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:C%6Funty@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:postgres@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:Password@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:tongxing@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:changeme@")),
    ("IDP_STORAGE__DATABASE_URL", database("county:123456@")),
    ("IDP_STORAGE__DATABASE_URL", database("county@", query="?password=secret")),
    ("IDP_SERVER__METRICS_PORT", {"IDP_SERVER__METRICS_PORT": "8000"}),
]


@pytest.mark.parametrize("home", list(HOMES))
@pytest.mark.parametrize(("variable", "change"), UNSAFE)
def test_real_people_are_not_served_with(home: str, variable: str, change: Environment) -> None:
    found = complaints(HOMES[home] | change)
    assert len(found) == 1
    assert found[0].startswith(variable)
    typed = [value for value in change.values() if len(value) > 20]
    assert not [value for value in typed if value in found[0]]


def test_every_complaint_names_its_cure() -> None:
    found = {text for _, change in UNSAFE for text in complaints(COUNTY | change)}
    assert not [text for text in found if not re.search(r": \w+|must be another", text)]


@pytest.mark.parametrize(
    "change",
    [
        database(f"tongxing:{HEX}@"),
        database("tongxing:p/ss+w0rd:of-its=own@"),
        database("tongxing@", "", "?host=/run/postgresql"),
        {"IDP_STORAGE__DATABASE_URL": "sqlite+aiosqlite:///tongxing.db"},
        {"IDP_POPULATION_REGISTER__SECRET": HEX},
        {"IDP_ROOT_KEY": new_root_key()},
    ],
)
def test_what_was_drawn_is_accepted(change: Environment) -> None:
    assert complaints(COUNTY | change) == []


def test_the_password_of_a_registers_view_is_judged_too() -> None:
    view = {name: value for name, value in COUNTY.items() if "REGISTER" not in name}
    view |= {
        "IDP_POPULATION_REGISTER_VIEW__VIEW": "population_view",
        "IDP_POPULATION_REGISTER_VIEW_URL": "postgresql+asyncpg://reader:reader@register/people",
    }
    (found,) = complaints(view)
    assert found.startswith("IDP_POPULATION_REGISTER_VIEW_URL")


@pytest.mark.parametrize(
    "change",
    [
        {"IDP_MESSAGING__SANDBOX": "true"},
        {"IDP_MESSAGING__PROVIDER": "file", "IDP_MESSAGING__OUTBOX_FILE": "outbox.jsonl"},
        {"IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK": "true"},
        {"IDP_ROOT_KEY": "A" * 43 + "="},
        database("tongxing:tongxing@"),
    ],
)
def test_a_sandbox_may_be_started_with(change: Environment) -> None:
    assert complaints(SANDBOX | change) == []


def test_serve_says_every_complaint_of_a_county_on_a_line(tmp_path: Path) -> None:
    unsafe = {
        "IDP_MESSAGING__PROVIDER": "console",
        "IDP_MESSAGING__SANDBOX": "true",
        "IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK": "true",
        "IDP_POPULATION_REGISTER__SECRET": "s" * 40,
        "IDP_MESSAGING__GATEWAY_SECRET": "g" * 40,
        "IDP_ROOT_KEY": "A" * 43 + "=",
        **database("tongxing:tongxing@"),
    }
    refused = serve(COUNTY | unsafe, tmp_path)
    assert refused.returncode == 2
    lines = refused.stderr.splitlines()
    assert len(lines) == len(unsafe)
    for variable in unsafe:
        assert [line for line in lines if line.startswith(f"idp: {variable}")], variable
    assert not [value for value in ("s" * 40, "g" * 40, "A" * 43) if value in refused.stderr]
    assert list(tmp_path.iterdir()) == [], "it was refused before anything was written"


@pytest.mark.parametrize("name", ["POPULATION_REGISTER__SECRET", "MESSAGING__GATEWAY_SECRET"])
def test_serve_refuses_a_short_secret(name: str, tmp_path: Path) -> None:
    refused = serve(COUNTY | {f"IDP_{name}": DRAWN[:31]}, tmp_path)
    assert refused.returncode == 2
    assert "at least 32" in refused.stderr
    assert DRAWN[:31] not in refused.stderr


@pytest.mark.parametrize(
    ("home", "chosen", "ports"),
    [
        ("embedded", None, None),
        ("embedded", 9000, (9000, 9000)),
        ("production", None, (9464, 9465)),
        ("production", 0, None),
        ("production", 9000, (9000, 9000)),
    ],
)
def test_prometheus_is_answered(home: Any, chosen: int | None, ports: object) -> None:
    server = ServerSettings(metrics_port=chosen)
    assert Settings(home=home, server=server).metrics_ports == ports


def test_the_web_port_cannot_be_the_metrics_port_of_production() -> None:
    assert complaints(COUNTY | {"IDP_SERVER__PORT": "9464"}) == []
    assert len(complaints(PRODUCTION | {"IDP_SERVER__PORT": "9464"})) == 1


def test_accounts_follow_the_one_switch() -> None:
    assert Settings(sandbox=True).accounts.sandbox
    assert not Settings().accounts.sandbox
