"""Strikes on Ukraine: what was reported launched, intercepted and hit.

Launched and intercepted are claims of one party. Only wave totals may be added: a single strike
lies inside a night that is already counted.
"""

import math

import pandas as pd

from warledger.wording import count, day, listed, long_day, month, no_words, percent

# From this report on, "intercepted" contains the drones lost to jamming that were published apart before.
REPORTING_BREAK = pd.Timestamp("2025-07-24")
TARGETS = {"energy": "energy", "residential": "homes", "military": "military target"}  # the others are drawn together


def wave_totals(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be added up: wave totals without single strikes."""
    return strikes[strikes["counts_scope"] == "wave total"]


def by_month(months: pd.DataFrame) -> pd.DataFrame:
    """Return reported waves a month: index month, columns as in the table plus two rates (0 to 1).

    `drone_rate` is intercepted over launched as published, which is not comparable across
    2025-07-24; `drone_rate_comparable` is (intercepted + lost) over launched. Before July 2024
    nobody published the drones lost, so there the two are the same.
    """
    table = months.set_index("month")
    launched = table["drones_launched"].where(table["drones_launched"] > 0)
    lost = table["drones_lost"].where(table["drones_lost"].notna(), 0)  # not published apart: inside or not counted
    table["drone_rate"] = (table["drones_intercepted"] / launched).astype("Float64")
    table["drone_rate_comparable"] = ((table["drones_intercepted"] + lost) / launched).astype("Float64")
    return table


def rates_around_break(table: pd.DataFrame) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return drone interception in the twelve whole months before the break and in the whole months after it.

    Each is (intercepted over launched, intercepted and lost over launched), or None where the table
    has no such month. July 2025 holds the break and is in neither.
    """
    cut = REPORTING_BREAK.to_period("M").to_timestamp()
    year_before = table[(table.index >= cut - pd.DateOffset(years=1)) & (table.index < cut)]

    def rates(months: pd.DataFrame) -> tuple[float, float] | None:
        if months.empty:
            return None
        launched, shot = months["drones_launched"].sum(), months["drones_intercepted"].sum()
        return float(shot / launched), float((shot + months["drones_lost"].sum()) / launched)

    return rates(year_before), rates(table[table.index > cut])


def wilson(hits: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the Wilson score interval of a share at 95 %: (low, high), each 0 to 1.

    Wilson, Journal of the American Statistical Association 22 (1927), 209-212: honest for few
    trials and near 0 or 1, where the textbook interval is not.
    """
    if not 0 <= hits <= trials or trials == 0:
        raise ValueError(f"{hits} of {trials} is no share")
    share = hits / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def by_weapon(weapons: pd.DataFrame, strikes: pd.DataFrame, smallest: int = 20) -> pd.DataFrame:
    """Return reported interception by weapon: weapon, weapon_class, waves, launched, intercepted, rate, low, high.

    Only rows that count one model alone, in wave totals, with both numbers reported; weapons with
    fewer than `smallest` launched are left out. low and high are the Wilson interval at 95 %, which
    treats launches as independent: nights differ more than that. Highest rate first.
    """
    rows = weapons[
        weapons["strike_id"].isin(wave_totals(strikes)["strike_id"])
        & ~weapons["combined"]
        & weapons["launched"].notna()
        & weapons["intercepted"].notna()
        & ~weapons["weapon"].str.contains("type not given")
    ]
    table = rows.groupby(["weapon", "weapon_class"], observed=True, as_index=False).agg(
        waves=("strike_id", "nunique"), launched=("launched", "sum"), intercepted=("intercepted", "sum")
    )
    table = table[table["launched"] >= smallest].copy()
    table["rate"] = (table["intercepted"] / table["launched"]).astype("float64")
    bounds = [wilson(int(row.intercepted), int(row.launched)) for row in table.itertuples()]
    table["low"], table["high"] = [low for low, _ in bounds], [high for _, high in bounds]
    return table.sort_values(["rate", "launched"], ascending=False).reset_index(drop=True)


def tolls_by_place(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return reported deaths by place: main_target, oblast, latitude, longitude, strikes, killed, injured.

    A wave and a single strike inside it can report the same dead, so of one place and day only
    the highest toll counts. Places whose strikes report no toll stay missing, not zero. Nationwide
    waves have no place and are not in here.
    """
    rows = strikes[strikes["latitude"].notna()]
    places = ["main_target", "oblast"]
    days = rows.groupby([*places, "date_local"], as_index=False)[["latitude", "longitude", "killed", "injured"]].max()
    table = days.groupby(places, as_index=False).agg(
        latitude=("latitude", "first"),
        longitude=("longitude", "first"),
        strikes=("date_local", "size"),
        killed=("killed", lambda tolls: tolls.sum(min_count=1)),
        injured=("injured", lambda tolls: tolls.sum(min_count=1)),
    )
    return table.sort_values(["killed", "main_target"], ascending=[False, True]).reset_index(drop=True)


def waves(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return wave totals with a missile count: date_local, missiles_launched, drones_launched, target, killed, note.

    `target` is energy, homes, military target, or other or several.
    """
    rows = wave_totals(strikes).dropna(subset="missiles_launched")
    rows = rows[rows["missiles_launched"] > 0]
    target = rows["target_kind"].astype("str").map(TARGETS).fillna("other or several")
    columns = ["strike_id", "date_local", "main_target", "missiles_launched", "drones_launched", "target", "killed"]
    return rows.assign(target=target)[columns].reset_index(drop=True)


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
        return no_words("weapon with enough launches")
    often = table[table["launched"] >= 100] if (table["launched"] >= 100).any() else table
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
    known = table.dropna(subset="killed").head(3)
    if known.empty:
        return {
            "title": "Places struck; no toll was reported",
            "alt": f"Map of Ukraine with {len(table)} places struck.",
        }
    first = known.iloc[0]
    parts = [f"{row.main_target} {count(row.killed)}" for row in known.itertuples()]
    return {
        "title": f"{first.main_target} has the highest toll in the ledger: {count(first.killed)} reported killed",
        "alt": f"Map of Ukraine with {len(table)} places struck, bubbles by people reported killed: "
        f"{listed(parts)} lead.",
    }


def wave_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the chart of waves, from its numbers."""
    if table.empty:
        return no_words("waves with missiles")
    largest = table.nlargest(min(3, len(table)), "missiles_launched")
    parts = [f"{count(row.missiles_launched)} on {day(row.date_local)}" for row in largest.itertuples()]
    first = largest.iloc[0]
    return {
        "title": f"{count(len(table))} waves with missiles; the largest, {count(first.missiles_launched)}, "
        f"on {long_day(first.date_local)}",
        "alt": f"Scatter of {len(table)} waves by date and missiles launched, marked by target; "
        f"the largest are {listed(parts)}.",
    }
