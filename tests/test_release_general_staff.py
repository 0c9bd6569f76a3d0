"""The General Staff's JSON: keys that change, re-counts, days that are missing, and slips."""

import json

import pandas as pd
import pytest

from warledger import losses
from warledger.errors import DataError
from warledger.releases import read_general_staff
from warledger.releases.general_staff import thursdays
from warledger.tables import load

FIRST = pd.Timestamp("2022-02-25")
OLD = {"military auto": 100, "fuel tank": 60}


def records(days=100, since="2022-04-01"):
    """Bulletins of consecutive days; tanks grow by 10 a day, personnel by 100."""
    made = []
    for date in pd.date_range(since, periods=days):
        number = (date - FIRST).days + 2
        record = {"date": f"{date:%Y-%m-%d}", "day": number, "aircraft": 90 + number, "helicopter": 90 + number,
                  "tank": 10 * number, "APC": 2500 + number, "field artillery": 350 + number, "MRL": 90 + number,
                  "drone": number, "naval ship": 2, "anti-aircraft warfare": number}  # fmt: skip
        if date < pd.Timestamp("2022-05-01"):
            record |= {"military auto": 100 + number, "fuel tank": 60, "mobile SRBM system": 4}
        else:
            record |= {"vehicles and fuel tanks": 1800 + number, "cruise missiles": 84 + number}
        made.append(record)
    return made


def people(equipment):
    return [
        {"date": r["date"], "day": r["day"], "personnel": 100 * r["day"], "personnel*": "about", "POW": 0}
        for r in equipment
    ]


@pytest.fixture
def read(tmp_path):
    def written(name, content):
        path = tmp_path / f"{name}.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def reader(equipment, personnel=None, corrections=None):
        paths = [
            written("equipment", equipment),
            written("personnel", people(records()) if personnel is None else personnel),
        ]
        return read_general_staff(*paths, *([written("corrections", corrections)] if corrections is not None else []))

    return reader


def test_bulletins_have_the_shape_of_our_tables(read):
    found = read(records(), corrections=[{"date": "2022-04-07", "day": 43, "tank": -3, "APC": 0}])
    assert found.daily.dtypes.equals(load("losses_weekly").dtypes)
    assert found.restatements.dtypes.equals(load("losses_restatements").dtypes)
    assert [report.rows for report in found.reports] == [report.kept for report in found.reports] == [100, 100, 1]
    row = found.daily.set_index("date").loc["2022-04-07"]
    assert row[["personnel", "tanks", "personnel_qualifier", "prisoners_2022"]].tolist() == [4300, 430, "about", 0]
    columns = ["item", "restated_by", "change_in_total", "loss_reported_for_day"]
    assert found.restatements[columns].to_numpy().tolist() == [["tanks", -3, 10, 13]]
    assert thursdays(found.daily)["date"].dt.day_name().unique().tolist() == ["Thursday"]


def test_a_recount_is_taken_out_of_its_week_and_never_added(read):
    found = read(records(), corrections=[{"date": "2022-04-13", "day": 49, "tank": 50}])
    weeks = losses.weekly_losses(thursdays(found.daily), found.restatements, "tanks").set_index("date")
    assert weeks.loc["2022-04-14", ["change", "restated", "loss"]].tolist() == [70, 50, 20]
    assert weeks.loc["2022-04-21", ["change", "restated", "loss"]].tolist() == [70, 0, 70]


def test_keys_of_before_and_after_may_2022_join_and_a_new_item_has_no_first_loss(read):
    daily = read(records()).daily.set_index("date")
    assert daily.loc["2022-04-30", "vehicles_and_fuel_tanks"] == daily.loc["2022-04-30", "military_vehicles_2022"] + 60
    assert daily.loc["2022-05-01", "vehicles_and_fuel_tanks"] == 1867
    assert daily.loc["2022-04-30", "srbm_systems_2022"] == 4
    assert pd.isna(daily.loc["2022-05-01", "srbm_systems_2022"])
    assert pd.isna(daily.loc["2022-04-30", "cruise_missiles"])
    weeks = losses.weekly_losses(thursdays(daily.reset_index()), read(records()).restatements, "cruise_missiles")
    assert weeks["loss"].max() == 7  # 84 and more on the first day are a backlog


def test_the_correction_dated_a_day_early_is_moved(read):
    equipment = records(since="2023-05-01", days=60)
    found = read(equipment, people(equipment), [{"date": "2023-05-27", "day": 458, "tank": 5}])
    assert found.restatements["date"].tolist() == [pd.Timestamp("2023-05-28")]
    assert found.reports[2].repaired["correction dated a day early"].tolist() == [1]


def test_a_missing_day_leaves_a_gap_and_no_week_reaches_across_it(read):
    equipment = [record for record in records() if record["date"] != "2022-04-14"]
    found = read(equipment)
    gap = found.daily.set_index("date").loc["2022-04-14"]
    assert pd.isna(gap["tanks"])
    assert gap["personnel"] == 5000
    weeks = losses.weekly_losses(thursdays(found.daily), found.restatements, "tanks")
    assert not {pd.Timestamp("2022-04-14"), pd.Timestamp("2022-04-21")} & set(weeks["date"])
    assert weeks["loss"].unique().tolist() == [70]
    assert found.reports[0].findings == [
        "no record of 2022-04-14: 1 days are missing, and so are the weeks that they end"
    ]


def test_a_day_given_twice_alike_counts_once_and_given_twice_differently_is_refused(read):
    equipment = records()
    found = read([*equipment[:10], equipment[9], *equipment[10:]])
    assert found.reports[0].set_aside["the same record again"].tolist() == [11]
    assert (found.reports[0].rows, found.reports[0].kept) == (101, 100)
    with pytest.raises(DataError, match=r"equipment.json: 2022-04-10: records 10 and 11 are of one day and differ"):
        read([*equipment[:10], {**equipment[9], "tank": 461}, *equipment[10:]])


def test_a_placeholder_at_the_end_is_set_aside(read):
    equipment = records()
    last = {**equipment[-1], "date": "2022-07-10", "day": 137}
    found = read([*equipment, last])
    assert found.reports[0].set_aside == {"placeholder: the last record equals the one before": [101]}
    assert found.daily["date"].max() == pd.Timestamp("2022-07-09")


@pytest.mark.parametrize("at", [3, 50, 98, 99])
@pytest.mark.parametrize("factor", [10, 0.1])
def test_a_ten_fold_slip_is_left_out_and_named_wherever_it_stands(read, at, factor):
    equipment = records()
    equipment[at]["tank"] = round(equipment[at]["tank"] * factor)
    found = read(equipment)
    missing = found.daily["tanks"].isna()
    assert missing.sum() == 1
    assert missing[at]
    assert len(found.reports[0].findings) == 1
    assert found.reports[0].findings[0].startswith(f"tanks of {equipment[at]['date']}: ")


def test_newest_first_is_put_in_order(read):
    found = read(records()[::-1])
    assert found.daily["date"].is_monotonic_increasing
    assert "put in order of date" in found.reports[0].repaired


def test_nulls_stay_missing_and_never_become_zero(read):
    equipment = records()
    equipment[20]["drone"] = None
    daily = read(equipment).daily
    assert daily["uavs"].isna().sum() == 1
    assert daily["ground_robots"].isna().all()


def change(key, value, at=5):
    made = records()
    made[at] = {**made[at], key: value}
    return made


def renamed(old, new, since=0):
    return [
        {new if key == old and at >= since else key: value for key, value in r.items()}
        for at, r in enumerate(records())
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (json.dumps(records())[:5000], "is no whole JSON file"),
        (json.dumps(records())[:-1] + ",]", "is no whole JSON file (Expecting value: line 1 column"),
        ("[" * 100_000, "is no whole JSON file"),
        ('{"data": []}', "is no list of records in JSON"),
        ([1, *records()], "holds more than records"),
        (change("tank", 10**400), "tank: a number of hundreds of digits"),
        ("[]", "has no keys 'date' and 'day'"),
        ("<!DOCTYPE html><html>", "this is a web page"),
        (change("date", "06.04.2022"), "record 6: date: '06.04.2022' is not a day written as 2024-03-21"),
        (change("tank", "many"), "record 6: tank: 'many' is no count"),
        (change("tank", -5), "record 6: tank: -5"),
        (change("tank", 5.5), "record 6: tank: 5.5"),
        (renamed("tank", "tanks"), "no record has the key 'tank'; did you mean 'tanks'?"),
        (renamed("tank", "tanks", 60), "record of 2022-05-31: the key 'tank' ends and 'tanks' begins"),
    ],
)
def test_records_that_would_mislead_are_refused(read, content, sentence):
    with pytest.raises(DataError) as error:
        read(content)
    assert sentence in str(error.value)
    assert str(error.value).startswith("equipment.json: ")


def test_a_mistyped_year_is_refused(read):
    with pytest.raises(DataError, match="2022-04-01 to 2204-04-06 are mostly missing"):
        read(change("date", "2204-04-06"))


def test_a_new_item_is_reported_and_a_number_with_commas_read(read):
    equipment = [{**record, "laser": 1} for record in records()]
    equipment[3]["tank"] = "390"
    found = read(equipment)
    assert found.reports[0].findings == ["key 'laser' is not known and not read; it begins with 2022-04-01"]
    assert found.daily["tanks"][3] == 390


def test_personnel_in_both_files_counts_as_in_its_own(read):
    equipment = [{**record, "personnel": 1, "personnel*": "more"} for record in records()]
    assert read(equipment).daily[["personnel", "personnel_qualifier"]].iloc[5].tolist() == [4200, "about"]
