"""A table that breaks its schema is refused with file, line, column, value and rule."""

import csv
import io

import pytest
from click.testing import CliRunner
from frictionless import Package

from warledger import checks
from warledger.cli import main


def edit(folder, table, line, column, value):
    """Put a value into a cell; `line` is the line of the file, 2 is the first row."""
    path = folder / f"{table}.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    rows[line - 1][rows[0].index(column)] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def problems(folder, table):
    return [str(problem) for problem in checks.check(folder, [table])]


def test_the_ledger_is_right():
    assert checks.check(checks.PROJECT / "data") == []


def test_the_descriptor_is_a_valid_data_package_for_frictionless():
    report = Package(str(checks.PROJECT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])


def test_every_column_is_described_with_type_and_numbers_with_unit():
    for resource in checks.descriptor()["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"].strip(), field
            if field["type"] in ("integer", "number"):
                assert field["unit"], field


@pytest.mark.parametrize(
    ("table", "line", "column", "value", "expected"),
    [
        ("strikes", 5, "killed", "1,200", 'killed: "1,200": thousands separators are not allowed; write 1200'),
        ("strikes", 5, "killed", "-3", 'killed: "-3": must be 0 or more'),
        ("strikes", 5, "killed", "many", 'killed: "many": not a whole number'),
        ("strikes", 5, "killed", "3.5", 'killed: "3.5": not a whole number'),
        ("pledges", 9, "announced_on", "07/02/2024", "not a date written as 2024-03-21 (saved by a spreadsheet?)"),
        ("pledges", 9, "announced_on", "45329", "not a date written as 2024-03-21 (saved by a spreadsheet?)"),
        ("pledges", 9, "announced_on", "2024-02-30", "not a date written as 2024-03-21"),
        ("pledges", 9, "stage", "Pledge", "not one of pledge, allocation, disbursement, report; did you mean pledge?"),
        ("pledges", 9, "amount", "", 'amount: "": must not be empty'),
        ("pledges", 9, "publisher", "Nobody", 'publisher: "Nobody": not in publishers.csv (publisher)'),
        ("pledges", 9, "donor_code", "UK", 'donor_code: "UK": not in donors.csv (donor_code)'),
        ("pledges", 9, "part_of", "P9999", 'part_of: "P9999": not in pledges.csv (pledge_id)'),
        ("pledges", 9, "source_url", "ftp://x.org", "does not match https://"),
        ("pledges", 9, "pledge_id", "P00\u041e8", "Cyrillic capital letter o looks like a Latin letter"),
        ("pledges", 9, "description", "=cmd()", "begins like a spreadsheet formula"),
        ("pledges", 9, "description", " blank", "blanks around the value"),
        ("donors", 3, "eu_member", "yes", 'eu_member: "yes": must be true or false'),
        ("strike_months", 3, "month", "2022-13", "not a month written as 2024-03"),
    ],
)
def test_a_bad_cell_is_named_with_its_rule(ledger, table, line, column, value, expected):
    edit(ledger, table, line, column, value)
    found = problems(ledger, table)
    assert any(f"{table}.csv:{line}: {column}: " in message and expected in message for message in found), found


def test_a_doubled_key_names_both_lines(ledger):
    edit(ledger, "pledges", 9, "pledge_id", "P0004")
    assert any(
        'pledges.csv:9: pledge_id: "P0004": the same key stands in line 5' in m for m in problems(ledger, "pledges")
    )


def test_rows_out_of_order_are_named(ledger):
    path = ledger / "donors.csv"
    header, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, second, first, *rest]) + "\n", encoding="utf-8")
    assert "donors.csv:3: donor_code" in problems(ledger, "donors")[0]


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda raw: b"", "the file is empty"),
        (lambda raw: raw[: raw.index(b"\n") + 1], "a header and no rows"),
        (lambda raw: raw.decode().encode("utf-16"), "UTF-16; save it as UTF-8"),
        (lambda raw: raw.replace("ü".encode(), "ü".encode("cp1252"), 1), "not UTF-8; save it as UTF-8"),
        (lambda raw: raw.replace(b"Australia", b"Aus\0tralia"), "the file is damaged"),
        (lambda raw: raw.replace(b",", b";"), "columns are separated by semicolons"),
        (lambda raw: raw.replace(b"region", b"Region", 1), "unknown column; did you mean region?"),
        (lambda raw: raw.replace(b"region", b"region ", 1), "unknown column; did you mean region?"),
        (lambda raw: raw.replace(b",note\n", b"\n", 1), "column is missing"),
        (lambda raw: raw.replace(b"name,region", b"region,name", 1), "columns in another order"),
        (lambda raw: raw.replace(b"Australia", b'"Australia', 1), "a quote that is not closed?"),
        (lambda raw: raw.replace(b"AUS,Australia", b"AUS,Australia,1,2", 1), "12 cells where the header has 10"),
    ],
)
def test_a_damaged_file_gives_one_clear_message(ledger, damage, expected):
    path = ledger / "donors.csv"
    path.write_bytes(damage(path.read_bytes()))
    found = problems(ledger, "donors")
    assert len(found) == 1
    assert "donors.csv:" in found[0]
    assert expected in found[0]


def test_a_missing_table_is_named(ledger):
    (ledger / "donors.csv").unlink()
    assert "the table is missing" in problems(ledger, "donors")[0]


def test_byte_order_mark_and_crlf_change_nothing(ledger):
    path = ledger / "donors.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert problems(ledger, "donors") == []


def test_the_command_exits_with_3_and_at_most_20_messages(ledger):
    path = ledger / "strikes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",high,", ",High,"), encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--data", str(ledger)])
    assert result.exit_code == 3
    lines = result.output.splitlines()
    assert lines[0].endswith('confidence: "High": not one of high, medium, low; did you mean high?')
    assert len(lines) == 22
    assert lines[20].startswith("and ")


def test_the_command_is_content_with_the_ledger():
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 0
    assert "14 tables are right" in result.output
