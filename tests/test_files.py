"""A file is the old one or the new one, never a half."""

import os
from pathlib import Path

import pytest

from warledger.files import write_whole


def test_a_file_is_written_with_its_folder_and_no_draft_stays(tmp_path):
    path = tmp_path / "new" / "table.csv"
    write_whole(path, b"a\n")
    assert path.read_bytes() == b"a\n"
    assert os.listdir(path.parent) == ["table.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permissions")
def test_a_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["table.csv"]
