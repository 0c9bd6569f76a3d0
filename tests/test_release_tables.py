"""Releases in place of tables: what the notebooks draw from them, and what their figures say of it."""

import hashlib
import json

import pandas as pd
import pytest

from test_release_acled import COLUMNS as ACLED_COLUMNS
from test_release_acled import MORE
from test_release_acled import ROWS as ACLED_ROWS
from test_release_attack_log import NINE
from test_release_attack_log import ROWS as LOG_ROWS
from test_release_general_staff import people, records
from test_release_tracker import LAYOUTS, write
from warledger import runs, tables
from warledger.errors import DataError, ParameterError
from warledger.parameters import check_period
from warledger.releases.tables import loss_tables, pledge_table, strike_tables


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A release of each kind, and a process that has read none."""
    monkeypatch.setattr(tables, "inputs", {})
    monkeypatch.setattr(tables, "released", {})
    write(tmp_path / "tracker.xlsx", *LAYOUTS["release 21"])
    (tmp_path / "equipment.json").write_text(json.dumps(records()), encoding="utf-8")
    (tmp_path / "personnel.json").write_text(json.dumps(people(records())), encoding="utf-8")
    names = ["time_start", "time_end", "model", "target", "launched", "destroyed", "not_reach_goal", "source"]
    log = pd.DataFrame(LOG_ROWS, columns=names).reindex(columns=NINE)
    log.to_csv(tmp_path / "log.csv", index=False, lineterminator="\n")
    acled = pd.DataFrame(ACLED_ROWS, columns=[*ACLED_COLUMNS, *MORE])
    acled.to_csv(tmp_path / "acled.csv", index=False, lineterminator="\n")
    return tmp_path


def test_no_release_gives_the_ledger(files):
    pd.testing.assert_frame_equal(pledge_table(""), tables.load("pledges"))
    pd.testing.assert_frame_equal(loss_tables("")[1], tables.load("losses_restatements"))
    pd.testing.assert_frame_equal(strike_tables("", "").places, tables.load("strikes"))
    assert tables.released == {}


def test_a_release_is_printed_and_registered_with_its_hash(files, capsys):
    pledge_table(str(files / "tracker.xlsx"))
    assert "tracker.xlsx, data to 2024-03-01: 3 of 3 rows used" in capsys.readouterr().out
    digest = hashlib.sha256((files / "tracker.xlsx").read_bytes()).hexdigest()
    assert tables.inputs["tracker.xlsx"] == digest
    assert [one["sha256"] for one in tables.released.values()] == [digest]


def test_a_log_gives_waves_and_an_export_the_map(files):
    found = strike_tables(str(files / "log.csv"), str(files / "acled.csv"))
    assert len(found.strikes) == 7
    assert set(found.places["publisher"]) == {"ACLED"}
    assert strike_tables("", str(files / "acled.csv")).strikes.equals(tables.load("strikes"))
    assert strike_tables(str(files / "log.csv"), "").places.equals(tables.load("strikes"))


def test_losses_need_both_files(files):
    with pytest.raises(ParameterError, match="general_staff: 1 files; give those of equipment and personnel"):
        loss_tables(str(files / "equipment.json"))
    weekly, recounts = loss_tables(f"{files}/equipment.json, {files}/personnel.json")
    assert (len(weekly), len(recounts)) == (14, 0)
    notes = {one["note"] for one in tables.released.values()}
    assert notes == {"No file of re-counts was given: they are inside the weeks"}


def test_a_period_may_reach_beyond_the_ledger_only_with_a_release():
    with pytest.raises(ParameterError, match="lies outside the ledger"):
        check_period("2027-01-01", "")
    assert str(check_period("2027-01-01", "", "log.csv")) == "2027-01-01 on"
    assert str(check_period("2022-02-24", "2027-01-31", "log.csv")) == "2022-02-24 to 2027-01-31"


def test_the_command_makes_paths_absolute_and_leaves_addresses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"general_staff": "a.json,https://example.org/b.json"}
    assert runs.plan(["losses"], given)["losses"] == {"general_staff": f"{tmp_path}/a.json,https://example.org/b.json"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameter", "file", "drawn", "ledger"),
    [
        ("pledges", "tracker", "tracker.xlsx", {"donors_ranked", "envelopes", "race", "loans_and_grants"}, set()),
        ("losses", "general_staff", "equipment.json", {"claimed_by_week", "figures_by_kind"}, {"own_statements"}),
        (
            "strikes",
            "attack_log",
            "log.csv",
            {"launched_by_month", "waves", "intercepted_by_weapon", "drones_by_day"},
            {"tolls_map", "kyiv_pauses"},
        ),
        ("strikes", "acled", "acled.csv", {"tolls_map"}, {"launched_by_month", "waves", "kyiv_pauses"}),
    ],
)
def test_figures_say_what_they_were_read_from(files, name, parameter, file, drawn, ledger):
    value = f"{files}/equipment.json,{files}/personnel.json" if name == "losses" else str(files / file)
    jobs = runs.jobs_of(runs.plan([name], {parameter: value}, str(files / "figures")))
    outcome = runs.run_jobs(jobs, tell=lambda line: None)[0]
    assert outcome.error == "", outcome.message
    for figure in drawn | ledger:
        about = json.loads((files / "figures" / name / f"{figure}.json").read_text(encoding="utf-8"))
        assert about["parameters"][parameter] == value
        assert about["inputs_sha256"][file] == hashlib.sha256((files / file).read_bytes()).hexdigest()
        assert about["releases"][0]["data_until"] > "2022"
        assert about["releases"][0]["rows"] == about["releases"][0]["kept"] + sum(
            about["releases"][0]["set_aside"].values()
        )
        if figure in drawn:
            own, _, read = about["note"].partition("Read from ")
            assert read.startswith(f"{file} to ")
            for sentence in ("ledger", "Rates of the announcement day", "Notable strikes only"):
                assert sentence not in own, figure
            assert file in about["source_line"]
            assert about["licence"] == "terms of the release's publisher"
        else:
            assert about["note"].endswith("From the ledger: the release has no such figures.")
            assert file not in about["source_line"]


@pytest.mark.slow
def test_a_file_that_is_no_release_ends_the_run_in_one_sentence(files):
    (files / "page.xlsx").write_text("<!DOCTYPE html><title>404</title>", encoding="utf-8")
    plan = runs.plan(["pledges"], {"tracker": str(files / "page.xlsx")}, str(files / "figures"))
    jobs = runs.jobs_of(plan)
    outcome = runs.run_jobs(jobs, tell=lambda line: None)[0]
    assert outcome.error == DataError.__name__
    assert "page.xlsx: this is a web page, not data" in outcome.message
    assert [path for path in (files / "figures").rglob("*") if path.is_file()] == []
