"""One piece of work in a process of its own, so that this one stays small and without threads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


def run_in_child(work: Callable[[], int]) -> int:
    """Fork, run `work` and return the status it returned; 1 when it raised or was killed.

    SystemExit counts as its status. The traceback of another error goes to stderr.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work)
    _, wait_status = os.waitpid(pid, 0)
    status = os.waitstatus_to_exitcode(wait_status)
    return status if status >= 0 else 1


def _work_and_exit(work: Callable[[], int]) -> None:
    status = 1
    try:
        status = work()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        # Whatever it was: the parent's own exit handlers, inherited by the fork, must not run here.
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
