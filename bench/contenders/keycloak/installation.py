"""Keycloak's home folder, built from Maven artifacts once and kept."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from bench.contenders.keycloak.server import java, jvm_options

_SOURCES = Path(__file__).parent
_MAVEN_SETTINGS = """<settings><mirrors><mirror>
<id>nowhere</id><mirrorOf>external:*,!central</mirrorOf><url>{empty}</url>
</mirror></mirrors></settings>
"""
"""Artifacts name further repositories in their descriptors; everything needed is in the first."""

_BUILT = "built-from.xml"


def install(artifacts: Path) -> str:
    """Build the home folder unless it is there; raises CalledProcessError with Maven's words."""
    home, pom = home_in(artifacts), _SOURCES / "pom.xml"
    built = home / _BUILT
    if not built.exists() or built.read_bytes() != pom.read_bytes():
        shutil.rmtree(home, ignore_errors=True)
        _package(artifacts / "keycloak-build", home)
        _augment(home)
        shutil.copy(pom, built)
    version = re.search(r"<version>([^<]+)</version>", pom.read_text(encoding="utf-8"))
    return f"Keycloak {version[1] if version else '?'} on {_java_version()}"


def home_in(artifacts: Path) -> Path:
    """The home folder below `artifacts`."""
    return artifacts.absolute() / "keycloak"


def _package(folder: Path, home: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise FileNotFoundError("mvn is missing: apt-get install maven openjdk-17-jdk-headless")
    resources, empty = folder / "src/main/resources", folder / "empty"
    for made in (resources, empty):
        made.mkdir(parents=True, exist_ok=True)
    shutil.copy(_SOURCES / "pom.xml", folder)
    shutil.copy(_SOURCES / "application.properties", resources)
    settings = folder / "settings.xml"
    settings.write_text(_MAVEN_SETTINGS.format(empty=empty.absolute().as_uri()))
    command = [maven, "-q", "-B", "-s", str(settings), "package", "-DskipTests"]
    with (folder / "build.log").open("wb") as log:
        subprocess.run(command, cwd=folder, check=True, stdout=log, stderr=log)
    for name in ("conf", "providers", "data"):
        (home / name).mkdir(parents=True)
    shutil.copytree(folder / "target" / "lib", home / "lib")


def _augment(home: Path) -> None:
    """Fix the build options, as `kc.sh build` does, so that starting needs no second pass."""
    options = [*jvm_options(home), "-Dkc.config.build-and-exit=true"]
    command = [*java(home, options), "build", "--db=postgres", "--health-enabled=false"]
    subprocess.run(command, check=True, capture_output=True)


def _java_version() -> str:
    words = subprocess.run(["java", "-version"], check=True, capture_output=True, text=True).stderr  # noqa: S607
    return words.splitlines()[0].replace('"', "").replace(" version", "")
