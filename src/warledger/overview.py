"""The war in a few numbers, and its months and weeks on one time axis: frames in, frames out.

Nothing here asks what day it is: give it the tables of `known_by` to see what was known on a day.
"""

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from warledger import losses, pledges
from warledger.known import Ledger
from warledger.strikes import wave_totals
from warledger.wording import count, listed, long_day, money, month, no_words, percent, several

REPORTED = "reported"
NO_NUMBER = "no figure"
PROMISED, CLAIMED = "New money promised to Ukraine", "Russian troops killed or wounded"
YEAR = 12  # months


@dataclass(frozen=True)
class Headline:
    """One number: what it counts, the number in words and as `value`, its kind, who says so, the day it is of.

    Values are persons, pieces or launches, and billions for money. `rows` are the ledger's rows behind it,
    with publisher, via and source_url. Where there is none, only `what` is filled: that is not a zero.
    """

    what: str
    number: str = NO_NUMBER
    value: float = float("nan")
    kind: str = ""
    source: str = ""
    dated: pd.Timestamp | None = None
    rows: pd.DataFrame | None = None


def headlines(known: Ledger, currency: str = "EUR") -> list[Headline]:
    """Return the headline numbers of a ledger; sums of money in one currency, by the rate of the announcement day."""
    readings, weekly, months = known["losses_readings"], known["losses_weekly"], known["strike_months"]
    return [
        *promised(pledges.new_money(known["pledges"], known["donors"], currency, allow_stale_rate=True), currency),
        stated(CLAIMED, readings, weekly, "Russia", "casualties", "claimed"),
        stated("Russian soldiers killed", readings, weekly, "Russia", "killed", "name_by_name"),
        stated("Ukrainian soldiers killed", readings, weekly, "Ukraine", "killed", "official_own"),
        photographed(known["losses_oryx"]),
        stated("Civilians killed in Ukraine", readings, weekly, "civilians", "killed", "verified"),
        launched(months, "missiles"),
        launched(months, "drones"),
        largest_wave(known["strikes"]),
    ]


def promised(rows: pd.DataFrame, currency: str) -> list[Headline]:
    """Return new money in sum, of Europe and of the United States, from the rows of `pledges.new_money`."""
    return [
        _sum_of_money(PROMISED, rows, currency),
        _sum_of_money("of it from Europe and the EU", rows[rows["group"] == "Europe"], currency),
        _sum_of_money("of it from the United States", rows[rows["group"] == "United States"], currency),
    ]


def _sum_of_money(what: str, rows: pd.DataFrame, currency: str) -> Headline:
    if rows.empty:
        return Headline(what)
    sum_, newest = pledges.total(rows), rows["announced_on"].max()
    guessed = rows.loc[rows["shown_as"] == pledges.ESTIMATED, "value"].sum() / sum_
    kind = f"announced, {percent(guessed)} of it estimated" if guessed >= 0.005 else "announced"
    sources = several(rows["publisher"].nunique(), "source")
    source = f"{several(len(rows), 'row')} of {sources} to {long_day(newest)}"
    return Headline(what, money(sum_, currency), sum_, kind, source, newest, rows)


def stated(what: str, readings: pd.DataFrame, weekly: pd.DataFrame, side: str, category: str, kind: str) -> Headline:
    """Return the newest reading of a running total by day of the count, of those that repeat nobody's series."""
    newest = losses.newest_reading(readings, weekly, side, category, kind)
    return _of_row(what, newest, "as_of", losses.kind_name(kind, side))


def photographed(oryx: pd.DataFrame) -> Headline:
    """Return Russian equipment of all types, destroyed, damaged, abandoned or captured, in the newest snapshot."""
    newest, kind = losses.newest_photographed(oryx), losses.KINDS["visually_confirmed"]
    return _of_row("Russian vehicles, guns and other equipment lost", newest, "as_of", kind)


def launched(months: pd.DataFrame, weapons: str) -> Headline:
    """Return the sum of the monthly totals of `missiles` or `drones` (with decoys) launched."""
    what = "Missiles launched at Ukraine" if weapons == "missiles" else "Drones and decoys launched at Ukraine"
    rows = months.dropna(subset=f"{weapons}_launched")
    if rows.empty:
        return Headline(what)
    sum_, newest = int(rows[f"{weapons}_launched"].sum()), rows["month"].max()
    what = f"{what} since {month(rows['month'].min())}"
    source = f"{_publishers(rows)}, monthly totals to {month(newest)}"
    return Headline(what, count(sum_), sum_, REPORTED, source, newest + pd.offsets.MonthEnd(), rows)


def largest_wave(strikes: pd.DataFrame) -> Headline:
    """Return the wave total with most missiles and drones together; where one of them is not reported, the other."""
    rows = wave_totals(strikes)
    sizes = rows[["missiles_launched", "drones_launched"]].sum(axis=1, min_count=1).dropna().astype("int64")
    if sizes.empty:
        return Headline("Largest wave")
    row = rows.loc[[sizes.idxmax()]]
    told = row[["missiles_launched", "drones_launched"]].iloc[0].dropna()
    parts = listed(f"{count(number)} {name.removesuffix('_launched')}" for name, number in told.items())
    what = f"Largest wave: {parts}"
    return _of_row(what, row.assign(value=sizes.max()), "date_local", REPORTED)


def _of_row(what: str, newest: pd.DataFrame, on: str, kind: str) -> Headline:
    """Return the headline of one row, or of none; a row with bounds alone is a range, whose value is missing."""
    if newest.empty:
        return Headline(what)
    row = newest.iloc[0]
    value = float("nan") if pd.isna(row["value"]) else float(row["value"])
    source = f"{_publishers(newest)}, {long_day(row[on])}"
    return Headline(what, losses.reading_text(row), value, kind, source, row[on], newest)


def _publishers(rows: pd.DataFrame) -> str:
    return listed(sorted(rows["publisher"].unique()))


def numbers_table(numbers: list[Headline], as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the headlines as a card shows them: number, what, kind, source, value, and `told` (kind and source)."""
    none = f"nothing in the ledger published by {long_day(as_of)}"
    rows = [(one.number, one.what, one.kind, one.source or none, one.value) for one in numbers]
    table = pd.DataFrame(rows, columns=["number", "what", "kind", "source", "value"])
    return table.assign(told=[f"{kind}: {source}" if kind else source for _, _, kind, source, _ in rows])


def ages(numbers: list[Headline], as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the days from the day of each known headline to `as_of`: what, dated, days; oldest first."""
    known = [(one.what, one.dated, (as_of - one.dated).days) for one in numbers if one.dated is not None]
    return pd.DataFrame(known, columns=["what", "dated", "days"]).sort_values("days", ascending=False, kind="stable")


def sources_of(numbers: list[Headline]) -> list[pd.DataFrame]:
    """Return the rows behind the headlines; those of a part of the money stand in the whole."""
    return [one.rows for one in numbers if one.rows is not None and not one.what.startswith("of it")]


def number_words(table: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, str]:
    """Return title and alternative text of the card of headline numbers, from its table."""
    known = table[table["number"] != NO_NUMBER]
    said = {
        PROMISED: "promised",
        CLAIMED: "Russian losses claimed",
        "Civilians killed in Ukraine": "civilians verified killed",
    }
    parts = [f"{row.number} {said[row.what]}" for row in known.itertuples() if row.what in said]
    title = listed(parts) if parts else f"No headline number known by {long_day(as_of)}"
    lines = "; ".join(f"{row.what}: {row.number}, {row.told}" for row in known.itertuples())
    return {"title": title, "alt": f"Table of headline numbers known by {long_day(as_of)}. {lines or 'All missing'}."}


def timeline_table(pledged: pd.DataFrame, weeks: pd.DataFrame, launched: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the numbers of the aligned timeline in one frame: series, unit, date, value.

    `pledged` comes from `pledges.by_month`, `weeks` from `losses.weekly_losses`, `launched` are monthly totals
    by month. A month is dated by its first day, a week by its Thursday; one without a row is not in it.
    """
    of_months = {f"new money, {group}": (pledged[group], f"{currency} bn a month") for group in pledged}
    of_weeks = {
        "Russian losses claimed": (weeks.set_index("date")["loss"], "killed and wounded a week"),
        "Russian losses claimed, mean": (weeks.set_index("date")["mean"], "killed and wounded a week"),
    }
    counts = {f"{what} launched": (launched[f"{what}_launched"], "a month") for what in ("missiles", "drones")}
    frames = [
        pd.DataFrame({"series": name, "unit": unit, "date": values.index, "value": values.astype("Float64").to_numpy()})
        for name, (values, unit) in {**of_months, **of_weeks, **counts}.items()
    ]
    return pd.concat(frames, ignore_index=True).dropna(subset="value").reset_index(drop=True)


def year_on_year(weeks: pd.DataFrame, launched: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return sums of the twelve months before the last whole ones and of these: drones, missiles and losses.

    The months are those of the last complete monthly total. Empty where there are not 24 without a gap, and
    without losses where a half of the time has fewer than 50 weeks.
    """
    whole = launched[launched["note"].isna()]
    if len(whole) < 2 * YEAR or whole.index[-2 * YEAR] + pd.DateOffset(months=2 * YEAR - 1) != whole.index[-1]:
        return {}
    cuts = [whole.index[-1] + pd.DateOffset(months=1 - back) for back in (2 * YEAR, YEAR, 0)]
    series = {
        "drones launched": whole["drones_launched"],
        "missiles launched": whole["missiles_launched"],
        "Russian losses claimed": weeks.set_index("date")["loss"],
    }
    found = {}
    for name, values in series.items():
        halves = [values[(values.index >= start) & (values.index < end)].dropna() for start, end in pairwise(cuts)]
        if min(map(len, halves)) >= (YEAR if "launched" in name else 50):
            found[name] = (float(halves[0].sum()), float(halves[1].sum()))
    return found


def timeline_words(pledged: pd.DataFrame, weeks: pd.DataFrame, launched: pd.DataFrame, currency: str) -> dict[str, str]:
    """Return title and alternative text of the aligned timeline, from its frames.

    The title says whether three of more than twelve months hold a third of the money, and how the last year
    compares with the one before, where there are two; else it names the highest month.
    """
    peaks = []
    sums = pledged.sum(axis=1)
    if len(sums):
        peaks.append(f"{money(sums.max(), currency)} of new money in {month(sums.idxmax())}")
    if len(weeks):
        top = weeks.loc[weeks["loss"].astype("float64").idxmax()]
        peaks.append(f"{count(top.loss)} Russian losses claimed in the week to {long_day(top.date)}")
    for what in ("missiles", "drones"):
        column = launched[f"{what}_launched"].dropna().astype("float64")
        if len(column):
            peaks.append(f"{count(column.max())} {what} in {month(column.idxmax())}")
    if not peaks:
        return no_words("money, losses or attacks")
    changes = {
        name: f"{'rose' if after > before else 'fell'} {percent(abs(after / before - 1))}"
        for name, (before, after) in year_on_year(weeks, launched).items()
        if name != "missiles launched" and before
    }
    parts = ["money comes in bursts"] if len(sums) > YEAR and sums.nlargest(3).sum() > sums.sum() / 3 else []
    if changes:
        said = ", ".join(f"{name} {change}" for name, change in changes.items())
        parts.append(f"in the year to {_last_whole(launched)} {said}")
    title = "; ".join(parts) or f"{peaks[-1]}, the most in this period"
    title = title[0].upper() + title[1:]
    return {
        "title": title,
        "alt": "Four charts on one time axis: new money promised to Ukraine a month, Russian losses claimed a week, "
        f"missiles and drones reported launched at Ukraine a month. {title}. Highest: {listed(peaks)}.",
    }


def year_text(weeks: pd.DataFrame, launched: pd.DataFrame) -> str:
    """Return the comparison of two years in words, or that there are not two."""
    parts = [f"{name} {count(now)} after {count(then)}" for name, (then, now) in year_on_year(weeks, launched).items()]
    return f"The last year against the one before: {listed(parts)}." if parts else "There are no two years to compare."


def year_note(weeks: pd.DataFrame, launched: pd.DataFrame) -> str:
    """Return which months the title compares, as a sentence for the note; nothing where it compares none."""
    if not year_on_year(weeks, launched):
        return ""
    return f" A year: the twelve months to {_last_whole(launched)} against those before."


def _last_whole(launched: pd.DataFrame) -> str:
    """Return the last month with a complete total, in words."""
    return month(launched.index[launched["note"].isna()][-1])
