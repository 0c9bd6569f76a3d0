"""Trials 1 to 11: a table comes back from a spreadsheet, an editor or a bad disk."""

import csv
import io
import json
import time

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from test_checks import edit
from warledger import checks, figures, pledges, tables
from warledger.checks import PROJECT
from warledger.cli import main
from warledger.style import new_figure

FIGURES = PROJECT / "figures"


@pytest.fixture(autouse=True)
def figures_untouched():
    """No figure may change whatever happens to a table."""
    before = {path: path.stat().st_mtime_ns for path in FIGURES.rglob("*")}
    yield
    assert {path: path.stat().st_mtime_ns for path in FIGURES.rglob("*")} == before


def refused(folder, *needed):
    """Check and run a folder; both end with 3 and the first says what is needed, in at most 21 lines."""
    started = time.monotonic()
    result = CliRunner().invoke(main, ["check", "--data", str(folder)])
    assert time.monotonic() - started < 5
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output
    for text in needed:
        assert text in result.output, result.output
    lines = result.output.splitlines()
    assert len(lines) <= 22
    assert CliRunner().invoke(main, ["run", "--data", str(folder), "--figures", str(folder / "f")]).exit_code == 3
    assert not (folder / "f").exists()
    return lines


@pytest.mark.parametrize("date", ["07/02/2024", "45329"])
def test_01_dates_of_a_spreadsheet(ledger, date):
    edit(ledger, "strikes", 212, "start_local", date)
    refused(ledger, f'strikes.csv:212: start_local: "{date}": not a date written as 2024-03-21 05:00 (saved by a')


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_02_another_encoding(ledger, encoding):
    path = ledger / "timeline.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("Axios", "Аксіос").encode(encoding, errors="replace"))
    lines = refused(ledger, "timeline.csv:", "save it as UTF-8")
    assert len(lines) == 2


def test_03_byte_order_mark_and_crlf_draw_the_same_figures(ledger, tmp_path):
    def drawn(folder, to):
        tables.inputs.clear()
        table, donors = tables.load("pledges", folder), tables.load("donors", folder)
        rows = pledges.new_money(table, donors)
        ranking = pledges.by_donor(rows, 5)
        figure_set = figures.open_figures("pledges", {"top": 5}, str(tmp_path / to))
        figure, axes = new_figure("tall")
        from warledger import charts_pledges

        charts_pledges.stacked_ranking(axes, ranking, "EUR", "Purpose")
        words = pledges.ranking_words(ranking, "EUR")
        figure_set.save_figure(figure, "donors_ranked", **words, subtitle="s", data=ranking, sources=rows)
        return figure_set.files

    plain = drawn(ledger, "a")
    for path in ledger.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert CliRunner().invoke(main, ["check", "--data", str(ledger)]).exit_code == 0
    assert drawn(ledger, "b") == plain


@pytest.mark.parametrize(
    ("before", "after", "needed"),
    [
        (",", ";", "columns are separated by semicolons; save it with commas"),
        (
            "date_local,",
            "date_local ,",
            'strikes.csv:1: date_local : "date_local ": unknown column; did you mean date_local?',
        ),
        (",oblast,", ",Oblast,", 'strikes.csv:1: Oblast: "Oblast": unknown column; did you mean oblast?'),
    ],
)
def test_04_separator_and_header(ledger, before, after, needed):
    path = ledger / "strikes.csv"
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    body = rest.replace(",", ";") if after == ";" else rest
    path.write_text(header.replace(before, after) + "\n" + body, encoding="utf-8")
    refused(ledger, needed)


def test_05_thousands_separators(ledger):
    edit(ledger, "strikes", 212, "killed", "1,200")
    refused(ledger, 'strikes.csv:212: killed: "1,200": thousands separators are not allowed; write 1200')


def test_05_thousands_separators_without_quotes(ledger):
    path = ledger / "oblasts.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[4] += ",200"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    refused(ledger, "oblasts.csv:5: ", "7 cells where the header has 6; an unquoted comma?")


def test_06_a_key_twice_and_a_key_that_leads_nowhere(ledger):
    edit(ledger, "strikes", 10, "strike_id", "2022-03-06")
    edit(ledger, "pledges", 20, "donor_code", "UK")
    path = ledger / "strikes.csv"
    first = next(i for i, row in enumerate(csv.reader(io.StringIO(path.read_text())), 1) if row[0] == "2022-03-06")
    lines = refused(ledger, 'pledges.csv:20: donor_code: "UK": not in donors.csv')
    assert any("the same key stands in line" in line for line in lines)
    assert first


@pytest.mark.parametrize(
    ("table", "line", "column", "value", "rule"),
    [
        ("strikes", 3, "missiles_intercepted", "999", "interception-needs-launch"),
        ("strike_months", 4, "missiles_intercepted", "999", "missiles-intercepted-within-launched"),
        ("strikes", 212, "killed", "-1", "must be 0 or more"),
        ("pledges", 100, "announced_on", "2204-03-22", "date-within-ledger"),
        ("losses_readings", 100, "value_low", "99", ""),
    ],
)
def test_07_row_rules_by_name(ledger, table, line, column, value, rule):
    edit(ledger, table, line, column, value)
    if column == "value_low":
        edit(ledger, table, line, "value_high", "9")
        rule = "low-below-high"
    refused(ledger, f"{table}.csv:{line}: ", rule)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.replace(b"Kyiv", b"Ky\0iv", 1),
        lambda raw: raw.replace(b"Kyiv", b'"Kyiv', 1),
        lambda raw: raw + b"x," * 10_000 + b"x\n",
        lambda raw: raw.replace(b"Kyiv", b"K" * 5_000_000, 1),
        lambda raw: b"",
        lambda raw: raw[: raw.index(b"\n") + 1],
    ],
    ids=["nul", "open quote", "10,000 cells", "5 MB cell", "empty", "header only"],
)
def test_08_bad_bytes_give_one_message_within_a_second(ledger, damage):
    path = ledger / "strikes.csv"
    path.write_bytes(damage(path.read_bytes()))
    started = time.monotonic()
    found = checks.check(ledger, ["strikes"])
    assert time.monotonic() - started < 1
    assert len(found) == 1
    assert len(str(found[0])) < 400


def test_09_formulas_are_refused_and_never_exported(ledger):
    edit(ledger, "pledges", 30, "description", "=cmd()")
    refused(ledger, 'pledges.csv:30: description: "=cmd()": begins like a spreadsheet formula; reword it')
    import pandas as pd

    text = figures.to_csv(pd.DataFrame({"a": ["=cmd()", "+1", "-x", "@y", "fine"], "n": [-1, 2, 3, 4, 5]})).decode()
    assert text.splitlines()[1:] == ["'=cmd(),-1", "'+1,2", "'-x,3", "'@y,4", "fine,5"]


def test_10_a_cyrillic_letter_in_an_id(ledger):
    edit(ledger, "pledges", 30, "pledge_id", "\u0420" + "0029")
    refused(ledger, "pledges.csv:30: pledge_id: ", "Cyrillic capital letter er looks like a Latin letter")


@pytest.mark.parametrize("word", ["NA", "None", "null"])
def test_11_words_that_look_missing_stay_text(ledger, word):
    edit(ledger, "strikes", 50, "note", word)
    assert CliRunner().invoke(main, ["check", "--data", str(ledger)]).exit_code == 0
    assert tables.load("strikes", ledger)["note"].iloc[48] == word


TABLES = {name: (PROJECT / "data" / f"{name}.csv").read_bytes() for name in ("donors", "oblasts", "strike_months")}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(TABLES)))
def test_any_damage_to_bytes_is_refused_or_leaves_all_other_rows_as_they_were(ledger, data, name):
    raw = TABLES[name]
    at = data.draw(st.integers(0, len(raw) - 1))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=40))
    damaged = raw[:at] + put + raw[at + cut :]
    (ledger / f"{name}.csv").write_bytes(damaged)
    started = time.monotonic()
    found = checks.check(ledger, [name])
    assert time.monotonic() - started < 2
    for problem in found:
        assert str(problem).startswith(str(ledger / f"{name}.csv") + ":")
        assert "\n" not in str(problem)
        json.dumps(str(problem))
    if not found:
        whole, after = tables.load(name), tables.load(name, ledger)
        key = whole.columns[0]
        touched = set(whole[key].astype("str")) ^ set(after[key].astype("str"))
        both = whole.merge(after, how="outer", indicator=True)
        changed = set(both.loc[both["_merge"] != "both", key].astype("str"))
        assert len(changed | touched) <= raw[at : at + cut].count(b"\n") + put.count(b"\n") + 2
    (ledger / f"{name}.csv").write_bytes(raw)
