"""A private Apache with Debian's mod_auth_openidc, set up from the kit a department gets."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.processes import listening
from tests.interop.registration import KITS, RegisteredClient
from tests.servers.requirements import missing

KIT = KITS / "mod_auth_openidc"
_MODULES = Path("/usr/lib/apache2/modules")
_NEEDED = (
    "mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc",
    "headers", "include", "mime", "dir", "filter", "rewrite",
)  # fmt: skip
# What the system's own configuration holds around a site, and the hook that shows tests a token.
_SERVER = """\
ServerRoot "{home}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{home}/apache2.pid"
DefaultRuntimeDir "{home}"
ErrorLog "{home}/error.log"
LogLevel warn auth_openidc:info
StartServers 1
MinSpareThreads 4
MaxSpareThreads 16
ThreadsPerChild 16
MaxRequestWorkers 32
{modules}
TypesConfig /etc/mime.types
AddDefaultCharset utf-8
DocumentRoot "{home}/portal"
<Directory "{home}/portal">
    Require all granted
    Options +Includes
    DirectoryIndex index.shtml
    AddType text/html .shtml
    AddOutputFilter INCLUDES .shtml
</Directory>
Include "{home}/tongxing-settings.conf"
Include "{home}/tongxing-secrets.conf"
Include "{home}/tongxing.conf"
OIDCInfoHook access_token
"""


@dataclass(frozen=True)
class ApachePortal:
    """A portal that answers at `url`."""

    url: str
    log: Path

    @property
    def protected(self) -> str:
        return f"{self.url}/protected/"

    @property
    def callback(self) -> str:
        """The redirect URI, which is also the address of the module's other functions."""
        return f"{self.url}/protected/callback"


@contextmanager
def apache_portal(issuer: str, client: RegisteredClient, port: int) -> Iterator[ApachePortal]:
    """Run Apache on `port` until the block ends."""
    program = _program()
    home = Path(tempfile.mkdtemp(prefix="idp-apache-"))
    url = f"http://127.0.0.1:{port}"
    try:
        _write_configuration(home, issuer, client, port, url)
        log = home / "error.log"
        log.touch()
        # Apache's children give root up anyway; here nobody has it, and all files are theirs.
        user = "www-data" if os.geteuid() == 0 else None
        if user:
            for path in (home, *home.rglob("*")):
                shutil.chown(path, user, user)
        command = (program, "-f", home / "apache2.conf", "-D", "FOREGROUND")
        with listening(command, port, log, environment={"PATH": os.defpath}, user=user):
            yield ApachePortal(url, log)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _program() -> Path:
    found = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        missing("apache2")
    if not (_MODULES / "mod_auth_openidc.so").is_file():
        missing("mod_auth_openidc")
    return Path(found)


def _write_configuration(
    home: Path, issuer: str, client: RegisteredClient, port: int, url: str
) -> None:
    shutil.copytree(KIT / "portal", home / "portal")
    shutil.copy(KIT / "tongxing.conf", home)
    values = {
        "TONGXING_ISSUER": issuer,
        "TONGXING_CLIENT_ID": client.client_id,
        "TONGXING_PORTAL_URL": url,
    }
    secret_values = {
        "OIDCClientSecret": f'"{client.secret}"',
        "OIDCCryptoPassphrase": f'"{secrets.token_urlsafe(32)}"',
    }
    _fill_in(home / "tongxing-settings.conf", "Define ", values)
    _fill_in(home / "tongxing-secrets.conf", "", secret_values)
    modules = "\n".join(f"LoadModule {name}_module {_MODULES}/mod_{name}.so" for name in _NEEDED)
    server = _SERVER.format(home=home, port=port, modules=modules)
    (home / "apache2.conf").write_text(server, encoding="utf-8")


def _fill_in(target: Path, keyword: str, values: Mapping[str, str]) -> None:
    """Copy a file of the kit with its values changed, as a department would by hand."""
    text = (KIT / target.name).read_text(encoding="utf-8")
    for name, value in values.items():
        (line,) = re.findall(rf"(?m)^{keyword}{name} .*$", text)
        text = text.replace(line, f"{keyword}{name} {value}")
    target.write_text(text, encoding="utf-8")
