"""The attack log with 9, 16, 19 and 22 columns, written by hand."""

import pandas as pd
import pytest

from warledger import strikes
from warledger.errors import DataError
from warledger.releases import read_attack_log
from warledger.tables import load

NINE = ["time_start", "time_end", "model", "launch_place", "target", "carrier", "launched", "destroyed", "source"]
SIXTEEN = [*NINE[:8], "not_reach_goal", "cross_border_belarus", "back_russia", "still_attacking", "destroyed_details",
           "launched_details", "launch_place_details", "source"]  # fmt: skip
NINETEEN = [*SIXTEEN[:12], "num_hit_location", "num_fall_fragment_location", "affected region", *SIXTEEN[12:]]
TWENTY_TWO = [
    *NINETEEN[:5],
    "target_main",
    *NINETEEN[5:9],
    "border_crossing",
    "is_shahed",
    "turbojet",
    *NINETEEN[11:],
    "note",
]
LAYOUTS = {9: NINE, 16: SIXTEEN, 19: NINETEEN, 22: TWENTY_TWO}
POST = "kpszsu/posts/pfbid0"
ROWS = [  # newest first: start, end, model, target, launched, destroyed, lost, source
    ("2025-07-24", "2025-07-24 08:00", "Shahed-136/131", "Ukraine", "103", "78", "0", f"{POST}9"),
    ("2025-02-01 20:00 ", "2025-02-02 08:30", "X-101/X-555", "Ukraine", "20", "", "", f"{POST}8"),
    ("2025-02-01 20:00", "2025-02-02 08:30", "Shahed-136/131", "Ukraine", "100", "60", "30", f"{POST}8"),
    ("2024-03-21", "2024-03-21", "Supercam", "south", "1", "1", "", "PvKPivden/posts/pfbid0a"),
    ("2024-03-21", "2024-03-21 16:00", "X-59", "Odesa oblast", "2", "2", "", "PvKPivden/posts/pfbid0b"),
    ("2024-03-21 03:00", "2024-03-21 07:00", "X-101/X-555", "Kyiv", "29", "29", "", f"{POST}7"),
    ("2024-03-21 03:00", "2024-03-21 07:00", "Iskander-M/KN-23 and X-47 Kinzhal", "Kyiv", "2", "2", "", f"{POST}7"),
    (
        "2024-03-20 22:00",
        "2024-03-21 02:00",
        "X-101/X-555 and Kalibr",
        "Ukraine",
        "12.0",
        "9.0",
        "",
        "CinCAFU/posts/pfbid06",
    ),
    ("2023-05-16 3:30", "2023-05-16 07:00", "X-47 Kinzhal", "Kyiv", "6", "6", "", f"{POST}5"),
    ("2023-05-16 03:30", "2023-05-16 07:00", "Orlan-10 and ZALA", "Kyiv", "3", "3", "", f"{POST}5"),
    ("2023-05-16 03:30", "2023-05-16 07:00", "Unknown UAV", "Kyiv", "3", "4", "", f"{POST}5"),
    ("2023-05-16", "", "C-300", "Ukraine", "", "0", "", f"{POST}4"),
    ("", "", "C-300", "Ukraine", "1", "0", "", f"{POST}3"),
    ("2022-10-10", "2022-10-10", "Kalbr", "Ukraine", "7", "1", "", f"{POST}2"),
    ("2022-10-10", "2022-10-10", "KAB", "Ukraine", "5", "", "", f"{POST}2"),
    ("2022-10-10", "2022-10-10", "Kalibr", "Ukraine", "7", "1", "", ""),
]


@pytest.fixture
def log(tmp_path):
    def reader(rows=ROWS, columns=22, names=None):
        table = pd.DataFrame(rows, columns=[*("time_start", "time_end", "model", "target"), "launched", "destroyed",
                                            "not_reach_goal", "source"])  # fmt: skip
        table = table.reindex(columns=LAYOUTS[columns]).rename(columns=names or {})
        assert len(table.columns) == columns
        path = tmp_path / "log.csv"
        table.to_csv(path, index=False, lineterminator="\n")
        return read_attack_log(path)

    return reader


@pytest.mark.parametrize("columns", LAYOUTS)
def test_every_layout_gives_the_same_waves(log, columns):
    found = log(columns=columns)
    assert found.report.rows == 16 == found.report.kept + sum(len(rows) for rows in found.report.set_aside.values())
    for name, frame in (("strikes", found.strikes), ("strike_weapons", found.weapons), ("strike_months", found.months)):
        assert frame.dtypes.equals(load(name).dtypes), name
    waves = found.strikes.set_index("strike_id")
    assert waves.index.tolist() == [
        "2022-10-10", "2023-05-16", "2023-05-16b", "2024-03-21", "2024-03-21b", "2025-02-02", "2025-07-24"]  # fmt: skip
    assert waves.loc["2024-03-21b", ["main_target", "kyiv_named", "oblast", "missiles_launched"]].tolist() == [
        "Kyiv", True, "UA-30", 31]  # fmt: skip
    assert pd.isna(waves.loc["2024-03-21b", "drones_launched"])
    assert waves.loc["2024-03-21", ["main_target", "missiles_launched"]].tolist() == ["nationwide", 12]


def test_a_wave_belongs_to_the_local_date_on_which_it_ended(log):
    waves = log().strikes.set_index("strike_id")
    assert waves.loc["2024-03-21", "start_local"] == pd.Timestamp("2024-03-20 22:00")
    assert waves.loc["2025-02-02", "date_local"] == pd.Timestamp("2025-02-02")
    assert pd.isna(waves.loc["2025-07-24", "start_local"])
    assert waves.loc["2025-07-24", "end_local"] == pd.Timestamp("2025-07-24 08:00")


def test_kill_claims_and_regional_commands_are_set_aside_and_counted(log):
    report = log().report
    assert {reason: rows.tolist() for reason, rows in report.set_aside.items()} == {
        "no day": [14],
        "no source, so not known who reports": [17],
        "kill claim on a reconnaissance drone, by a regional command": [5],
        "kill claim on a reconnaissance drone": [11],
        "report of a regional command on a missile or attack drone": [6],
        "model not known: Kalbr (near Kalibr)": [15],
    }
    assert "set aside, report of a regional command on a missile or attack drone: 2 launched" in report.findings


def test_lumped_models_stay_lumped_in_our_names(log):
    weapons = log().weapons.set_index("reported_as")
    columns = ["weapon", "weapon_class", "combined", "mixed_classes"]
    assert weapons.loc["X-101/X-555 and Kalibr", columns].tolist() == [
        "Kh-101/Kh-555 + Kalibr",
        "cruise missile",
        True,
        False,
    ]
    assert weapons.loc["Iskander-M/KN-23 and X-47 Kinzhal", columns].tolist() == [
        "Iskander-M/KN-23 + Kh-47M2 Kinzhal", "ballistic missile", True, True]  # fmt: skip


def test_a_null_interception_is_no_zero_and_a_bomb_no_missile(log):
    found = log()
    waves = found.strikes.set_index("strike_id")
    assert pd.isna(waves.loc["2025-02-02", "missiles_intercepted"])
    assert waves.loc[
        "2025-02-02", ["missiles_launched", "drones_launched", "drones_intercepted", "drones_lost"]
    ].tolist() == [20, 100, 60, 30]
    assert pd.isna(waves.loc["2022-10-10", "missiles_launched"])
    assert pd.isna(waves.loc["2023-05-16", "missiles_launched"])  # an S-300 without a number
    months = found.months.set_index("month")
    assert months.loc[
        "2025-02-01", ["missiles_launched", "missiles_intercepted", "waves_without_missile_intercepts"]
    ].tolist() == [20, 0, 1]


def test_more_shot_down_than_launched_is_no_interception(log):
    found = log()
    assert pd.isna(found.weapons.set_index("reported_as").loc["Unknown UAV", "intercepted"])
    assert found.report.repaired["more shot down than launched: number shot down taken as missing"].tolist() == [12]


def test_drones_lost_are_missing_after_the_reporting_break(log):
    found = log()
    assert pd.isna(found.strikes.set_index("strike_id").loc["2025-07-24", "drones_lost"])
    table = strikes.by_month(found.months)
    assert table.loc["2025-07-01", "drone_rate"] == pytest.approx(78 / 103)
    assert table.loc["2025-02-01", "drone_rate_comparable"] == pytest.approx(0.9)


def test_odd_writings_of_times_are_one_wave_and_reported(log):
    found = log()
    assert found.strikes.set_index("strike_id").loc[
        "2023-05-16b", ["missiles_launched", "drones_launched"]
    ].tolist() == [6, 3]
    assert found.report.as_dict()["repaired"]["time_start with blanks or without a zero"] == 2


def test_order_does_not_matter(log):
    newest, oldest = log(), log(ROWS[::-1])
    pd.testing.assert_frame_equal(newest.strikes, oldest.strikes)
    pd.testing.assert_frame_equal(newest.months, oldest.months)


def test_months_add_up_to_the_rows_of_attacks(log):
    found = log()
    missiles = found.weapons[~found.weapons["weapon_class"].isin(["one-way drone"]) & ~found.weapons["weapon"].isin(
        ["Guided bomb", "Drone, type not given"])]  # fmt: skip
    assert found.months["missiles_launched"].sum() == missiles["launched"].sum() == 20 + 29 + 2 + 12 + 6
    assert found.months["waves"].sum() == len(found.strikes)
    assert found.months["note"].dropna().tolist() == [
        "Incomplete: the reports start on 2022-10-10.", "Incomplete: the reports end on 2025-07-24."]  # fmt: skip


def test_the_computations_of_strikes_work_on_it_unchanged(log):
    found = log()
    assert strikes.waves(found.strikes, 20)["missiles_launched"].tolist() == [31, 20]
    assert set(strikes.waves(found.strikes, 1)["target"]) == {"other or several"}
    assert strikes.by_weapon(found.weapons, found.strikes)["weapon"].tolist() == [
        "Kh-101/Kh-555", "Shahed-136/131, from 24 July 2025", "Shahed-136/131, to 23 July 2025"]  # fmt: skip
    assert strikes.drone_days(found.strikes).loc["2025-02-01", 2] == 100
    every = strikes.selected(found.strikes, list(found.strikes["target_kind"].cat.categories), ["medium"], [])
    assert len(every) == len(found.strikes)
    assert strikes.selected(found.strikes, ["energy"], ["medium"], []).empty


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"names": {"destroyed": "destroyd"}}, "header: no column 'destroyed'; did you mean 'destroyd'?"),
        ({"names": {"not_reach_goal": "not_reached_goal"}}, "'not_reach_goal'; did you mean 'not_reached_goal'?"),
        ({"rows": [(*ROWS[0][:4], "many", *ROWS[0][5:])]}, "row 2: launched: 'many' is no count"),
        ({"rows": [ROWS[0], (*ROWS[1][:4], "-3", *ROWS[1][5:])]}, "row 3: launched: '-3' is no count"),
        ({"rows": [(*ROWS[0][:5], "2.5", *ROWS[0][6:])]}, "row 2: destroyed: '2.5' is no count"),
    ],
)
def test_what_cannot_be_read_right_is_refused(log, change, sentence):
    with pytest.raises(DataError) as error:
        log(**change)
    assert sentence in str(error.value)


def test_a_mistyped_year_makes_no_wave_of_its_own(log):
    slip = ("2024-03-20 22:00", "2204-03-21 02:00", *ROWS[0][2:])
    found = log(rows=[ROWS[0], slip])
    assert found.report.set_aside["start and end more than three days apart: one is mistyped"].tolist() == [3]
    assert found.strikes["date_local"].dt.year.tolist() == [2025]


def test_a_log_without_an_attack_gives_empty_tables(log):
    found = log(rows=[ROWS[3]])
    assert (len(found.strikes), len(found.weapons), len(found.months), found.report.kept) == (0, 0, 0, 0)
