"""Losses as claimed, photographed, counted and estimated: kinds that never share a sum or a line."""

import pandas as pd

from warledger.wording import count

ITEM_NAMES = {
    "personnel": "personnel (killed and wounded)",
    "tanks": "tanks",
    "apcs": "armoured combat vehicles",
    "artillery": "artillery systems",
    "mlrs": "rocket launchers",
    "air_defence": "air-defence systems",
    "aircraft": "aeroplanes",
    "helicopters": "helicopters",
    "uavs": "drones",
    "cruise_missiles": "cruise missiles",
    "ships": "ships and boats",
    "submarines": "submarines",
    "vehicles_and_fuel_tanks": "vehicles and fuel tanks",
    "special_equipment": "pieces of special equipment",
    "ground_robots": "ground robots",
}

# What the General Staff counts beside what Oryx photographs. Oryx's artillery has no mortars.
COMPARABLE = {
    "tanks": ("Tanks", ["tanks"]),
    "apcs": ("Armoured vehicles", ["afv", "ifv", "apc"]),
    "artillery": ("Artillery", ["towed_artillery", "self_propelled_artillery"]),
    "mlrs": ("Rocket artillery", ["rocket_artillery"]),
    "aircraft": ("Aeroplanes", ["aircraft"]),
    "helicopters": ("Helicopters", ["helicopters"]),
}

KINDS = {
    "claimed": "claimed by the enemy",
    "official_own": "admitted by the side itself",
    "visually_confirmed": "photographed",
    "name_by_name": "counted by name",
    "verified": "verified case by case",
    "estimate": "estimated",
}

ORYX_BREAK = pd.Timestamp("2026-05-15")  # between the snapshots of 30 April and 31 May 2026


def weekly_losses(weekly: pd.DataFrame, restatements: pd.DataFrame, item: str) -> pd.DataFrame:
    """Return what the General Staff claims for each week: columns date, change, restated, loss.

    `change` is the difference of two bulletins' totals, `restated` the re-counts published between
    them, `loss` the difference of the two. The first bulletin has no week before it and an item's
    first figure is a backlog, so both are left out; so is a week with a missing total. A negative
    loss is kept: it is an error to report, not to clip.
    """
    totals = weekly[["date", item]].rename(columns={item: "total"})
    table = totals.assign(change=totals["total"].diff()).dropna(subset="change")
    recounts = restatements[restatements["item"] == item]
    bulletins = pd.Series(totals["date"].to_numpy(), index=totals["date"])
    week = bulletins.reindex(recounts["date"], method="bfill").to_numpy()
    restated = recounts["restated_by"].groupby(week).sum()
    # No re-count published means that none was made, so this zero is a fact, not a gap.
    table["restated"] = table["date"].map(restated).astype("Int64").fillna(0)
    table["loss"] = table["change"] - table["restated"]
    return table[["date", "change", "restated", "loss"]].reset_index(drop=True)


def negative_weeks(table: pd.DataFrame) -> pd.DataFrame:
    """Return the weeks with a negative loss: an unreported re-count or an error of the source."""
    return table[table["loss"] < 0]


def claimed_over_photographed(weekly: pd.DataFrame, oryx: pd.DataFrame) -> pd.DataFrame:
    """Return General Staff totals over Oryx's, for Russia: index as_of, columns items, values ratios.

    Each Oryx snapshot is held against the last bulletin on or before its day, at most a week old.
    """
    russia = oryx[oryx["side"] == "Russia"].sort_values("as_of")
    pairs = pd.merge_asof(
        russia, weekly.add_prefix("claimed_"), left_on="as_of", right_on="claimed_date", tolerance=pd.Timedelta("7D")
    ).set_index("as_of")
    ratios = {
        item: (pairs[f"claimed_{item}"] / pairs[types].sum(axis=1, skipna=False)).astype("Float64")
        for item, (_, types) in COMPARABLE.items()
    }
    return pd.DataFrame(ratios).dropna(how="all")


def by_kind(readings: pd.DataFrame, weekly: pd.DataFrame, side: str, category: str) -> pd.DataFrame:
    """Return every reading of a side's running total: as_of, kind, value, value_low, value_high, publisher, source_url.

    The General Staff's bulletins join as claims where they count the same thing (`casualties` are
    its personnel). Readings that repeat another publisher's series are left out, and so are counts
    known only for later days, since they are no totals of that day.
    """
    columns = ["as_of", "kind", "value", "value_low", "value_high", "publisher", "via", "source_url"]
    rows = readings[(readings["side"] == side) & (readings["category"] == category) & readings["relays"].isna()]
    item = {"casualties": "personnel"}.get(category, category)
    if side == "Russia" and item in ITEM_NAMES:
        claims = weekly.dropna(subset=item).rename(columns={"date": "as_of", item: "value"})
        rows = pd.concat([rows, claims.assign(kind="claimed")])
    rows = rows.reindex(columns=columns)
    rows["kind"] = pd.Categorical(rows["kind"], list(KINDS), ordered=True)
    return rows.sort_values(["as_of", "kind", "publisher"], kind="stable").reset_index(drop=True)


def photographed(oryx: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return Oryx's running totals of both sides: index as_of, columns Russia and Ukraine."""
    return oryx.pivot(index="as_of", columns="side", values=column).rename_axis(columns=None)


def say_weeks(table: pd.DataFrame, item: str) -> str:
    """Return the finding of the weekly chart as a title."""
    peak = table.loc[table["loss"].idxmax()]
    last = table.iloc[-1]
    return (
        f"Ukraine claims {count(last.loss)} Russian {_short(item)} lost in the latest week; "
        f"the most was {count(peak.loss)}"
    )


def _short(item: str) -> str:
    return {"personnel": "troops"}.get(item, ITEM_NAMES[item])


def say_ratios(table: pd.DataFrame) -> str:
    """Return the finding of the claims-over-photographs chart as a title."""
    first, last = table["artillery"].dropna().iloc[[0, -1]]
    if len(table) < 2:
        return f"Claims against photographs: artillery stands at {last:.1f} to one"
    return f"Claims outrun photographs: artillery from {first:.1f} to one to {last:.1f} to one"
