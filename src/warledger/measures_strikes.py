"""Measures of strikes as reported: what was launched and intercepted, where, when, and how long after the last."""

import pandas as pd

from warledger import strikes
from warledger.comparing import CHANGE, CLOCK, written
from warledger.known import Ledger
from warledger.measures import NOTED, Answer, Asked, Unanswered, cited, measure
from warledger.wording import count, listed, long_day, month, several

ONE_DAY = pd.Timedelta(days=1)
REPORTED = "reported"
FIRED = [f"{what}_{fate}" for what in ("missiles", "drones", "weapons") for fate in ("launched", "intercepted")]
ONLY_NOTED = {  # unit and subject
    "explosions_heard": ("blasts", "blasts heard"),
    "district_damaged": ("district", "damaged districts"),
    "districts_damaged": ("districts", "damaged districts"),
}


def _units(item: str) -> tuple[str, ...]:
    return (item.partition("_")[0],)


def _words(asked: Asked) -> str:
    """Return an item in words: missiles launched, or cruise missiles launched where a class is named."""
    what, _, fate = asked.item.partition("_")
    what = f"{asked.weapon_class}s" if asked.weapon_class else what.replace("weapons", "missiles and drones")
    return f"{what} {fate}"


def _waves(ledger: Ledger, asked: Asked) -> pd.DataFrame:
    """Return the wave totals of the day asked about, of the place where one is named."""
    rows = strikes.of_place(ledger["strikes"], asked.place) if asked.place else ledger["strikes"]
    rows = strikes.wave_totals(rows[rows["date_local"] == asked.as_of])
    if rows.empty:
        where = f" that names {asked.place}" if asked.place else ""
        raise Unanswered(f"the ledger has no wave of {long_day(asked.as_of)}{where}")
    return rows


def _fired(ledger: Ledger, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Return the rows with least and most of an item, `low` and `high`; rows without a number are left out.

    Where only one of missiles and drones is reported, their sum is a floor. A class of weapons is added
    up from rows of that class alone; what a report lumps with another class is between the bounds.
    """
    what, _, fate = asked.item.partition("_")
    if asked.weapon_class:
        weapons = ledger["strike_weapons"]
        complete = weapons[fate].notna().groupby(weapons["strike_id"]).all()
        # Of strikes whose every row has a number, a class that is not named was not there.
        rows = rows[rows["strike_id"].isin(complete.index[complete])]
        lumped = weapons["mixed_classes"].astype(bool)
        pure = weapons[~lumped & (weapons["weapon_class"] == asked.weapon_class)].groupby("strike_id")[fate].sum()
        mixed = weapons[lumped].groupby("strike_id")[fate].sum()
        low, more = (rows["strike_id"].map(part).astype("Float64").fillna(0) for part in (pure, mixed))
        return rows.assign(low=low, high=low + more)
    columns = [f"{one}_{fate}" for one in (("missiles", "drones") if what == "weapons" else (what,))]
    low = rows[columns].sum(axis=1, min_count=1).astype("Float64")
    return rows.assign(low=low, high=low.where(rows[columns].notna().all(axis=1))).dropna(subset="low")


def _ends(low, high) -> tuple[float, float | None]:
    return float(low), None if pd.isna(high) else float(high)


def _each(rows: pd.DataFrame):
    for row in rows.itertuples():
        yield row, cited("strikes", rows.loc[[row.Index]], "strike_id")


def _wave_words(row, asked: Asked) -> str:
    where = "across the country" if row.main_target == "nationwide" else f"on {row.main_target}"
    return f"{count(row.low)} {_words(asked)} in the wave of {long_day(row.date_local)} {where} ({row.publisher})"


@measure("{}", FIRED, units=_units)
def in_wave(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Missiles, drones or both in a wave that ended on the day (of a place, of a class); each wave is an answer."""
    rows = _fired(ledger, _waves(ledger, asked), asked)
    if rows.empty:
        raise Unanswered(f"no number of {_words(asked)} is reported for {long_day(asked.as_of)}, which is not zero")
    return [Answer(_wave_words(row, asked), REPORTED, *_ends(row.low, row.high), **rest) for row, rest in _each(rows)]


@measure("{}_day", FIRED, units=_units)
def in_day(ledger: Ledger, asked: Asked) -> Answer:
    """Missiles, drones or both in all waves that ended on the day; a wave without a number makes the sum a floor."""
    waves = _waves(ledger, asked)
    rows = _fired(ledger, waves, asked)
    if rows.empty:
        raise Unanswered(f"no number of {_words(asked)} is reported for {long_day(asked.as_of)}, which is not zero")
    whole = len(rows) == len(waves) and rows["high"].notna().all()
    says = f"the waves of {long_day(asked.as_of)} add up to {count(rows['low'].sum())} {_words(asked)}"
    low, high = _ends(rows["low"].sum(), rows["high"].sum() if whole else None)
    return Answer(says, REPORTED, low, high, **cited("strikes", rows, "strike_id"))


def _months(ledger: Ledger, asked: Asked) -> pd.DataFrame:
    """Return the monthly totals with low and high: an incomplete month, or one with silent waves, is a floor."""
    if asked.weapon_class:
        raise Unanswered("the monthly totals do not tell classes of weapons apart")
    rows = _fired(ledger, ledger["strike_months"], asked)
    silent = rows["waves_without_missile_intercepts"] + rows["waves_without_drone_intercepts"] > 0
    floor = rows["note"].notna() | (silent & asked.item.endswith("intercepted"))
    return rows.assign(high=rows["high"].mask(floor)).set_index("month", drop=False)


@measure("{}_month", FIRED, units=_units)
def in_month(ledger: Ledger, asked: Asked) -> Answer:
    """Missiles, drones or both in a calendar month, over all reported waves."""
    months, start = _months(ledger, asked), asked.as_of.replace(day=1)
    if start not in months.index:
        raise Unanswered(f"the ledger has no total of {month(start)}")
    row = months.loc[start]
    says = f"the waves of {month(start)} add up to {count(row.low)} {_words(asked)}"
    return Answer(says, REPORTED, *_ends(row.low, row.high), **cited("strike_months", months.loc[[start]], "month"))


def _refuse_break(asked: Asked, since: pd.Timestamp) -> None:
    mixed = asked.item.endswith("intercepted") and not asked.item.startswith("missiles")
    if mixed and since < strikes.REPORTING_BREAK <= asked.as_of:
        raise Unanswered("from 24 July 2025 drones intercepted include those lost to jamming: figures do not compare")


@measure("{}_month_change", FIRED, units=(CHANGE,))
def month_change(ledger: Ledger, asked: Asked) -> Answer:
    """Change of a month's number against the month before, as a share of it; of interceptions not across the break."""
    months, start = _months(ledger, asked), asked.as_of.replace(day=1)
    before = start - pd.DateOffset(months=1)
    _refuse_break(asked, before)
    rows = months[months.index.isin([before, start])].dropna(subset="high")
    if len(rows) < 2 or not rows["low"].iloc[0]:
        raise Unanswered(f"the ledger lacks a whole total of {month(start)} or of the month before")
    old, new = rows["low"].astype(float)
    change = new / old - 1
    says = f"{count(new)} {_words(asked)} in {month(start)} after {count(old)} the month before is "
    return Answer(says + written(change, CHANGE), REPORTED, change, change, **cited("strike_months", rows, "month"))


@measure("{}_max_to_date", FIRED, units=_units)
def wave_max(ledger: Ledger, asked: Asked) -> Answer:
    """Most in one wave up to a day. 24 February 2022 counts, with the American figure of more than 160 missiles.

    Waves without a number are left out; where only missiles or only drones are reported, they stand for both.
    """
    rows = strikes.of_place(ledger["strikes"], asked.place) if asked.place else ledger["strikes"]
    rows = strikes.wave_totals(rows[rows["date_local"] <= asked.as_of])
    _refuse_break(asked, rows["date_local"].min())
    rows = _fired(ledger, rows, asked)
    if rows.empty:
        raise Unanswered(f"no wave by {long_day(asked.as_of)} has a number of {_words(asked)}")
    most = rows.loc[[rows["low"].astype(float).idxmax()]]
    row, rest = next(_each(most))
    says = f"the most by {long_day(asked.as_of)}: {_wave_words(row, asked)}"
    return Answer(says, REPORTED, float(row.low), float(row.low), **rest)


@measure("{}_month_max_to_date", FIRED, units=_units)
def month_max(ledger: Ledger, asked: Asked) -> Answer:
    """Most in one calendar month that was over by a day: a floor, since no total is known before September 2022."""
    months = _months(ledger, asked)
    _refuse_break(asked, months.index.min())
    known = months[months.index + pd.offsets.MonthEnd(1) <= asked.as_of]
    if known.empty:
        raise Unanswered(f"the ledger has no monthly total by {long_day(asked.as_of)}")
    row = known.loc[[known["low"].astype(float).idxmax()]]
    says = f"the highest total by {long_day(asked.as_of)} is {count(row['low'].iloc[0])} {_words(asked)} in "
    says += f"{month(row.index[0])}; none is known before {month(months.index.min())}"
    return Answer(says, REPORTED, float(row["low"].iloc[0]), None, **cited("strike_months", row, "month"))


def _nearest(ledger: Ledger, asked: Asked) -> pd.DataFrame:
    """Return the strikes on a place of the day nearest to the one asked about, at most three days away."""
    rows = strikes.of_place(ledger["strikes"], asked.place)
    away = (rows["date_local"] - asked.as_of).abs()
    near = rows[(away == away.min()) & (away <= 3 * ONE_DAY)]
    if near.empty:
        raise Unanswered(f"the ledger has no strike on {asked.place} within three days of {long_day(asked.as_of)}")
    return near


@measure("strike_date", units=("date",), needs=("place",))
def strike_date(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Local date of the strike on a place that is nearest to a day."""
    found = []
    for row, rest in _each(_nearest(ledger, asked)):
        says = f"the strike on {asked.place} ended on {row.date_local.day_name()}, {long_day(row.date_local)}"
        found.append(Answer(says, REPORTED, row.date_local, row.date_local, **rest))
    return found


@measure("strike_clock_local", units=(CLOCK,), needs=("place",))
def strike_clock(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Local time during which a strike on a place went on, as reported; minutes from midnight."""
    found = []
    for row, rest in _each(_nearest(ledger, asked).dropna(subset="start_local")):
        start, end = row.start_local, row.start_local if pd.isna(row.end_local) else row.end_local
        says = f"the report on the strike gives {start:%H:%M}" + (f" to {end:%H:%M}" if end > start else "")
        low, high = ((at - row.date_local) / pd.Timedelta(minutes=1) for at in (start, end))
        for day in (0, 1440) if low < 0 else (0,):  # 23:30 of the evening before is a time of the same night
            found.append(Answer(says, REPORTED, low + day, high + day, **rest, lasts=True))
    if not found:
        raise Unanswered("no clock time is reported")
    return found


@measure("oblast", units=("ISO 3166-2 code",))
def oblast(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Main target of a wave of the day, with the ISO code of its oblast."""
    rows = _waves(ledger, asked).dropna(subset="oblast")
    if rows.empty:
        raise Unanswered(f"the waves of {long_day(asked.as_of)} were nationwide, no main target is named")
    found = []
    for row, rest in _each(rows):
        target = f"{row.main_target} ({row.oblast})"
        found.append(Answer(f"the main target is given as {target}", REPORTED, target, target, **rest))
    return found


@measure("strike_{}", ("killed", "injured"), units=("persons",), needs=("place",))
def toll(ledger: Ledger, asked: Asked) -> list[Answer]:
    """People reported killed or injured in the strike on a place nearest to a day, by the ledger's newest count."""
    rows = _nearest(ledger, asked).dropna(subset=asked.item)
    if rows.empty:
        raise Unanswered("no such toll is reported, which is not zero")
    found = []
    for row, rest in _each(rows):
        value = int(getattr(row, asked.item))
        says = f"{several(value, 'person is', 'people are')} reported {asked.item} on {long_day(row.date_local)}"
        found.append(Answer(says, REPORTED, value, value, **rest))
    return found


def _previous(ledger: Ledger, asked: Asked) -> tuple[pd.Timestamp, pd.Timestamp, str, dict]:
    """Return the day of the large attack before, the last day on which one may have been, words and rows.

    A nationwide wave as large as that, whose note does not name the place, may have reached it.
    """
    table = ledger["strikes"][ledger["strikes"]["date_local"] < asked.as_of]
    large = strikes.large_attacks(table, asked.place).tail(1)
    if large.empty:
        raise Unanswered(f"the ledger has no large attack on {asked.place} before {long_day(asked.as_of)}")
    last = large.iloc[0]
    says = f"the last wave of {strikes.LARGE} or more missiles before that naming {asked.place} was on "
    says += f"{long_day(last.date_local)} ({count(last.missiles_launched)} in all)"
    later = strikes.wave_totals(table)[lambda rows: rows["date_local"] > last.date_local]
    named = later["strike_id"].isin(strikes.of_place(later, asked.place)["strike_id"])
    smaller = later[named & (later["missiles_launched"] >= 10)]
    if len(smaller):
        days = [f"{long_day(row.date_local)} ({count(row.missiles_launched)})" for row in smaller.itertuples()]
        says += f"; smaller ones named it on {listed(days)}" if len(days) > 1 else f"; a smaller one on {days[0]}"
    silent = later[~named & (later["main_target"] == "nationwide") & (later["missiles_launched"] >= strikes.LARGE)]
    if len(silent):
        says += f"; nationwide waves up to {long_day(silent['date_local'].max())} may have reached it too"
    latest = max([last.date_local, *silent["date_local"]])
    return last.date_local, latest, says, cited("strikes", pd.concat([large, smaller, silent]), "strike_id")


@measure("previous_major_strike_on", units=("date",), needs=("place",))
def previous_strike(ledger: Ledger, asked: Asked) -> Answer:
    """Day of the last large attack on a place before a day: a wave of 30 or more missiles in all that names it."""
    low, high, says, rest = _previous(ledger, asked)
    return Answer(says, REPORTED, low, high, **rest)


@measure("days_since_previous_major_strike", units=("days",), needs=("place",))
def days_since(ledger: Ledger, asked: Asked) -> Answer:
    """Days from the last large attack on a place to a day, as the difference of the two dates."""
    low, high, says, rest = _previous(ledger, asked)
    least, most = (asked.as_of - high).days, (asked.as_of - low).days
    return Answer(f"{says}; that is {most} days, {most + 1} with both ends counted", "computed", least, most, **rest)


@measure("{}", ONLY_NOTED, units=lambda item: ONLY_NOTED[item][:1])
def noted(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Blasts and districts: the ledger has no table of them, only a note on the strike, so this is never decided."""
    says = f"the ledger has no table of {ONLY_NOTED[asked.item][1]}; its note on the strike says: "
    return [Answer(says + row.note, NOTED, **rest) for row, rest in _each(_waves(ledger, asked))]
