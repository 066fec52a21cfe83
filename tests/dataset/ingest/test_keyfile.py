import stat
from pathlib import Path

import pytest

from dataset.ingest.keyfile import KeyFileError, load_key


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "identifiers.key"
    key = load_key(path, create=True)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == load_key(path, create=True) == key
    assert list(path.parent.iterdir()) == [path]


def test_two_boards_have_two_keys(tmp_path: Path) -> None:
    assert load_key(tmp_path / "one", create=True) != load_key(tmp_path / "two", create=True)


def test_a_missing_key_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="does not exist. Put the key file back from your backup"):
        load_key(tmp_path / "no.key")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_damaged_key_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match=f"holds {len(content)} bytes instead of 32"):
        load_key(path, create=True)
    assert path.read_bytes() == content


def test_a_key_that_is_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_key(tmp_path)
