"""Sums of pledges on small frames with answers worked out by hand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warledger import pledges, tables

DONORS = pd.DataFrame(
    {
        "donor_code": ["DEU", "EPF", "USA", "JPN"],
        "name": ["Germany", "European Peace Facility", "United States", "Japan"],
        "region": ["Europe", "Europe", "North America", "Asia-Pacific"],
        "eu_member": pd.array([True, False, False, False], dtype="boolean"),
        "in_totals": pd.array([True, False, True, True], dtype="boolean"),
        "gdp_2021_usd": pd.array([4 * 10**12, pd.NA, 20 * 10**12, pd.NA], dtype="Int64"),
        "population_2021": pd.array([80_000_000, pd.NA, 330_000_000, pd.NA], dtype="Int64"),
    }
)
COLUMNS = ["pledge_id", "announced_on", "date_precision", "donor_code", "stage", "part_of", "aid_type", "amount",
           "value_basis"]  # fmt: skip


def table(*rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["announced_on"] = pd.to_datetime(frame["announced_on"])
    frame["may_overlap_with"] = None
    return frame.assign(currency="EUR", description="text", amount=frame["amount"] * 10**9)


HAND = table(
    ("P1", "2024-01-10", "day", "DEU", "pledge", None, "military", 10, "announced"),
    ("P2", "2024-02-10", "day", "DEU", "allocation", "P1", "military", 4, "announced"),
    ("P3", "2024-02-20", "day", "DEU", "disbursement", "P1", "military", 3, "announced"),
    ("P4", "2024-02-25", "day", "DEU", "allocation", "P2", "military", 1, "announced"),
    ("P5", "2024-03-10", "day", "EPF", "pledge", None, "military", 5, "announced"),
    ("P6", "2024-03-15", "until", "USA", "report", None, "financial", 7, "residual"),
    ("P7", "2024-03-20", "day", "USA", "allocation", None, "humanitarian", 2, "announced_sum"),
)


@pytest.fixture
def rows():
    return pledges.new_money(HAND, DONORS)


def test_new_money_leaves_out_parts_payments_and_refunds(rows):
    assert rows["pledge_id"].tolist() == ["P1", "P6", "P7"]
    assert pledges.total(rows) == pytest.approx(19)


def test_a_row_that_may_overlap_is_in_no_sum_and_is_told():
    unsettled = HAND.copy()
    unsettled.loc[unsettled["pledge_id"] == "P7", "may_overlap_with"] = "P6"
    assert pledges.new_money(unsettled, DONORS)["pledge_id"].tolist() == ["P1", "P6"]
    assert pledges.doubtful(unsettled)["value"].tolist() == pytest.approx([2])


def test_an_envelope_beside_its_part_cannot_be_added():
    both = HAND[HAND["pledge_id"].isin(["P1", "P2"])].assign(value=1.0)
    with pytest.raises(ValueError, match="P2 is part of P1"):
        pledges.total(both)


def test_a_payment_cannot_be_added():
    with pytest.raises(ValueError, match="P3 is a payment"):
        pledges.total(HAND[HAND["pledge_id"] == "P3"].assign(value=1.0))


@pytest.mark.parametrize("add_up", [lambda r: pledges.by_donor(r, 5), pledges.by_month])
def test_no_sum_escapes_the_check(add_up):
    both = HAND[HAND["pledge_id"].isin(["P1", "P2"])].assign(value=1.0, donor="Germany", shown_as="military", group="x")
    with pytest.raises(ValueError, match="is part of"):
        add_up(both)


def test_the_ranking_keeps_estimates_apart(rows):
    ranking = pledges.by_donor(rows, 5)
    assert ranking.index.tolist() == ["Germany", "United States"]
    assert ranking.loc["Germany", "military"] == pytest.approx(10)
    assert ranking.loc["United States", "estimated"] == pytest.approx(7)
    assert pd.isna(ranking.loc["United States", "financial"])
    assert ranking.loc["United States", "humanitarian"] == pytest.approx(2)


def test_the_ranking_shows_only_the_top(rows):
    assert pledges.by_donor(rows, 1).index.tolist() == ["Germany"]


def test_shares_use_gdp_of_2021_and_leave_out_donors_without(rows):
    shares = pledges.by_size(rows, DONORS, "EUR", "gdp", 5).set_index("donor_code")
    # 10bn of 4000bn dollars at the mean rate of 2021, 1.1827 dollars to the euro
    assert shares.loc["DEU", "share"] == pytest.approx(10 / (4000 / 1.1827), rel=2e-3)
    assert "JPN" not in shares.index


def test_amounts_a_head_use_the_population_of_2021(rows):
    heads = pledges.by_size(rows, DONORS, "EUR", "head", 5).set_index("donor_code")
    assert heads.loc["DEU", "share"] == pytest.approx(125)  # 10bn for 80m people
    words = pledges.size_words(heads.reset_index(), "EUR", "head")
    assert words["title"] == "Most promised for the number of people: Germany, EUR 125 a head"


def test_months_have_no_gap_and_no_until_dates(rows):
    months = pledges.by_month(rows)
    assert months.index.tolist() == pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]).tolist()
    assert months.loc["2024-02-01"].isna().all()  # no row is not zero
    assert months.loc["2024-03-01", "United States"] == pytest.approx(2)  # the 7 are dated "until"
    assert months.sum().sum() == pytest.approx(12)


def test_envelopes_count_parts_of_parts_once_and_payments_apart():
    envelopes = pledges.envelopes(HAND, DONORS, "EUR")
    assert envelopes["pledge_id"].tolist() == ["P1"]
    row = envelopes.iloc[0]
    assert (row["promised"], row["allocated"], row["paid"]) == (10, 4, 3)


def test_groups_are_europe_the_united_states_and_others(rows):
    assert dict(zip(rows["pledge_id"], rows["group"], strict=True)) == {
        "P1": "Europe",
        "P6": "United States",
        "P7": "United States",
    }


@given(st.sets(st.integers(0, 6)), st.integers(1, 10))
def test_new_money_of_any_selection_can_be_added_and_the_ranking_adds_up(chosen, top):
    rows = pledges.new_money(HAND.iloc[sorted(chosen)], DONORS)
    total = pledges.total(rows)
    assert total <= 19 + 1e-9
    if top >= 2 and not rows.empty:
        assert pledges.by_donor(rows, top).sum().sum() == pytest.approx(total)


def test_the_ledgers_own_sums_agree_with_each_other(pledge_table, donors):
    rows = pledges.new_money(pledge_table, donors)
    assert pledges.by_donor(rows, 50).sum().sum() == pytest.approx(pledges.total(rows))
    months = pledges.by_month(rows).sum().sum()
    until = rows.loc[rows["date_precision"] == "until", "value"].sum()
    assert months + until == pytest.approx(pledges.total(rows))


def test_all_rows_of_a_day_use_the_rate_of_that_day(donors):
    pledges_of_all = tables.load("pledges")
    day = pledges_of_all[pledges_of_all["announced_on"] == pd.Timestamp("2022-05-05")]
    euro, dollar = (pledges.new_money(day, donors, code)["value"] for code in ("EUR", "USD"))
    assert len(euro) > 1
    assert (dollar / euro).tolist() == pytest.approx([1.0568] * len(euro))  # ECB, 5 May 2022


def test_words_of_an_empty_table_do_not_fail(rows):
    empty = rows.head(0)
    assert pledges.ranking_words(pledges.by_donor(empty, 5), "EUR")["title"] == "No new money"
    assert pledges.month_words(pledges.by_month(empty), "EUR")["alt"]


def test_words_state_the_numbers(rows):
    words = pledges.ranking_words(pledges.by_donor(rows, 5), "EUR")
    assert words["title"] == "Most promised: Germany EUR 10.0bn and United States EUR 9.0bn"
    assert "2 donors" in words["alt"]


def test_only_the_chosen_stages_are_summed_and_never_payments():
    assert pledges.new_money(HAND, DONORS, stages=["pledge"])["pledge_id"].tolist() == ["P1"]
    assert pledges.new_money(HAND, DONORS, stages=["report"])["pledge_id"].tolist() == ["P6"]
    assert pledges.new_money(HAND, DONORS, stages=["disbursement"]).empty


def test_forms_show_a_mixed_envelope_by_the_parts_that_make_it_up():
    whole = table(
        ("P1", "2024-01-10", "day", "DEU", "pledge", None, "financial", 50, "announced"),
        ("P2", "2024-01-10", "day", "DEU", "pledge", "P1", "financial", 33, "announced"),
        ("P3", "2024-01-10", "day", "DEU", "pledge", "P1", "financial", 17, "announced"),
        ("P4", "2024-01-11", "day", "USA", "pledge", None, "financial", 8, "announced"),
        ("P5", "2024-01-11", "day", "USA", "pledge", "P4", "financial", 3, "announced"),
    ).assign(instrument=["mixed", "loan", "grant", "mixed", "loan"])
    forms = pledges.by_instrument(pledges.new_money(whole, DONORS), whole, "EUR", 5)
    assert forms.loc["Germany", ["loan", "grant"]].tolist() == pytest.approx([33, 17])
    assert pd.isna(forms.loc["Germany", "mixed"])
    assert forms.loc["United States", "mixed"] == pytest.approx(8)  # its parts do not add up: it stays mixed


def test_the_race_adds_up_by_day_and_begins_with_the_first_row(rows):
    race = pledges.cumulative(rows, 5)
    assert race.index.tolist() == pd.to_datetime(["2024-01-10", "2024-03-20"]).tolist()
    assert race["Germany"].tolist() == pytest.approx([10, 10])
    assert pd.isna(race["United States"].iloc[0])
    assert race["United States"].iloc[1] == pytest.approx(2)  # the 7 are dated "until"


def test_on_the_ledger_forms_and_race_agree_with_the_sum(pledge_table, donors):
    rows = pledges.new_money(pledge_table, donors)
    forms = pledges.by_instrument(rows, pledge_table, "EUR", 50)
    assert forms.sum().sum() == pytest.approx(pledges.total(rows))
    assert forms.loc["European Union", "loan"] > 33
    race = pledges.cumulative(rows, 50).ffill().iloc[-1].sum()
    assert race == pytest.approx(pledges.dated(rows)["value"].sum())


def test_words_of_the_race_say_since_when_the_first_leads():
    days = pd.to_datetime(["2024-01-01", "2024-02-01"])
    race = pd.DataFrame({"A": [1.0, 9.0], "B": [2.0, 3.0]}, index=days)
    assert pledges.race_words(race, "EUR")["title"] == "A leads B: EUR 9.0bn to EUR 3.0bn; ahead since February 2024"
