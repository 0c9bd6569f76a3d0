"""Every rule finds the row that breaks it, by name, and an excuse excuses exactly one row."""

import csv
import io

import pytest

from test_checks import edit, problems
from warledger import checks
from warledger.rules import CHECKS, CROSS_CHECKS


def line_of(folder, table, key):
    rows = list(csv.reader(io.StringIO((folder / f"{table}.csv").read_text(encoding="utf-8"))))
    return next(number for number, row in enumerate(rows, start=1) if row[0] == key)


def set_cells(folder, table, key, cells):
    for column, value in cells.items():
        edit(folder, table, line_of(folder, table, key), column, value)


BREAKS = [
    ("pledges", "P0331", {"announced_on": "2204-03-20"}, "date-within-ledger"),
    ("pledges", "P0331", {"part_of": ""}, "payment-has-envelope"),
    ("pledges", "P0002", {"aid_type": "humanitarian"}, "loan-is-financial"),
    ("pledges", "P0331", {"part_of": "P0269"}, "part-of-same-donor"),
    ("pledges", "P0297", {"part_of": "P0331"}, "no-circle-of-parts"),
    ("pledges", "P0297", {"part_of": "P0297"}, "no-circle-of-parts"),
    ("pledges", "P0331", {"may_overlap_with": "P0297"}, "part-or-overlap"),
    ("donors", "AUS", {"population_2021": ""}, "gdp-and-population-together"),
    ("losses_weekly", "2024-03-21", {"date": "2024-03-20"}, "bulletin-of-a-thursday"),
    ("losses_weekly", "2024-03-21", {"personnel": "33840"}, "totals-never-fall"),
    ("losses_restatements", "2025-02-28", {"loss_reported_for_day": "7"}, "change-is-recount-plus-loss"),
    ("losses_restatements", "2025-02-28", {"restated_by": "0"}, "recount-is-not-zero"),
    ("losses_readings", "R0440", {"published": "2022-03-01"}, "published-after-as-of"),
    ("losses_readings", "R0440", {"value": "", "value_low": "", "value_high": ""}, "value-or-range"),
    ("losses_readings", "R0440", {"value": "", "value_low": "9", "value_high": "3"}, "low-below-high"),
    ("losses_readings", "R0440", {"value": "20", "value_low": "3", "value_high": "9"}, "value-within-range"),
    ("losses_oryx", "2022-03-31", {"all_types": "7"}, "types-within-all-types"),
    ("strikes", "2022-07-09", {"toll_as_of": "2022-07-08"}, "toll-after-strike"),
    ("strikes", "2024-03-21", {"strike_id": "2024-03-20"}, "id-begins-with-date"),
    ("strikes", "2024-03-21", {"start_local": "2024-03-21 08:00"}, "end-after-start"),
    ("strikes", "2024-03-21", {"start_local": "2024-03-19 03:00"}, "at-most-35-hours"),
    ("strikes", "2024-03-21", {"end_local": "2024-03-22 07:00"}, "dated-by-its-end"),
    ("strikes", "2024-03-21", {"missiles_intercepted": "32"}, "missiles-intercepted-within-launched"),
    ("strikes", "2024-03-21", {"drones_intercepted": "1"}, "drones-intercepted-within-launched"),
    ("strikes", "2022-03-01", {"missiles_intercepted": "1"}, "interception-needs-launch"),
    ("strikes", "2025-02-01", {"drones_lost": "99"}, "drones-down-within-launched"),
    ("strikes", "2025-09-07", {"drones_lost": "1"}, "no-drones-lost-after-break"),
    ("strikes", "2024-03-21", {"killed_in_place": "5"}, "killed-in-place-within-killed"),
    ("strikes", "2024-03-21", {"toll_source_url": ""}, "toll-has-a-page"),
    ("strikes", "2024-03-21", {"main_target": "nationwide"}, "nationwide-has-no-place"),
    ("strikes", "2024-03-21", {"oblast": ""}, "coordinates-together"),
    ("strikes", "2024-03-21", {"latitude": "55.75"}, "inside-ukraine"),
    ("strikes", "2024-03-21", {"oblast": "UA-46"}, "place-in-its-oblast"),
    ("strikes", "2024-03-21", {"missiles_launched": "40"}, "weapons-add-up"),
    ("strike_weapons", "2024-03-21", {"intercepted": "99"}, "intercepted-within-launched"),
    ("strike_weapons", "2022-08-17", {"intercepted": "1"}, "interception-needs-launch"),
    ("strike_weapons", "2025-02-01", {"weapon": "A + B", "combined": "false"}, "lumped-models-are-marked"),
    ("strike_months", "2024-03", {"missiles_intercepted": "270"}, "missiles-intercepted-within-launched"),
    ("strike_months", "2024-08", {"drones_lost": "795"}, "drones-down-within-launched"),
    ("timeline", "E001", {"event_on": "2021-02-24"}, "date-within-ledger"),
]


@pytest.mark.parametrize(("table", "key", "cells", "rule"), BREAKS, ids=[f"{b[0]}-{b[3]}" for b in BREAKS])
def test_a_rule_finds_the_row_and_is_named(ledger, table, key, cells, rule):
    line = line_of(ledger, table, key)
    set_cells(ledger, table, key, cells)
    found = [message for message in problems(ledger, table) if f": {rule}: " in message]
    assert any(f"{table}.csv:{line}: " in message for message in found), problems(ledger, table)


def test_every_declared_rule_is_tried_here():
    declared = {(r["name"], rule["name"]) for r in checks.descriptor()["resources"] for rule in r.get("rules", [])}
    tried = {(table, rule) for table, _key, _cells, rule in BREAKS}
    elsewhere = {"no-pledge-twice", "running-totals-never-fall", "down-within-launched", "date-within-ledger"}
    assert {pair for pair in declared - tried if pair[1] not in elsewhere} == set()


def test_declared_checks_and_functions_are_the_same():
    rules = [rule for resource in checks.descriptor()["resources"] for rule in resource.get("rules", [])]
    assert {rule["check"] for rule in rules if "check" in rule} == set(CHECKS)
    assert {check["name"] for check in checks.descriptor()["crossChecks"]} == set(CROSS_CHECKS)


def test_lost_weapons_beyond_those_launched_are_found(ledger):
    path = ledger / "strike_weapons.csv"
    text = path.read_text(encoding="utf-8").replace(
        "2025-02-01,Shahed-136/131,one-way drone,123,56,61", "2025-02-01,Shahed-136/131,one-way drone,123,56,99"
    )
    path.write_text(text, encoding="utf-8")
    assert any("down-within-launched" in message for message in problems(ledger, "strike_weapons"))


def test_a_pledge_typed_twice_is_a_suspect(ledger):
    path = ledger / "pledges.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, row in enumerate(rows) if row.startswith("P0332,"))
    rows.insert(at + 1, rows[at].replace("P0332,2024-03-20", "P0999,2024-03-20"))
    path.write_text("".join(rows), encoding="utf-8")
    found = problems(ledger, "pledges")
    assert len(found) == 1
    assert "no-pledge-twice: looks like P0332 again" in found[0]


def test_pledges_of_one_amount_years_apart_are_no_twins_in_whatever_order_they_stand(ledger):
    path = ledger / "pledges.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    twin = next(row for row in rows if row.startswith("P0332,"))
    rows.append(twin.replace("P0332,2024-03-20", "P9999,2022-03-20"))
    path.write_text("".join(rows), encoding="utf-8")
    found = problems(ledger, "pledges")
    assert found
    assert not any("no-pledge-twice" in message for message in found)


def test_a_running_total_that_falls_is_found_and_an_excuse_excuses_only_its_row(ledger):
    rows = (ledger / "excused.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    excused = next(row for row in rows if "R0459" in row)
    (ledger / "excused.csv").write_text("".join(row for row in rows if row != excused), encoding="utf-8")
    found = problems(ledger, "losses_readings")
    assert len(found) == 1
    assert "running-totals-never-fall: falls from" in found[0]


def test_an_excuse_that_nothing_needs_is_an_error(ledger):
    with (ledger / "excused.csv").open("a", encoding="utf-8") as file:
        file.write("weapons-add-up,strikes,2024-03-21,It once did not\n")
    found = [str(problem) for problem in checks.check(ledger)]
    assert len(found) == 1
    assert "excused.csv:" in found[0]
    assert "excuses-still-needed" in found[0]


def test_the_weekly_table_and_the_readings_of_a_day_agree(ledger):
    path = ledger / "losses_readings.csv"
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ",2024-03-20," in line and ",433090," in line)
    moved = row.replace("2024-03-20", "2024-03-21").replace("433090", "433841")
    path.write_text(text.replace(row, moved), encoding="utf-8")
    found = [str(problem) for problem in checks.check(ledger)]
    assert any("weekly-against-readings: losses_weekly.csv has 433,840 for 2024-03-21" in m for m in found), found


def test_waves_of_a_month_cannot_exceed_its_total(ledger):
    path = ledger / "strike_months.csv"
    text = path.read_text(encoding="utf-8").replace("\n2024-03,35,269,137,", "\n2024-03,35,140,137,")
    path.write_text(text, encoding="utf-8")
    found = [str(problem) for problem in checks.check(ledger)]
    assert any("waves-within-months: the month's waves" in message for message in found), found


def test_oryx_and_the_readings_of_a_day_agree(ledger):
    path = ledger / "losses_oryx.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([header, first.replace("2022-03-31,Russia,2147,352", "2022-03-31,Russia,2147,351"), *rest]))
    found = [str(problem) for problem in checks.check(ledger)]
    assert any("oryx-against-readings: losses_oryx.csv has 351 for 2022-03-31" in m for m in found), found


def test_donors_without_a_pledge_and_publishers_without_a_row_are_named(ledger):
    with (ledger / "donors.csv").open("a", encoding="utf-8") as file:
        file.write("ZZZ,Nowhere,Europe,false,true,,,World Bank,https://data.worldbank.org/,\n")
    with (ledger / "publishers.csv").open("a", encoding="utf-8") as file:
        file.write("\u017dzz,news,,\n")
    found = [str(problem) for problem in checks.check(ledger)]
    assert any('donor_code: "ZZZ": donors-with-pledges' in message for message in found), found
    assert any("publishers-with-rows" in message for message in found)


def test_an_unchanged_ledger_is_remembered(ledger, monkeypatch):
    assert checks.check(ledger) == []

    def never(*_):
        raise AssertionError("checked again")

    monkeypatch.setattr(checks, "_check_table", never)
    assert checks.check(ledger) == []
    edit(ledger, "donors", 3, "name", "Oesterreich")
    with pytest.raises(AssertionError, match="checked again"):
        checks.check(ledger)
