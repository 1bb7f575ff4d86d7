"""The door for the command line: `idp`, `python -m idp`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from idp.cli.commands import COMMANDS, load, overview
from idp.cli.refusals import Status, refuse
from idp.errors import TongxingError, UnavailableError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its status: 0 done, 1 failed, 2 not acceptable."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in COMMANDS:
            load(given[0])(args=given[1:], prog_name=f"idp {given[0]}")
        else:
            overview()(args=given, prog_name="idp")
    except UnavailableError as error:
        refuse(f"something does not answer: {error.hint or error.debug}", Status.FAILED)
    except TongxingError as error:
        refuse(error.hint or error.debug or error.code, Status.FAILED)


if __name__ == "__main__":
    main()
