"""Strikes on Ukraine: what was reported launched, intercepted and hit.

Launched and intercepted are claims of one party. Only wave totals may be added: a single strike
lies inside a night that is already counted.
"""

import math
from collections.abc import Sequence

import pandas as pd

from warledger.wording import count, day, listed, long_day, month, no_words, percent, several

# From this report on, "intercepted" contains the drones lost to jamming that were published apart before.
REPORTING_BREAK = pd.Timestamp("2025-07-24")
LARGE = 30  # missiles that make an attack on a city a large one, unless a notebook says otherwise
TARGETS = {"energy": "energy", "residential": "homes", "military": "military target"}  # the others are drawn together


def wave_totals(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be added up: wave totals without single strikes."""
    return strikes[strikes["counts_scope"] == "wave total"]


def selected(
    strikes: pd.DataFrame, targets: Sequence[str], sure: Sequence[str], oblasts: Sequence[str]
) -> pd.DataFrame:
    """Return the strikes with these kinds of targets, levels of confidence and, where any is given, oblasts.

    The rows of a release have no kind of target: they are in where every kind is.
    """
    kind = strikes["target_kind"]
    unknown = kind.isna() & (len(targets) == len(kind.cat.categories))
    rows = strikes[(kind.isin(targets) | unknown) & strikes["confidence"].isin(sure)]
    return rows[rows["oblast"].isin(oblasts)] if len(oblasts) else rows


def by_month(months: pd.DataFrame) -> pd.DataFrame:
    """Return reported waves a month: index month, columns as in the table plus two rates (0 to 1).

    `drone_rate` is intercepted over launched as published, which is not comparable across
    2025-07-24; `drone_rate_comparable` is (intercepted + lost) over launched. Before July 2024
    nobody published the drones lost, so there it is missing; after the break both are the same.
    """
    table = months.set_index("month")
    launched = table["drones_launched"].where(table["drones_launched"] > 0)
    inside = table.index >= REPORTING_BREAK  # from here on the drones lost are inside "intercepted"
    lost = table["drones_lost"].mask(inside & table["drones_lost"].isna(), 0)
    table["drone_rate"] = (table["drones_intercepted"] / launched).astype("Float64")
    table["drone_rate_comparable"] = ((table["drones_intercepted"] + lost) / launched).astype("Float64")
    return table


def rates_around_break(table: pd.DataFrame) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return drone interception in the twelve whole months before the break and in the whole months after it.

    Each is (intercepted over launched, intercepted and lost over launched), or None where the table
    lacks the twelve months before or has none after. July 2025 holds the break and is in neither.
    """
    cut = REPORTING_BREAK.to_period("M").to_timestamp()
    year_before = table[(table.index >= cut - pd.DateOffset(years=1)) & (table.index < cut)]

    def rates(months: pd.DataFrame) -> tuple[float, float] | None:
        if months.empty:
            return None
        launched, shot = months["drones_launched"].sum(), months["drones_intercepted"].sum()
        return float(shot / launched), float((shot + months["drones_lost"].sum()) / launched)

    return rates(year_before) if len(year_before) == 12 else None, rates(table[table.index > cut])


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the Wilson score interval of a share at 95 %: (low, high), each 0 to 1.

    Wilson, Journal of the American Statistical Association 22 (1927), 209-212: honest for few
    trials and near 0 or 1, where the textbook interval is not.
    """
    if not 0 <= hits <= trials or trials == 0:
        raise ValueError(f"{hits} of {trials} is no share")
    share, z = hits / trials, 1.959964
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def by_weapon(weapons: pd.DataFrame, strikes: pd.DataFrame, smallest: int = 20) -> pd.DataFrame:
    """Return reported interception by weapon: weapon, weapon_class, waves, launched, intercepted, rate, low, high.

    Only rows that count one model (or a family that the reports never tell apart, such as Kh-101/Kh-555)
    alone, in wave totals, with both numbers reported; weapons with fewer than `smallest` launched are
    left out. Drones stand in two rows: to 23 July 2025 as shot down, from 24 July 2025 with those lost
    to jamming, since the reports count them together from that day. low and high are the Wilson interval at 95 %, which
    treats launches as independent: nights differ more than that. Highest rate first.
    """
    rows = weapons[
        weapons["strike_id"].isin(wave_totals(strikes)["strike_id"])
        & ~weapons["combined"]
        & weapons["launched"].notna()
        & weapons["intercepted"].notna()
        & ~weapons["weapon"].str.contains("type not given")
    ]
    dates = rows["strike_id"].map(strikes.set_index("strike_id")["date_local"])
    after = (dates >= REPORTING_BREAK).map({False: ", to 23 July 2025", True: ", from 24 July 2025"})
    drones = rows["weapon_class"] == "one-way drone"
    rows = rows.assign(weapon=rows["weapon"].mask(drones, rows["weapon"] + after))
    table = rows.groupby(["weapon", "weapon_class"], observed=True, as_index=False).agg(
        waves=("strike_id", "nunique"), launched=("launched", "sum"), intercepted=("intercepted", "sum")
    )
    table = table[table["launched"] >= smallest].copy()
    table["rate"] = (table["intercepted"] / table["launched"]).astype("float64")
    bounds = [wilson(int(row.intercepted), int(row.launched)) for row in table.itertuples()]
    table["low"], table["high"] = [low for low, _ in bounds], [high for _, high in bounds]
    return table.sort_values(["rate", "launched"], ascending=False).reset_index(drop=True)


def tolls_by_place(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return reported deaths by place: main_target, oblast, latitude, longitude, strikes, killed, without_toll.

    Counted is `killed_in_place`; a toll that covers other places too and does not say how many died
    here counts as unknown. A wave and a single strike inside it can report the same dead, so of one
    place and day only the highest toll counts. `without_toll` is the number of days whose toll is
    unknown: where it is not 0, `killed` is a floor. Places with no known toll stay missing, not zero.
    Nationwide waves have no place and are not in here.
    """
    rows = strikes[strikes["latitude"].notna()]
    places = ["main_target", "oblast"]
    days = rows.groupby([*places, "date_local"], as_index=False, dropna=False)[
        ["latitude", "longitude", "killed_in_place"]
    ].max()
    table = days.groupby(places, as_index=False, dropna=False).agg(
        latitude=("latitude", "first"),
        longitude=("longitude", "first"),
        strikes=("date_local", "size"),
        killed=("killed_in_place", lambda tolls: tolls.sum(min_count=1)),
        without_toll=("killed_in_place", lambda tolls: tolls.isna().sum()),
    )
    return table.sort_values(["killed", "main_target"], ascending=[False, True]).reset_index(drop=True)


def month_note(months: pd.DataFrame) -> str:
    """Return what must be said of the months shown: incomplete ones, and waves without a number intercepted."""
    partial = [month(row.month) for row in months[months["note"].notna()].itertuples()]
    silent = months[months["waves_without_missile_intercepts"] > 0]
    gaps = [f"{month(row.month)} ({row.waves_without_missile_intercepts})" for row in silent.itertuples()]
    text = f" {listed(partial)} {'is' if len(partial) == 1 else 'are'} incomplete." if partial else ""
    if gaps:
        text += f" Waves without a number of missiles intercepted, which is not zero: {listed(gaps)}."
    return text


def waves(strikes: pd.DataFrame, smallest: int = 10) -> pd.DataFrame:
    """Return wave totals with at least `smallest` missiles.

    Columns: strike_id, date_local, main_target, missiles_launched, drones_launched, target, killed.
    `target` is energy, homes, military target, or other or several.
    """
    rows = wave_totals(strikes).dropna(subset="missiles_launched")
    rows = rows[rows["missiles_launched"] >= smallest]
    target = rows["target_kind"].astype("str").map(TARGETS).fillna("other or several")
    columns = ["strike_id", "date_local", "main_target", "missiles_launched", "drones_launched", "target", "killed"]
    return rows.assign(target=target)[columns].reset_index(drop=True)


def drone_days(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return drones reported launched by day: index month, columns 1 to 31; missing where the ledger has no wave."""
    rows = wave_totals(strikes).dropna(subset="drones_launched")
    days = rows.groupby("date_local", as_index=False)["drones_launched"].sum().astype({"drones_launched": "float64"})
    days = days.assign(month=days["date_local"].dt.to_period("M").dt.to_timestamp(), day=days["date_local"].dt.day)
    table = days.pivot(index="month", columns="day", values="drones_launched")
    months = pd.date_range(table.index.min(), table.index.max(), freq="MS") if len(table) else table.index
    return table.reindex(index=months, columns=range(1, 32)).rename_axis(index="month", columns=None)


def of_place(strikes: pd.DataFrame, place: str) -> pd.DataFrame:
    """Return the strikes on a place: those with it as their main target, and for Kyiv those whose note names it."""
    return strikes[strikes["kyiv_named"] if place == "Kyiv" else strikes["main_target"] == place]


def large_attacks(strikes: pd.DataFrame, place: str, smallest: int = LARGE) -> pd.DataFrame:
    """Return waves of at least `smallest` missiles, counted over the whole wave, that name a place (`of_place`).

    A nationwide wave whose note is silent is not in here, though it may have reached the place.
    """
    rows = wave_totals(of_place(strikes, place))
    return rows[rows["missiles_launched"] >= smallest]


def kyiv_gaps(strikes: pd.DataFrame, smallest: int = LARGE) -> pd.DataFrame:
    """Return large attacks on Kyiv and the days since the one before: date_local, missiles_launched, days, note.

    Large is what `large_attacks` says; a nationwide wave whose note is silent is not counted, so a gap
    is an upper bound.
    """
    rows = large_attacks(strikes, "Kyiv", smallest)
    if len(rows) < 2:
        rows = rows.head(0)  # one attack has no pause before it
    days = rows["date_local"].diff().dt.days.astype("Int64")
    columns = ["strike_id", "date_local", "missiles_launched", "days", "note"]
    return rows.assign(days=days)[columns].reset_index(drop=True)


def month_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the monthly chart, from its numbers."""
    if table.empty:
        return no_words("monthly totals")
    drones, missiles = table["drones_launched"], table["missiles_launched"]
    first, last = drones.index[0], drones.index[-1]
    peaks = (
        f"{count(drones.max())} drones in {month(drones.idxmax())}, "
        f"{count(missiles.max())} missiles in {month(missiles.idxmax())}"
    )
    return {
        "title": f"The most reported launched in a month: {peaks}",
        "alt": "Columns of missiles and of drones reported launched and intercepted a month, "
        f"{month(first)} to {month(last)}. Peaks: {peaks}.",
    }


def weapon_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the interception chart, from its numbers."""
    if table.empty:
        return no_words("weapon launched twenty times or more")
    missiles = table[(table["launched"] >= 100) & (table["weapon_class"] != "one-way drone")]
    often = table if missiles.empty else missiles  # drones stand in two rows: no single rate for a title
    first, last = often.iloc[0], often.iloc[-1]
    parts = [f"{row.weapon} {percent(row.rate)} of {count(row.launched)}" for row in table.itertuples()]
    title = f"{percent(first.rate)} of {first.weapon} reported intercepted"
    if len(often) > 1:
        title = f"Reported intercepted: {percent(first.rate)} of {first.weapon}, {percent(last.rate)} of {last.weapon}"
    return {
        "title": title,
        "alt": f"Dots with intervals of the share reported intercepted, by weapon: {listed(parts)}.",
    }


def place_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the map, from its numbers."""
    if table.empty:
        return no_words("places struck")
    known = table[table["killed"] > 0].head(3)
    if known.empty:
        struck = several(len(table), "place")
        return {"title": f"{struck} struck, no death with a source", "alt": f"Map of Ukraine with {struck} struck."}
    first = known.iloc[0]
    parts = [f"{row.main_target} {toll_text(row.killed, row.without_toll)}" for row in known.itertuples()]
    return {
        "title": f"Known tolls of strikes are highest in {first.main_target}: "
        f"{toll_text(first.killed, first.without_toll)} reported killed",
        "alt": f"Map of Ukraine with {len(table)} places struck, bubbles by people reported killed: "
        f"{listed(parts)} lead.",
    }


def toll_text(killed: int, without_toll: int) -> str:
    """Return a toll, marked as a floor where strikes on the place have no known toll: 33, 33+."""
    return f"{count(killed)}{'+' if without_toll else ''}"


def wave_words(table: pd.DataFrame, smallest: int) -> dict[str, str]:
    """Return title and alternative text of the chart of waves, from its numbers."""
    if table.empty:
        return no_words(f"waves of {smallest} or more missiles")
    largest = table.nlargest(3, "missiles_launched")
    parts = [f"{count(row.missiles_launched)} on {day(row.date_local)}" for row in largest.itertuples()]
    first = largest.iloc[0]
    return {
        "title": f"{several(len(table), 'wave')} of {smallest} or more missiles; the largest, "
        f"{count(first.missiles_launched)}, on {long_day(first.date_local)}",
        "alt": f"Scatter of {len(table)} waves by date and missiles launched, marked by target; "
        f"the largest are {listed(parts)}.",
    }


def day_words(table: pd.DataFrame, listing: str = "ledger") -> dict[str, str]:
    """Return title and alternative text of the calendar of drones, from its numbers; `listing`: ledger or log."""
    if table.empty or table.isna().all(axis=None):
        return no_words("waves of drones")
    days = table.stack()
    start, at = days.idxmax()
    peak = f"{count(days.max())} drones on {at} {month(start)}"
    large = int((days >= 500).sum())
    title = f"Most in one day of the {listing}: {peak}"
    if large:
        title += f"; {several(large, 'day')} of 500 or more"
    return {"title": title, "alt": f"Calendar of drones reported launched a day, one row a month. {title}."}


def gap_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the chart of pauses, from its numbers; pauses are upper bounds."""
    gaps = table.dropna(subset="days")
    if gaps.empty:
        return no_words("two large attacks on Kyiv")
    longest, middle = gaps.loc[gaps["days"].idxmax()], count(gaps["days"].median())
    title = f"{count(len(table))} large attacks on Kyiv in the ledger, half within {middle} days of the one before"
    return {
        "title": title,
        "alt": f"Stems of days since the previous large attack on Kyiv, by day of the attack. {title}; "
        f"the longest gap is {count(longest.days)} days at most, to {long_day(longest.date_local)}.",
    }
