"""The root key of an embedded home is made once and read carefully."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from idp.crypto.root_key import Purpose
from idp.crypto.root_key_file import (
    RootKeyError,
    ensure_root_key,
    load_root_key,
    new_root_key,
    read_root_key,
)


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    assert ensure_root_key(file)
    first = file.read_bytes()
    assert not ensure_root_key(file)
    assert file.read_bytes() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["root.key"]


def test_of_many_that_make_it_at_once_all_read_the_same(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: ensure_root_key(file), range(16))) == 1
    read_root_key(file)
    assert [path.name for path in tmp_path.iterdir()] == ["root.key"]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    ensure_root_key(file)
    file.chmod(0o640)
    with pytest.raises(RootKeyError, match="chmod 600"):
        read_root_key(file)


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    real, link = tmp_path / "elsewhere", tmp_path / "root.key"
    ensure_root_key(real)
    link.symlink_to(real)
    with pytest.raises(RootKeyError):
        read_root_key(link)


@pytest.mark.parametrize("content", [b"", b"c2hvcnQ=", b"\xff\xfe", b"not base64"])
def test_a_damaged_key_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "root.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(RootKeyError, match="32 bytes"):
        read_root_key(file)
    assert file.read_bytes() == content


def test_a_configured_key_comes_before_the_file(tmp_path: Path) -> None:
    file, configured = tmp_path / "root.key", new_root_key()
    ensure_root_key(file)
    loaded = load_root_key(configured, file).derive(Purpose.AUDIT)
    assert loaded != read_root_key(file).derive(Purpose.AUDIT)
    assert loaded == load_root_key(configured, tmp_path / "missing").derive(Purpose.AUDIT)
    with pytest.raises(RootKeyError, match="IDP_ROOT_KEY"):
        load_root_key("c2hvcnQ=", file)
    with pytest.raises(RootKeyError, match="cannot be read"):
        load_root_key(None, tmp_path / "missing")
