"""A private Apache that ends TLS in front of the provider, as docs/integrate/mutual-tls.md says."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.processes import listening
from tests.servers.requirements import require

_MODULES = Path("/usr/lib/apache2/modules")
_NEEDED = ("mpm_event", "authn_core", "authz_core", "headers", "proxy", "proxy_http", "ssl")
_CONFIGURATION = """\
ServerRoot "{home}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{home}/apache2.pid"
DefaultRuntimeDir "{home}"
ErrorLog "{home}/error.log"
StartServers 1
{modules}
SSLEngine on
SSLSessionCache none
SSLCertificateFile "{home}/server.pem"
SSLCACertificateFile "{home}/authority.pem"
SSLVerifyClient optional_no_ca
RequestHeader set Client-Cert "%{{SSL_CLIENT_CERT}}s"
RequestHeader set X-Client-Verify "%{{SSL_CLIENT_VERIFY}}s"
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{backend}/
"""


@contextmanager
def tls_proxy(port: int, backend: int, server_pem: bytes, authority_pem: bytes) -> Iterator[None]:
    """Take TLS connections on `port` until the block ends, and pass them on to `backend`.

    `server_pem` is certificate and key; clients' certificates are verified by `authority_pem`, and
    others let through and told apart.
    """
    home = Path(tempfile.mkdtemp(prefix="idp-proxy-"))
    try:
        modules = "\n".join(f"LoadModule {n}_module {_MODULES}/mod_{n}.so" for n in _NEEDED)
        values = {"home": home, "port": port, "backend": backend, "modules": modules}
        (home / "apache2.conf").write_text(_CONFIGURATION.format(**values), encoding="utf-8")
        (home / "server.pem").write_bytes(server_pem)
        (home / "authority.pem").write_bytes(authority_pem)
        log = home / "error.log"
        log.touch()
        user = "www-data" if os.geteuid() == 0 else None
        if user:
            for path in (home, *home.rglob("*")):
                shutil.chown(path, user, user)
        command = (_program(), "-f", home / "apache2.conf", "-D", "FOREGROUND")
        with listening(command, port, log, environment={"PATH": os.defpath}, user=user):
            yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _program() -> Path:
    found = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(found) if found else require("apache2")
