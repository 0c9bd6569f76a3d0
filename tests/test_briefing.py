"""The briefing of a day: what struck, what was announced, what was known, and nothing later."""

import pandas as pd
import pytest

from warledger import briefing
from warledger.known import known_by, load_ledger
from warledger.parameters import days_around
from warledger.tables import covered_until

DAYS = [
    "2022-02-24",  # the first day
    "2022-03-16",
    "2022-10-10",
    "2023-05-16",
    "2023-08-05",  # no strike on Kyiv in the ledger
    "2024-03-21",  # the story
    "2024-03-31",  # clocks go forward
    "2024-10-27",  # clocks go back
    "2025-07-24",  # the reporting break
    "2026-07-06",  # the last wave
    "2026-10-31",  # the last possible day, past the data
]
each_day = pytest.mark.parametrize("as_of", DAYS)


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


def card(ledger, as_of, place="Kyiv", days=28):
    day = pd.Timestamp(as_of)
    table = briefing.card(ledger, day, place, days_around(day, days), "EUR", covered_until("strikes"))
    return table.set_index("what")["found"].to_dict()


def test_the_story_of_21_march_2024(ledger):
    facts = card(known_by(ledger, pd.Timestamp("2024-03-21")), "2024-03-21")
    assert facts["Missiles, Kyiv, 03:00 to 07:00"] == "31 launched, 31 intercepted"
    assert facts["Weapons"].startswith("29 Kh-101/Kh-555")
    assert facts["People harmed"] == "0 killed and 17 injured (counted 21 March 2024)"
    assert facts["Elsewhere that day"] == "Mykolaiv"
    assert facts["Previous large attack"] == "7 February 2024, 43 days before"
    assert facts["Announced 20 March 2024"] == "Netherlands, EUR 350m, part of an envelope"
    assert facts["Russian troops killed or wounded"] == "433,840 (21 March 2024)"
    assert facts["Ukrainian dead, as admitted"] == "31,000 (25 February 2024)"


def test_payments_and_parts_are_no_new_money(ledger):
    rows = briefing.pledges_of(ledger, days_around(pd.Timestamp("2024-03-21"), 1), "EUR").set_index("pledge_id")
    assert rows["status"].to_dict() == {"P0331": "payment", "P0332": "part", "P0330": "payment", "P0333": "new money"}
    assert rows.loc["P0331", "value"] == pytest.approx(4.5)


def test_a_body_outside_totals_is_named_as_such(ledger):
    rows = briefing.pledges_of(ledger, days_around(pd.Timestamp("2024-03-18"), 0), "EUR")
    assert rows[["donor_code", "status"]].to_numpy().tolist() == [["EPF", "outside totals"]]


@each_day
def test_every_day_has_a_card_with_kinds_and_sources(ledger, as_of):
    day = pd.Timestamp(as_of)
    known = known_by(ledger, day)
    facts = briefing.card(known, day, "Kyiv", days_around(day, 28), "EUR", covered_until("strikes"))
    assert (facts["found"].str.len() > 0).all()
    assert set(facts["kind"]) <= {
        *("reported", "computed", "announced", "context", "photographed", "estimated"),
        *("claimed by Ukraine", "counted by name", "admitted by Ukraine", "verified case by case"),
    }
    said = facts[~facts["found"].isin([briefing.NEVER, "none in the ledger"])]
    stated = said[~said["found"].str.contains("in the ledger|unknown")]
    assert stated["source_url"].notna().all()
    words = briefing.card_words(known, day, "Kyiv", facts)
    assert words["title"].startswith("Kyiv, ")


@each_day
def test_nothing_published_later_changes_what_was_known(ledger, as_of):
    """Cutting twice, or cutting what is later first, is the same as cutting once: no look-ahead."""
    day = pd.Timestamp(as_of)
    later = known_by(ledger, day + pd.Timedelta(days=90))
    assert card(known_by(later, day), as_of) == card(known_by(ledger, day), as_of)
    around = days_around(day, 56)
    pd.testing.assert_frame_equal(
        briefing.days(known_by(ledger, day), around, "EUR"), briefing.days(known_by(later, day), around, "EUR")
    )


@each_day
def test_a_fact_of_the_card_is_never_dated_after_the_day(ledger, as_of):
    day = pd.Timestamp(as_of)
    totals = briefing.totals_of(ledger, day)  # even with hindsight, figures count up to the day
    assert (totals["as_of"].dropna() <= day).all()
    assert (briefing.previous_large(ledger, day, "Kyiv")["date_local"] < day).all()


def test_a_day_without_a_strike_and_a_day_past_the_data_say_so(ledger):
    assert card(ledger, "2023-08-05")["Strikes on Kyiv"] == "no strike in the ledger"
    assert card(ledger, "2026-10-20")["Strikes on Kyiv"] == "unknown: waves end on 6 July 2026"


def test_the_first_day_knows_nothing_before_it(ledger):
    facts = card(known_by(ledger, pd.Timestamp("2022-02-24")), "2022-02-24", place="Lviv")
    assert facts["Previous large attack"] == briefing.NEVER
    assert facts["Civilians killed, case by case"] == briefing.NEVER


def test_a_toll_counted_later_is_left_out_and_comes_with_hindsight(ledger):
    day = pd.Timestamp("2022-07-09")
    then = briefing.strikes_of(known_by(ledger, day), day, "Chasiv Yar").iloc[0]
    assert briefing.toll_of(then) == "toll not known by then"
    now = briefing.strikes_of(ledger, day, "Chasiv Yar").iloc[0]
    assert briefing.toll_of(now) == "48 killed and 9 injured (counted 14 July 2022)"


def test_days_add_waves_of_a_day_and_leave_others_missing():
    none = pd.DataFrame({"date": [], "personnel": []}).astype({"date": "datetime64[ns]", "personnel": "Int64"})
    ledger = load_ledger()
    strikes = (
        ledger["strikes"]
        .head(3)
        .assign(
            date_local=pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-03"]),
            counts_scope=["wave total", "wave total", "single strike"],
            missiles_launched=pd.array([3, 4, 9], dtype="Int64"),
            drones_launched=pd.array([None, 0, 9], dtype="Int64"),
        )
    )
    ledger |= {"strikes": strikes, "losses_weekly": none, "pledges": ledger["pledges"].head(0)}
    table = briefing.days(ledger, days_around(pd.Timestamp("2024-01-03"), 2), "EUR")
    assert table["missiles"].tolist()[0] == 7
    assert table["drones"].tolist()[0] == 0
    assert table.iloc[1:].isna().all(axis=None)


def test_the_covered_period_ends_with_the_last_wave(ledger):
    waves = ledger["strikes"][ledger["strikes"]["counts_scope"] == "wave total"]
    assert waves["date_local"].max() == covered_until("strikes")
