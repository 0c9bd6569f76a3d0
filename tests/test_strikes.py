"""Strikes: only wave totals add, a null is no zero, the break of 2025-07-24 is not averaged away."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warledger import strikes, tables

MONTHS = pd.DataFrame(
    {
        "month": pd.to_datetime(["2025-05-01", "2025-06-01", "2025-07-01", "2025-08-01"]),
        "drones_launched": pd.array([100, 300, 200, 400], dtype="Int64"),
        "drones_intercepted": pd.array([50, 150, 120, 320], dtype="Int64"),
        "drones_lost": pd.array([40, 120, 60, pd.NA], dtype="Int64"),
    }
)


def test_rates_with_and_without_the_drones_lost():
    table = strikes.by_month(MONTHS)
    assert table["drone_rate"].tolist() == [0.5, 0.5, 0.6, 0.8]
    assert table["drone_rate_comparable"].tolist() == pytest.approx([0.9, 0.9, 0.9, 0.8])


def test_rates_around_the_break_leave_its_own_month_out():
    year = pd.DataFrame({"month": pd.date_range("2024-07-01", periods=12, freq="MS")})
    for column, value in (("drones_launched", 100), ("drones_intercepted", 50), ("drones_lost", 40)):
        year[column] = pd.array([value] * 12, dtype="Int64")
    months = strikes.by_month(pd.concat([year, MONTHS.tail(2)], ignore_index=True))
    before, after = strikes.rates_around_break(months)
    assert before == pytest.approx((0.5, 0.9))
    assert after == pytest.approx((0.8, 0.8))
    assert strikes.rates_around_break(months.tail(8))[0] is None  # not the twelve months before
    assert strikes.rates_around_break(months.head(12))[1] is None


def test_before_anybody_published_the_drones_lost_there_is_no_comparable_rate():
    early = MONTHS.head(1).assign(month=pd.Timestamp("2024-05-01"), drones_lost=pd.array([pd.NA], dtype="Int64"))
    table = strikes.by_month(early)
    assert table["drone_rate"].tolist() == [0.5]
    assert table["drone_rate_comparable"].isna().all()


def test_on_the_ledger_the_published_rate_jumps_and_the_comparable_one_does_not():
    before, after = strikes.rates_around_break(strikes.by_month(tables.load("strike_months")))
    assert after[0] - before[0] > 0.25
    assert abs(after[1] - before[1]) < 0.1


def test_a_month_without_drones_has_no_rate():
    table = strikes.by_month(MONTHS.head(1).assign(drones_launched=pd.array([0], dtype="Int64")))
    assert table["drone_rate"].isna().all()


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_the_published_ones(hits, trials, low, high):
    assert strikes.wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_its_share_and_stays_between_0_and_1(pair):
    hits, trials = pair
    low, high = strikes.wilson(hits, trials)
    assert 0 <= low <= hits / trials + 1e-12
    assert hits / trials - 1e-12 <= high <= 1


@pytest.mark.parametrize("pair", [(1, 0), (3, 2), (-1, 2)])
def test_an_impossible_share_is_refused(pair):
    with pytest.raises(ValueError, match="is no share"):
        strikes.wilson(*pair)


def hand():
    table = pd.DataFrame(
        {
            "strike_id": ["a", "b", "c"],
            "counts_scope": ["wave total", "wave total", "single strike"],
            "date_local": pd.to_datetime(["2025-07-23", "2025-07-24", "2025-07-24"]),
        }
    )
    weapons = pd.DataFrame(
        [
            ("a", "Kalibr", "cruise missile", 10, 6, False),
            ("b", "Kalibr", "cruise missile", 10, 8, False),
            ("b", "Kalibr + Kh-101", "cruise missile", 30, 30, True),
            ("b", "Kinzhal", "aeroballistic missile", 25, None, False),
            ("c", "Kalibr", "cruise missile", 50, 0, False),
            ("a", "Shahed", "one-way drone", 100, 50, False),
            ("b", "Shahed", "one-way drone", 100, 90, False),
        ],
        columns=["strike_id", "weapon", "weapon_class", "launched", "intercepted", "combined"],
    )
    types = {"launched": "Int64", "intercepted": "Int64", "combined": "boolean"}
    return weapons.astype(types), table


def test_rates_by_weapon_leave_out_lumped_silent_and_single_rows():
    weapons, table = hand()
    rates = strikes.by_weapon(weapons, table)
    assert set(rates["weapon"]) == {"Kalibr", "Shahed, to 23 July 2025", "Shahed, from 24 July 2025"}
    row = rates.set_index("weapon").loc["Kalibr"]
    assert (row["waves"], row["launched"], row["intercepted"]) == (2, 20, 14)
    assert row["rate"] == pytest.approx(0.7)
    assert (row["low"], row["high"]) == pytest.approx(strikes.wilson(14, 20))


def test_a_weapon_launched_too_seldom_is_left_out():
    weapons, table = hand()
    assert "Kalibr" not in set(strikes.by_weapon(weapons, table, smallest=21)["weapon"])


def test_drones_are_never_averaged_across_the_break():
    rates = strikes.by_weapon(*hand()).set_index("weapon")["rate"]
    assert rates["Shahed, to 23 July 2025"] == 0.5
    assert rates["Shahed, from 24 July 2025"] == 0.9


@pytest.mark.parametrize(
    ("weapon", "low", "high"),
    # About 86, 78, 28 and 2 per cent in the complete log; the ledger's waves are a part of it.
    [("Kh-101/Kh-555", 0.84, 0.89), ("Kalibr", 0.72, 0.82), ("Kh-47M2 Kinzhal", 0.24, 0.32), ("Kh-22", 0.0, 0.05),
     ("Iskander-M", 0.12, 0.27)],
)  # fmt: skip
def test_known_rates_by_weapon(weapon, low, high, strike_table):
    rates = strikes.by_weapon(tables.load("strike_weapons"), strike_table).set_index("weapon")
    assert low <= rates.loc[weapon, "rate"] <= high


def test_wave_totals_leave_out_single_strikes(strike_table):
    assert set(strikes.wave_totals(strike_table)["counts_scope"]) == {"wave total"}


def test_a_toll_with_unknown_parts_is_a_floor(strike_table):
    places = strikes.tolls_by_place(strike_table).set_index("main_target")
    assert places.loc["Mariupol", "without_toll"] >= 1  # the theatre
    assert strikes.toll_text(places.loc["Mariupol", "killed"], places.loc["Mariupol", "without_toll"]).endswith("+")
    assert strikes.toll_text(33, 0) == "33"


def test_tolls_of_one_place_and_day_are_not_added_twice():
    table = pd.DataFrame(
        {
            "main_target": ["Kyiv", "Kyiv", "Kyiv", "Lviv", "nationwide"],
            "oblast": ["UA-30", "UA-30", "UA-30", "UA-46", None],
            "latitude": pd.array([50.45, 50.45, 50.45, 49.84, pd.NA], dtype="Float64"),
            "longitude": pd.array([30.52, 30.52, 30.52, 24.03, pd.NA], dtype="Float64"),
            "date_local": pd.to_datetime(["2024-01-02", "2024-01-02", "2024-02-07", "2024-03-01", "2024-03-02"]),
            "killed_in_place": pd.array([5, 3, 4, pd.NA, 9], dtype="Int64"),
        }
    )
    places = strikes.tolls_by_place(table).set_index("main_target")
    assert places.loc["Kyiv", "killed"] == 9
    assert places.loc["Kyiv", "without_toll"] == 0
    assert places.loc["Lviv", "without_toll"] == 1
    assert places.loc["Kyiv", "strikes"] == 2
    assert pd.isna(places.loc["Lviv", "killed"])
    assert "nationwide" not in places.index


def test_waves_need_a_missile_count_and_carry_a_target(strike_table):
    waves = strikes.waves(strike_table)
    assert (waves["missiles_launched"] >= 10).all()
    assert set(waves["target"]) <= {"energy", "homes", "military target", "other or several"}
    assert waves.loc[waves["missiles_launched"].idxmax(), "strike_id"] == "2022-02-24"


def test_a_day_of_drones_adds_its_waves_and_other_days_stay_empty():
    table = pd.DataFrame(
        {
            "counts_scope": ["wave total", "wave total", "single strike", "wave total"],
            "date_local": pd.to_datetime(["2024-03-21", "2024-03-21", "2024-03-21", "2024-05-02"]),
            "drones_launched": pd.array([10, 5, 99, 0], dtype="Int64"),
        }
    )
    days = strikes.drone_days(table)
    assert days.index.tolist() == pd.to_datetime(["2024-03-01", "2024-04-01", "2024-05-01"]).tolist()
    assert days.loc["2024-03-01", 21] == 15
    assert days.loc["2024-05-01", 2] == 0  # reported as none
    assert days.notna().sum().sum() == 2


def test_pauses_of_kyiv_follow_the_printed_rule(strike_table):
    gaps = strikes.kyiv_gaps(strike_table, 30).set_index("strike_id")
    assert gaps.loc["2024-03-21", "days"] == 43  # since 7 February; the city counts both ends and says 44
    assert "2024-02-15" not in gaps.index  # 26 missiles
    lower = strikes.kyiv_gaps(strike_table, 20).set_index("strike_id")
    assert lower.loc["2024-03-21", "days"] == 35
    assert pd.isna(gaps["days"].iloc[0])


def test_words_of_days_and_pauses_survive_emptiness(strike_table):
    none = strike_table.head(0)
    assert strikes.day_words(strikes.drone_days(none))["title"].startswith("No ")
    assert strikes.gap_words(strikes.kyiv_gaps(none))["title"].startswith("No ")


def test_the_calendar_of_a_log_does_not_speak_of_the_ledger():
    days = pd.DataFrame({21: [31.0]}, index=pd.to_datetime(["2024-03-01"]))
    assert strikes.day_words(days, "log")["title"] == "Most in one day of the log: 31 drones on 21 March 2024"
