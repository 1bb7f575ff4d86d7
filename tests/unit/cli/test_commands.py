"""The command line as an operator meets it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp.__main__ import main
from idp.cli.commands import COMMANDS
from idp.cli.settings_tree import sections
from idp.settings import Settings

SLOW_TO_LOAD = ("sqlalchemy", "pydantic", "fastapi", "prometheus_client", "redis", "alembic")


def clean_environment(**ours: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
    return {**kept, **ours}


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "idp", *arguments],
        env=clean_environment(PYTHONPATH=str(Path(__file__).parents[3]), **environment),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_every_command_explains_itself(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0
    assert "Usage: idp" in capsys.readouterr().out


def test_the_overview_loads_nothing_slow() -> None:
    look = "import sys, idp.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\n"
    look += f"print([name for name in {SLOW_TO_LOAD!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["nonsense"])
    assert left.value.code == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_new_root_key_has_32_random_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    keys = set()
    for _ in range(2):
        with pytest.raises(SystemExit):
            main(["keys", "new-root"])
        keys.add(base64.b64decode(capsys.readouterr().out.strip(), validate=True))
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 2


def test_serve_refuses_unsafe_production_with_every_complaint(tmp_path: Path) -> None:
    done = run("serve", cwd=tmp_path, IDP_HOME="production", IDP_SANDBOX="true")
    assert done.returncode == 2
    for complaint in (
        "IDP_ISSUER is missing: ",
        "IDP_ROOT_KEY is missing: ",
        "IDP_STORAGE__DATABASE_URL is missing: ",
        "IDP_STORAGE__REDIS_URL is missing: ",
        "IDP_SANDBOX must be off in production",
    ):
        assert f"idp: {complaint}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_variable_is_named(tmp_path: Path) -> None:
    done = run("keys", "list", cwd=tmp_path, IDP_ISUER="https://id.example.gov.cn")
    assert done.returncode == 2
    assert "IDP_ISUER is not a setting" in done.stderr
    done = run("keys", "list", cwd=tmp_path, IDP_SESSIONS__IDEL_SECONDS="1")
    assert done.returncode == 2
    assert "IDP_SESSIONS__IDEL_SECONDS" in done.stderr


def test_an_unacceptable_value_is_refused_without_being_shown(tmp_path: Path) -> None:
    done = run("serve", cwd=tmp_path, IDP_SERVER__PORT="sesame")
    assert done.returncode == 2
    assert done.stderr.startswith("idp: IDP_SERVER__PORT: ")
    assert "sesame" not in done.stderr


@pytest.mark.parametrize("key", ["c2hvcnQ=", "not base64!", "A" * 43 + "="])
def test_a_root_key_that_is_no_random_32_bytes_is_refused(tmp_path: Path, key: str) -> None:
    done = run("serve", cwd=tmp_path, IDP_HOME="production", IDP_ROOT_KEY=key)
    assert done.returncode == 2
    assert "idp keys new-root" in done.stderr
    assert key not in done.stderr


def test_every_setting_has_a_variable_a_type_and_a_meaning() -> None:
    found = [one for section in sections(Settings) for one in section.settings]
    assert len(found) > 90
    assert len({one.variable for one in found}) == len(found)
    assert [one.variable for one in found if not one.meaning or not one.kind] == []


def test_settings_are_printed_as_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["settings", "--markdown"])
    page = capsys.readouterr().out
    assert page.startswith("# Settings")
    assert "| `IDP_SESSIONS__IDLE_SECONDS` | integer | `1800` |" in page
