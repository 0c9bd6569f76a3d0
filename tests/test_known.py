"""What had been published by a day: no figure from later may be seen."""

import pandas as pd
import pytest

from warledger.known import TOLL, known_by, load_ledger

DAYS = ["2022-02-24", "2022-03-31", "2023-10-29", "2024-03-21", "2025-07-24", "2026-08-20"]


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


@pytest.mark.parametrize("day", DAYS)
def test_nothing_in_the_known_ledger_is_dated_later(ledger, day):
    as_of = pd.Timestamp(day)
    known = known_by(ledger, as_of)
    dates = {
        "pledges": "announced_on",
        "losses_weekly": "date",
        "losses_restatements": "date",
        "losses_oryx": "as_of",
        "losses_readings": "as_of",
        "strikes": "date_local",
        "strike_months": "month",
        "timeline": "event_on",
        "claims": "published_on",
    }
    assert all((known[table][column] <= as_of).all() for table, column in dates.items())
    assert (known["losses_readings"]["published"].dropna() <= as_of).all()
    strikes = known["strikes"]
    assert (strikes["toll_as_of"].dropna() <= as_of).all()
    assert strikes.loc[strikes["toll_as_of"].isna(), TOLL].isna().all(axis=None)
    assert set(known["strike_weapons"]["strike_id"]) <= set(known["strikes"]["strike_id"])


def test_a_toll_counted_later_is_missing_then_and_there_afterwards(ledger):
    def toll(day):
        strikes = known_by(ledger, pd.Timestamp(day))["strikes"].set_index("strike_id")
        return strikes.loc["2022-07-09", "killed"]

    assert pd.isna(toll("2022-07-09"))
    assert toll("2022-07-14") == 48


def test_a_month_is_known_from_its_last_day(ledger):
    months = known_by(ledger, pd.Timestamp("2024-03-30"))["strike_months"]["month"]
    assert months.max() == pd.Timestamp("2024-02-01")
    assert known_by(ledger, pd.Timestamp("2024-03-31"))["strike_months"]["month"].max() == pd.Timestamp("2024-03-01")


def test_readings_without_a_day_of_publication_count_only_where_they_are_said_on_the_day(ledger):
    readings = ledger["losses_readings"]
    undated = readings[readings["published"].isna()]
    assert {"claimed", "verified", "estimate"} <= set(undated["kind"])  # else this test would show nothing
    known = known_by(ledger, pd.Timestamp("2026-08-20"))["losses_readings"]
    assert set(known.loc[known["published"].isna(), "kind"]) <= {"claimed", "official_own", "visually_confirmed"}


def test_everything_is_known_in_the_end_but_tolls_and_readings_without_a_day(ledger):
    known = known_by(ledger, pd.Timestamp("2026-12-31"))
    for table in ("pledges", "losses_weekly", "strikes", "strike_months", "timeline"):
        assert len(known[table]) == len(ledger[table])


def test_a_row_stands_for_itself_until_the_envelope_it_was_later_counted_into_is_announced(ledger):
    def parent(day):
        pledges = known_by(ledger, pd.Timestamp(day))["pledges"].set_index("pledge_id")
        return pledges.loc["P0007", "part_of"]

    assert pd.isna(parent("2022-03-14"))
    assert parent("2022-03-15") == "P0020"
