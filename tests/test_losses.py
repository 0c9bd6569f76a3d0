"""Losses: re-counts come out, breaks stay breaks, kinds stay apart."""

import pandas as pd
import pytest

from warledger import losses, tables

WEEKS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-02-20", "2025-02-27", "2025-03-06", "2025-03-13"]),
        "personnel": pd.array([1000, 1100, 2900, 2990], dtype="Int64"),
        "ground_robots": pd.array([pd.NA, pd.NA, 500, 520], dtype="Int64"),
    }
)
RECOUNTS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-02-28", "2025-03-06", "2025-03-07"]),
        "item": ["personnel"] * 3,
        "restated_by": pd.array([1650, 20, -10], dtype="Int64"),
    }
)


def test_recounts_are_taken_out_of_the_week_they_were_published_in():
    weeks = losses.weekly_losses(WEEKS, RECOUNTS, "personnel").set_index("date")
    assert weeks["change"].tolist() == [100, 1800, 90]
    assert weeks["restated"].tolist() == [0, 1670, -10]  # a re-count on the Thursday itself is in that bulletin
    assert weeks["loss"].tolist() == [100, 130, 100]


def test_the_first_figure_of_an_item_is_no_loss_of_its_week():
    weeks = losses.weekly_losses(WEEKS, RECOUNTS, "ground_robots")
    assert weeks["loss"].tolist() == [20]


def test_a_negative_week_is_reported_and_not_clipped():
    weekly = WEEKS.assign(personnel=pd.array([1000, 900, 2900, 2990], dtype="Int64"))
    weeks = losses.weekly_losses(weekly, RECOUNTS, "personnel")
    assert weeks.loc[weeks["loss"] < 0, "loss"].tolist() == [-100]


def test_no_week_of_the_ledger_is_negative_once_recounts_are_out():
    weekly, recounts = tables.load("losses_weekly"), tables.load("losses_restatements")
    for item in losses.ITEM_NAMES:
        assert (losses.weekly_losses(weekly, recounts, item)["loss"] >= 0).all(), item


def test_weekly_losses_and_recounts_add_up_to_the_last_total():
    weekly, recounts = tables.load("losses_weekly"), tables.load("losses_restatements")
    weeks = losses.weekly_losses(weekly, recounts, "personnel")
    total = weekly["personnel"].iloc[0] + weeks["loss"].sum() + weeks["restated"].sum()
    assert total == weekly["personnel"].iloc[-1]


def test_the_week_of_the_large_recount_is_no_record():
    weekly, recounts = tables.load("losses_weekly"), tables.load("losses_restatements")
    weeks = losses.weekly_losses(weekly, recounts, "personnel").set_index("date")
    week = weeks.loc["2025-03-06"]
    assert (week["change"], week["restated"], week["loss"]) == (9_950, 1_650, 8_300)
    assert weeks["loss"].idxmax() == pd.Timestamp("2024-12-26")


@pytest.mark.parametrize(
    ("item", "month", "known"),
    [("tanks", "2022-03", 1.74), ("tanks", "2024-12", 2.64), ("tanks", "2026-07", 2.76),
     ("artillery", "2022-03", 2.85), ("artillery", "2024-12", 16.79), ("artillery", "2026-07", 28.70),
     ("helicopters", "2022-03", 3.74), ("helicopters", "2024-12", 2.21), ("helicopters", "2026-07", 1.98)],
)  # fmt: skip
def test_claims_over_photographs_are_the_known_ratios(item, month, known):
    ratios = losses.claimed_over_photographed(tables.load("losses_weekly"), tables.load("losses_oryx"))
    ratio = ratios.loc[ratios.index.strftime("%Y-%m") == month, item].item()
    # The known ratios use the bulletin of the last day of the month, ours the nearest Thursday's.
    assert ratio == pytest.approx(known, abs=max(0.005, known * 0.002))


def test_a_missing_type_gives_no_ratio():
    oryx = pd.DataFrame({"as_of": pd.to_datetime(["2025-02-28"]), "side": ["Russia"]})
    for _, types in losses.COMPARABLE.values():
        for column in types:
            oryx[column] = pd.array([2], dtype="Int64")
    oryx["towed_artillery"] = pd.array([pd.NA], dtype="Int64")
    weekly = pd.DataFrame({"date": pd.to_datetime(["2025-02-27"])})
    for item in losses.COMPARABLE:
        weekly[item] = pd.array([12], dtype="Int64")
    ratios = losses.claimed_over_photographed(weekly, oryx)
    assert ratios["tanks"].item() == 6
    assert ratios["apcs"].item() == 2
    assert pd.isna(ratios["artillery"].item())


def test_a_snapshot_without_a_bulletin_near_it_has_no_ratio():
    oryx = tables.load("losses_oryx").head(2)
    weekly = tables.load("losses_weekly")
    assert losses.claimed_over_photographed(weekly[weekly["date"] > "2023-01-01"], oryx).empty


def test_kinds_stay_apart_and_a_copy_is_no_witness():
    readings, weekly = tables.load("losses_readings"), tables.load("losses_weekly")
    rows = losses.by_kind(readings, weekly, "Russia", "casualties")
    assert not rows["publisher"].eq("UK Ministry of Defence").all()
    claims = rows[rows["kind"] == "claimed"]
    assert set(weekly["date"]) <= set(claims["as_of"])
    assert losses.by_kind(readings, weekly, "Russia", "casualties_per_day").empty


def test_claims_about_russia_do_not_appear_as_ukraines():
    rows = losses.by_kind(tables.load("losses_readings"), tables.load("losses_weekly"), "Ukraine", "casualties")
    assert rows["value"].max() < 1_100_000
    assert "General Staff of Ukraine" not in set(rows["publisher"])


def test_the_break_of_2026_lies_between_two_snapshots():
    sides = losses.photographed(tables.load("losses_oryx"), "all_types")
    before, after = sides[sides.index < losses.ORYX_BREAK].iloc[-1], sides[sides.index > losses.ORYX_BREAK].iloc[0]
    assert before["Russia"] - after["Russia"] > 900


def test_words_set_only_recent_kinds_side_by_side():
    rows = pd.DataFrame(
        {
            "as_of": pd.to_datetime(["2022-09-21", "2026-02-20", "2026-06-30"]),
            "kind": pd.Categorical(["official_own", "name_by_name", "estimate"], list(losses.KINDS), ordered=True),
            "value": pd.array([5937, 200_186, 490_000], dtype="Int64"),
        }
    )
    assert losses.kind_words(rows, "Russia", "Killed")["title"] == (
        "Killed, Russia: 200,186 counted by name (February 2026), 490,000 estimated (June 2026)"
    )


def test_recounts_can_be_left_in_on_purpose_and_the_mean_has_its_length():
    weeks = losses.weekly_losses(WEEKS, RECOUNTS, "personnel", smoothing=2, recounts_out=False)
    assert weeks["loss"].tolist() == [100, 1800, 90]
    assert weeks["mean"].tolist()[1:] == [950.0, 945.0]
    assert pd.isna(weeks["mean"].iloc[0])


@pytest.mark.parametrize(("recounts_out", "said"), [(True, "re-counts taken out"), (False, "re-counts left in")])
def test_the_text_of_the_weekly_chart_says_what_was_done_with_recounts(recounts_out, said):
    weeks = losses.weekly_losses(WEEKS, RECOUNTS, "personnel", recounts_out=recounts_out)
    assert said in losses.week_words(weeks, "personnel", recounts_out)["alt"]


def test_a_month_of_civilians_keeps_all_its_counts_and_marks_the_newest():
    months = losses.civilians_by_month(tables.load("losses_readings"))
    march = months[months["as_of"] == pd.Timestamp("2022-03-31")]
    assert march["value"].tolist() == [4_094, 4_154, 4_289]
    assert march["newest"].tolist() == [False, False, True]
    assert losses.civilian_words(months)["title"].startswith("March 2022: 4,094, then 4,154, then 4,289 civilians")


def test_own_statements_are_of_the_side_itself():
    rows = losses.own_statements(tables.load("losses_readings"))
    assert set(rows["kind"].astype("str")) == {"official_own"}
    assert losses.statement_words(rows)["title"] == (
        "Own dead, last admitted: Russia 5,937 (September 2022) and Ukraine 55,000 (February 2026)"
    )


def test_words_of_empty_tables_do_not_fail():
    readings, weekly = tables.load("losses_readings"), tables.load("losses_weekly")
    empty = losses.by_kind(readings, weekly, "Ukraine", "ground_robots")
    assert losses.kind_words(empty, "Ukraine", "Lost")["title"] == "No figures"
    assert losses.civilian_words(losses.civilians_by_month(readings).head(0))["title"].startswith("No ")
    assert losses.statement_words(losses.own_statements(readings).head(0))["title"].startswith("No ")
