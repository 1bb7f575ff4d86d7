"""The spring-security kit, built by Maven once and run by Java."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.processes import listening
from tests.interop.registration import KITS, RegisteredClient
from tests.servers.requirements import require

KIT = KITS / "spring-security"
_ARTIFACTS = Path(__file__).parents[1] / ".artifacts"
_BUILD_SECONDS = 300
_RUN_SECONDS = 60
# A process of a few requests: compile quickly rather than well, and collect with one thread.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")


@dataclass(frozen=True)
class JvmPortal:
    """A portal that answers at `url`."""

    url: str
    log: Path

    @property
    def person(self) -> str:
        """The page that needs a sign-in."""
        return f"{self.url}/person"


@contextmanager
def jvm_portal(
    issuer: str, client: RegisteredClient, port: int, folder: Path, **settings: str
) -> Iterator[JvmPortal]:
    """Run the kit's program on `port` until the block ends, logging into `folder`.

    `settings` are further environment variables.
    """
    java, home = require("java"), _built_program()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.defpath,
        "PORTAL_ISSUER": issuer,
        "PORTAL_CLIENT_ID": client.client_id,
        "PORTAL_CLIENT_SECRET": client.secret,
        "PORTAL_BASE_URL": url,
        "PORTAL_PORT": str(port),
        **settings,
    }
    log = folder / "portal.log"
    program = ("-jar", home / "portal.jar")
    archive = f"-XX:SharedArchiveFile={_class_archive(home, program, environment)}"
    with listening((java, *_QUICK, archive, *program), port, log, environment=environment):
        yield JvmPortal(url, log)


def _class_archive(
    home: Path, program: Sequence[str | Path], environment: Mapping[str, str]
) -> Path:
    """Return an archive of the classes that the program loads, which halves the time it takes to
    start; the first run starts the program once more to write it."""
    archive = home / "classes.jsa"
    if not archive.exists():
        with tempfile.TemporaryDirectory(prefix="classes-", dir=home) as folder:
            fresh = Path(folder) / archive.name
            once = ("-Dspring.context.exit=onRefresh", f"-XX:ArchiveClassesAtExit={fresh}")
            _run([require("java"), *_QUICK, *once, *program], home, _RUN_SECONDS, environment)
            fresh.rename(archive)
    return archive


def _built_program() -> Path:
    """Return a folder with the kit's program, unpacked; builds it when the kit has changed."""
    sources = sorted(path for path in (KIT / "src").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for source in (KIT / "pom.xml", *sources):
        content = hashlib.sha256(source.read_bytes()).hexdigest()
        digest.update(f"{source.relative_to(KIT)} {content}\n".encode())
    target = _ARTIFACTS / f"spring-security-{digest.hexdigest()[:16]}"
    if target.is_dir():
        return target
    _ARTIFACTS.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="maven-", dir=_ARTIFACTS))
    try:
        _build(fresh)
        (fresh / "program").rename(target)
    except OSError:  # another test process was faster
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(fresh)
    return target


def _build(folder: Path) -> None:
    """Build the kit in `folder`; leaves the program in `program`, unpacked to start faster."""
    maven, java, _ = require("mvn"), require("java"), require("javac")
    shutil.copy(KIT / "pom.xml", folder)
    shutil.copytree(KIT / "src", folder / "src")
    _run([maven, "--batch-mode", "--quiet", "-DskipTests", "package"], folder, _BUILD_SECONDS)
    jar = folder / "target" / "portal.jar"
    unpack = ["-Djarmode=tools", "-jar", jar, "extract", "--destination", folder / "program"]
    _run([java, *unpack], folder, _RUN_SECONDS)


def _run(
    command: Sequence[str | Path],
    folder: Path,
    seconds: int,
    environment: Mapping[str, str] | None = None,
) -> None:
    outcome = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if outcome.returncode != 0:
        said = f"{outcome.stdout}{outcome.stderr}"[-2000:]
        raise RuntimeError(f"{Path(command[0]).name} failed: {said}")
