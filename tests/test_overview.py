"""The war in numbers: each headline is the newest row of its kind, a missing one is no zero, none is from later."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warledger import overview, panels
from warledger.figures import open_figures
from warledger.known import known_by, load_ledger
from warledger.style import new_figure, use_style

DAY = pd.Timestamp("2024-03-21")
BY = {"publisher": "A paper", "via": None, "source_url": "https://example.org/a"}


def frame(rows, **columns):
    return pd.DataFrame(rows).assign(**BY, **columns)


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


def money_rows(*parts):
    rows = [
        {"pledge_id": f"P{place}", "group": group, "value": value, "shown_as": shown, "announced_on": pd.Timestamp(on)}
        for place, (group, value, shown, on) in enumerate(parts)
    ]
    columns = ["pledge_id", "group", "value", "shown_as", "announced_on"]
    return frame(pd.DataFrame(rows, columns=columns), part_of=None, stage="pledge")


def readings(*rows):
    columns = ["as_of", "published", "side", "category", "kind", "value", "value_low", "value_high", "relays"]
    table = frame(pd.DataFrame(rows, columns=columns))
    return table.assign(as_of=pd.to_datetime(table["as_of"]), published=pd.to_datetime(table["published"]))


BULLETINS = frame(
    {
        "date": pd.to_datetime(["2024-03-14", "2024-03-21", "2024-03-28"]),
        "personnel": pd.array([427840, 433840, None], dtype="Int64"),
    }
).assign(publisher="General Staff of Ukraine")


def months(counts, first="2022-10-01", partial=()):
    index = pd.date_range(first, periods=len(counts), freq="MS")
    table = pd.DataFrame({"month": index, "missiles_launched": 10, "drones_launched": counts})
    return frame(table, note=["Incomplete" if place in partial else None for place in range(len(counts))])


def test_money_is_summed_in_whole_and_by_group_and_says_how_much_is_estimated():
    rows = money_rows(
        ("Europe", 3.0, "military", "2024-01-05"),
        ("United States", 4.0, "financial", "2024-03-01"),
        ("Other donors", 1.0, "estimated", "2024-02-01"),
    )
    whole, europe, america = overview.promised(rows, "EUR")
    assert (whole.number, whole.value, whole.dated) == ("EUR 8.0bn", 8.0, pd.Timestamp("2024-03-01"))
    assert whole.kind == "announced, 12 % of it estimated"
    assert whole.source == "3 rows of 1 source to 1 March 2024"
    assert (europe.number, europe.kind) == ("EUR 3.0bn", "announced")
    assert america.number == "EUR 4.0bn"


def test_a_group_without_a_row_has_no_number_and_no_zero():
    _, europe, america = overview.promised(money_rows(("Europe", 3.0, "military", "2024-01-05")), "EUR")
    assert europe.value == 3.0
    assert (america.number, america.kind, america.rows) == ("no figure", "", None)
    assert pd.isna(america.value)


def test_the_newest_statement_counts_and_a_series_that_repeats_another_does_not():
    table = readings(
        ("2024-02-01", "2024-02-05", "Ukraine", "killed", "official_own", 31000, None, None, None),
        ("2024-02-25", "2024-02-25", "Ukraine", "killed", "official_own", 32000, None, None, None),
        ("2024-03-01", "2024-03-01", "Ukraine", "killed", "official_own", 99, None, None, "A paper"),
        ("2024-03-02", "2024-03-02", "Ukraine", "killed", "estimate", 70000, None, None, None),
        ("2024-03-02", "2024-03-02", "Russia", "killed", "official_own", 5937, None, None, None),
    )
    found = overview.stated("Dead", table, BULLETINS, "Ukraine", "killed", "official_own")
    assert (found.number, found.value, found.kind) == ("32,000", 32000.0, "admitted by Ukraine")
    assert found.source == "A paper, 25 February 2024"


def test_a_statement_with_bounds_alone_is_a_range():
    table = readings(("2022-12-01", "2022-12-02", "Ukraine", "killed", "official_own", None, 10000, 13000, None))
    found = overview.stated("Dead", table, BULLETINS, "Ukraine", "killed", "official_own")
    assert found.number == "10,000 to 13,000"
    assert pd.isna(found.value)


def test_claims_and_photographs_are_those_of_the_newest_day_that_has_a_figure():
    about = ("Russia", "casualties", "claimed")
    found = overview.stated("Lost", readings(), BULLETINS, *about)
    assert (found.number, found.kind, found.dated) == ("433,840", "claimed by Ukraine", DAY)
    later = readings(
        ("2024-03-23", None, *about, 435000, None, None, None), ("2024-03-24", None, *about, 99, None, None, "A paper")
    )
    assert overview.stated("Lost", later, BULLETINS, *about).number == "433,840"  # not a bulletin
    daily = later.assign(publisher="General Staff of Ukraine")
    assert overview.stated("Lost", daily, BULLETINS, *about).number == "435,000"  # one between two Thursdays
    assert overview.stated("Lost", daily, BULLETINS.head(0), *about).number == "435,000"
    days = BULLETINS["date"]
    oryx = frame({"as_of": days, "side": ["Russia", "Russia", "Ukraine"], "all_types": [14000, 14644, 5000]})
    found = overview.photographed(oryx)
    assert (found.number, found.kind) == ("14,644", "photographed")


def test_launches_are_added_from_the_first_month_on():
    found = overview.launched(months([300, 60, None]), "drones")
    assert (found.number, found.kind) == ("360", "reported")
    assert found.what == "Drones and decoys launched at Ukraine since October 2022"
    assert found.source == "A paper, monthly totals to November 2022"


def test_the_largest_wave_is_no_single_strike_and_needs_only_one_of_the_two_numbers():
    days = pd.to_datetime(["2022-02-24", "2024-01-02", "2024-01-03"])
    strikes = frame(
        {
            "date_local": days,
            "counts_scope": ["wave total", "wave total", "single strike"],
            "missiles_launched": pd.array([160, 99, 500], dtype="Int64"),
            "drones_launched": pd.array([None, 35, 500], dtype="Int64"),
        }
    )
    found = overview.largest_wave(strikes)
    assert (found.number, found.what) == ("160", "Largest wave: 160 missiles")
    found = overview.largest_wave(strikes[1:])
    assert (found.number, found.what) == ("134", "Largest wave: 99 missiles and 35 drones")


def test_a_table_without_rows_says_that_nothing_was_published():
    numbers = [overview.Headline("Dead"), *overview.promised(money_rows(), "EUR")]
    table = overview.numbers_table(numbers, DAY)
    assert set(table["number"]) == {"no figure"}
    assert set(table["told"]) == {"nothing in the ledger published by 21 March 2024"}
    assert table["value"].isna().all()
    assert overview.number_words(table, DAY)["title"] == "No headline number known by 21 March 2024"
    assert overview.ages(numbers, DAY).empty


def test_the_title_of_the_card_comes_from_its_numbers():
    numbers = [*overview.promised(money_rows(("Europe", 3.0, "military", "2024-01-05")), "EUR")]
    words = overview.number_words(overview.numbers_table(numbers, DAY), DAY)
    assert words["title"] == "EUR 3.0bn promised"
    assert "announced: 1 row of 1 source to 5 January 2024" in words["alt"]
    assert overview.ages(numbers, DAY)["days"].tolist() == [76, 76]


def test_the_story_of_21_march_2024_has_the_numbers_of_its_day(ledger):
    table = overview.numbers_table(overview.headlines(known_by(ledger, DAY)), DAY).set_index("what")
    assert table.loc["Russian troops killed or wounded", "number"] == "433,840"
    assert table.loc["Ukrainian soldiers killed", "number"] == "31,000"
    assert not table["number"].str.contains("no figure").any()


# Removing all that was published later from the tables themselves changes nothing that is shown.
@given(day=st.dates(pd.Timestamp("2022-02-24").date(), pd.Timestamp("2026-08-31").date()))
@settings(max_examples=6, deadline=None, derandomize=True)
def test_nothing_published_later_is_seen(ledger, day):
    as_of = pd.Timestamp(day)
    published = ledger["losses_readings"]["published"].fillna(ledger["losses_readings"]["as_of"])
    cut = {
        **ledger,
        "pledges": ledger["pledges"][ledger["pledges"]["announced_on"] <= as_of],
        "losses_weekly": ledger["losses_weekly"][ledger["losses_weekly"]["date"] <= as_of],
        "losses_oryx": ledger["losses_oryx"][ledger["losses_oryx"]["as_of"] <= as_of],
        "losses_readings": ledger["losses_readings"][published <= as_of],
        "strikes": ledger["strikes"][ledger["strikes"]["date_local"] <= as_of],
        "strike_months": ledger["strike_months"][ledger["strike_months"]["month"] <= as_of],
    }
    shown, again = (
        overview.numbers_table(overview.headlines(known_by(tables, as_of)), as_of) for tables in (ledger, cut)
    )
    pd.testing.assert_frame_equal(shown, again)


def weeks_of(losses, first="2022-10-06"):
    days = pd.date_range(first, periods=len(losses), freq="7D")
    table = pd.DataFrame({"date": days, "loss": pd.array(losses, dtype="Int64"), "restated": 0})
    return table.assign(change=table["loss"], mean=table["loss"].astype("float64").rolling(8).mean())


def pledged_of(values):
    index = pd.date_range("2022-10-01", periods=len(values), freq="MS", name="month")
    return pd.DataFrame({"Europe": values, "United States": float("nan"), "Other donors": float("nan")}, index=index)


def test_two_years_are_compared_month_for_month_and_an_incomplete_month_is_left_out():
    launched = months([100] * 12 + [250] * 12 + [7], partial=[24]).set_index("month")
    weeks = weeks_of([1000] * 52 + [800] * 52)
    years = overview.year_on_year(weeks, launched)
    assert years["drones launched"] == (1200.0, 3000.0)
    assert years["Russian losses claimed"] == (52000.0, 41600.0)
    words = overview.timeline_words(pledged_of([9.0, *[1.0] * 12]), weeks, launched, "EUR")
    assert words["title"] == (
        "Money comes in bursts; in the year to September 2024 drones launched rose 150 %, "
        "Russian losses claimed fell 20 %"
    )
    assert overview.year_note(weeks, launched) == (" A year: the twelve months to September 2024 against those before.")


@pytest.mark.parametrize("gone", [23, 5])
def test_less_than_two_years_or_a_gap_in_them_is_no_comparison(gone):
    launched = months([100] * 24).set_index("month")
    launched = launched.drop(launched.index[gone])
    assert overview.year_on_year(weeks_of([1000] * 104), launched) == {}
    words = overview.timeline_words(pledged_of([]), weeks_of([1000]), launched, "EUR")
    assert words["title"] == "100 drones in October 2022, the most in this period"


def test_the_frame_of_the_timeline_holds_every_number_and_no_row_for_a_gap():
    pledged = pledged_of([2.0, None, 3.0])
    table = overview.timeline_table(pledged, weeks_of([900, 1000]), months([5, None]).set_index("month"), "USD")
    sizes = table.groupby("series").size()
    assert sizes.to_dict() == {
        "Russian losses claimed": 2,
        "drones launched": 1,
        "missiles launched": 2,
        "new money, Europe": 2,
    }
    assert set(table.loc[table["series"] == "new money, Europe", "unit"]) == {"USD bn a month"}


EVENTS = pd.DataFrame(
    {"event_on": pd.to_datetime(["2022-11-01", "2022-11-20", "2024-07-01"]), "label": ["First one", "Second", "A" * 60]}
)


@pytest.mark.parametrize("chosen", [[], [0], [0, 1, 2]])
@pytest.mark.parametrize("parts", [("money",), ("weeks",), ("launched",), ("money", "weeks", "launched")])
def test_any_part_of_the_timeline_can_be_missing(tmp_path, parts, chosen):
    pledged = pledged_of([2.0, None, 3.0] if "money" in parts else [])
    weeks = weeks_of([900] * 95 if "weeks" in parts else [])
    launched = months([5, 60, 7] if "launched" in parts else []).set_index("month")
    figures = open_figures("overview", {}, str(tmp_path))
    figure, axes = new_figure("tall", rows=5, sharex=True, height_ratios=panels.HEIGHTS)
    panels.draw_timeline(axes, pledged, weeks, launched, EVENTS.iloc[chosen], "EUR")
    table = overview.timeline_table(pledged, weeks, launched, "EUR")
    words = overview.timeline_words(pledged, weeks, launched, "EUR")
    figures.save_figure(figure, "timeline", **words, subtitle="", data=table, sources=frame([{}]))
    said = [text.get_text() for panel in axes for text in panel.texts]
    assert said.count("no figure in this period") == 4 - sum({"launched": 2}.get(part, 1) for part in parts)


def test_columns_are_as_high_as_the_numbers_and_the_axes_are_one():
    use_style()
    axes = new_figure("tall", rows=5, sharex=True, height_ratios=panels.HEIGHTS)[1]
    launched = months([300, 60, 100], partial=[2]).set_index("month")
    panels.draw_timeline(axes, pledged_of([2.0, 1.0, 3.0]), weeks_of([900] * 12), launched, EVENTS.iloc[:2], "EUR")
    drones = [bar for bars in axes[4].containers for bar in bars]
    assert [bar.get_height() for bar in drones] == [300, 60, 100]
    assert [bar.get_alpha() for bar in drones] == [1.0, 1.0, 0.4]
    assert len({panel.get_xlim() for panel in axes}) == 1
    assert all(panel.get_ylim()[0] == 0 for panel in axes[1:])
    names = [text.get_text() for text in axes[0].texts]
    assert names == ["First one", "Second"]
