"""`warledger check --fix` repairs form after a spreadsheet, and nothing else."""

import csv
import io
import os

import pytest
from click.testing import CliRunner

from warledger import checks, tables
from warledger.cli import main
from warledger.repair import repair


def fix(folder):
    return CliRunner().invoke(main, ["check", "--fix", "--data", str(folder)])


def test_a_table_saved_by_a_spreadsheet_is_the_same_file_after_repair(ledger):
    path = ledger / "donors.csv"
    right = path.read_bytes()
    rows = list(csv.reader(io.StringIO(right.decode())))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([rows[0], *([cell + " " for cell in row] for row in reversed(rows[1:])), [""] * len(rows[0])])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    path.chmod(0o640)
    result = fix(ledger)
    assert result.exit_code == 0, result.output
    assert path.read_bytes() == right
    assert os.stat(path).st_mode & 0o777 == 0o640
    assert "byte-order mark removed" in result.output
    assert "line ends written as LF" in result.output
    assert "14 tables are right" in result.output
    assert sorted(p.name for p in ledger.iterdir() if p.name.startswith(".")) == []


def test_the_change_is_shown_as_a_diff(ledger):
    path = ledger / "donors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Australia,", "Australia ,"), encoding="utf-8")
    output = fix(ledger).output
    assert "-AUS,Australia ,Asia-Pacific" in output
    assert "+AUS,Australia,Asia-Pacific" in output


def test_what_has_meaning_is_left_alone_and_reported(ledger):
    path = ledger / "strikes.csv"
    damaged = path.read_text(encoding="utf-8").replace(",31,31,0,0,", ',"1,031",31,0,0,')
    path.write_text(damaged, encoding="utf-8")
    result = fix(ledger)
    assert result.exit_code == 3
    assert "thousands separators are not allowed; write 1031" in result.output
    assert path.read_text(encoding="utf-8") == damaged


@pytest.mark.parametrize("damage", [b"", b"\xff\xfea", b"\xcaa,b\n", b'donor_code,"name\n'])
def test_a_file_that_is_no_table_is_not_touched(ledger, damage):
    (ledger / "donors.csv").write_bytes(damage)
    result = fix(ledger)
    assert result.exit_code == 3
    assert (ledger / "donors.csv").read_bytes() == damage


def test_rows_of_another_length_are_kept_in_their_order(ledger):
    path = ledger / "donors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("AUS,Australia", "AUS,Australia,1,2 "), encoding="utf-8")
    result = fix(ledger)
    assert result.exit_code == 3
    assert "12 cells where the header has 10" in result.output
    assert "AUS,Australia,1,2," in path.read_text(encoding="utf-8")


def test_the_committed_tables_need_no_repair():
    for name in checks.names():
        assert repair(tables.DATA, name) is None, name
