"""Where the revisions are, without loading what runs them."""

from __future__ import annotations

from pathlib import Path

import idp


def script_folder() -> Path:
    """Return the folder of revisions: inside an installed package, beside it in a source tree."""
    package = Path(idp.__file__).parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def newest_revision() -> str:
    """Return the newest revision by file name; revisions are numbered without branches."""
    names = sorted(path.name for path in (script_folder() / "versions").glob("[0-9]*.py"))
    return names[-1].partition("_")[0]
