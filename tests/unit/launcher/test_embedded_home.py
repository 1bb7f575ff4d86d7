"""The folder of an embedded home is ours alone, and one server's at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp.launcher.embedded_home import UnsafeFolderError, prepare_folder
from idp.launcher.folder_lock import FolderInUseError, FolderLock
from idp.launcher.one_shot import run_in_child
from tests.unit.launcher.conftest import wait_for

ROOT = Path(__file__).parents[3]
HOLD = "import sys, time; from pathlib import Path; from idp.launcher.folder_lock import FolderLock"
HOLD += "\nwith FolderLock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


def test_a_new_folder_and_its_files_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "home"
    before = os.umask(0o022)
    try:
        prepare_folder(folder)
        (folder / "file").write_text("x")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "file").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(UnsafeFolderError, match="others may write"):
        prepare_folder(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    with pytest.raises(UnsafeFolderError, match="another user"):
        prepare_folder(tmp_path)


def test_a_second_server_is_told_who_has_the_folder(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(FolderInUseError, match=str(holder.pid)), FolderLock(tmp_path):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with FolderLock(tmp_path):
        pass


def test_the_lock_outlives_its_maker_while_a_forked_worker_lives(tmp_path: Path) -> None:
    forked = HOLD.replace("time.sleep(60)", "import os; os.fork() or time.sleep(1); ")
    holder = subprocess.Popen(
        [sys.executable, "-c", forked, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.wait()
    with pytest.raises(FolderInUseError), FolderLock(tmp_path):
        pass

    def is_free() -> bool:
        try:
            with FolderLock(tmp_path):
                return True
        except FolderInUseError:
            return False

    wait_for(is_free)
    holder.stdout.close()


def test_work_in_a_child_returns_its_status_and_changes_nothing_here() -> None:
    changed: list[int] = []

    def work() -> int:
        changed.append(1)
        return 7

    def leave() -> int:
        raise SystemExit(5)

    def fail() -> int:
        raise ValueError("on purpose")

    assert (run_in_child(work), changed) == (7, [])
    assert run_in_child(leave) == 5
    assert run_in_child(fail) == 1
