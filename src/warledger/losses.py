"""Losses as claimed, photographed, counted and estimated: kinds that never share a sum or a line."""

import pandas as pd

from warledger.wording import count, day, listed, long_day, month, no_words

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
    "claimed": "claimed",
    "official_own": "admitted",
    "visually_confirmed": "photographed",
    "name_by_name": "counted by name",
    "verified": "verified case by case",
    "estimate": "estimated",
}

GENERAL_STAFF = "General Staff of Ukraine"
CLAIMANTS = {"Russia": "Ukraine", "Ukraine": "Russia"}  # who claims what of whom

# Breaks inside a series that a chart must name: the day before which a figure is not comparable.
NAMES_BREAK = pd.Timestamp("2026-02-10")  # 35,000 names were added at once from the probate register
DRONES_BREAK = pd.Timestamp("2026-03-01")  # claims of drones rise fivefold, no reason published
ORYX_BREAK = pd.Timestamp("2026-05-15")  # between the snapshots of 30 April and 31 May 2026


def weekly_losses(
    weekly: pd.DataFrame, restatements: pd.DataFrame, item: str, smoothing: int = 8, recounts_out: bool = True
) -> pd.DataFrame:
    """Return what the General Staff claims for each week: columns date, change, restated, loss, mean.

    `change` is the difference of two bulletins' totals, `restated` the re-counts published between
    them, `loss` the difference of the two (the whole change where re-counts are left in on purpose),
    `mean` the mean loss of the last `smoothing` weeks. The first bulletin has no week before it and an
    item's first figure is a backlog, so both are left out; so is a week with a missing total. A
    negative loss is kept, not clipped: it is an unreported re-count, or an error of the source.
    """
    totals = weekly[["date", item]].rename(columns={item: "total"})
    table = totals.assign(change=totals["total"].diff()).dropna(subset="change")
    recounts = restatements[restatements["item"] == item]
    bulletins = pd.Series(totals["date"].to_numpy(), index=totals["date"])
    week = bulletins.reindex(recounts["date"], method="bfill").to_numpy()
    restated = recounts["restated_by"].groupby(week).sum()
    # No re-count published means that none was made, so this zero is a fact, not a gap.
    table["restated"] = table["date"].map(restated).astype("Int64").fillna(0)
    table["loss"] = table["change"] - table["restated"] if recounts_out else table["change"]
    table["mean"] = table["loss"].astype("float64").rolling(smoothing).mean()
    return table[["date", "change", "restated", "loss", "mean"]].reset_index(drop=True)


def claimed_over_photographed(weekly: pd.DataFrame, oryx: pd.DataFrame) -> pd.DataFrame:
    """Return General Staff totals over Oryx's, for Russia: index as_of, columns items, values ratios.

    Each Oryx snapshot is held against the bulletin nearest to its day, at most a week away.
    """
    russia = oryx[oryx["side"] == "Russia"].sort_values("as_of")
    pairs = pd.merge_asof(
        russia, weekly.add_prefix("claimed_"), left_on="as_of", right_on="claimed_date",
        direction="nearest", tolerance=pd.Timedelta("7D"),
    ).set_index("as_of")  # fmt: skip
    ratios = {
        item: (pairs[f"claimed_{item}"] / pairs[types].sum(axis=1, skipna=False)).astype("Float64")
        for item, (_, types) in COMPARABLE.items()
    }
    return pd.DataFrame(ratios).dropna(how="all")


def by_kind(readings: pd.DataFrame, weekly: pd.DataFrame, side: str, category: str) -> pd.DataFrame:
    """Return every reading of a side's running total: as_of, kind, value and bounds, publisher, via, source_url.

    The General Staff's bulletins join as claims where they count the same thing (`casualties` are
    its personnel). Readings that repeat another publisher's series are left out. Oldest first; of a
    day and kind, those whose day of publication is unknown, then the one published last.
    """
    columns = ["as_of", "kind", "value", "value_low", "value_high", "publisher", "via", "source_url"]
    rows = readings[(readings["side"] == side) & (readings["category"] == category) & readings["relays"].isna()]
    item = "personnel" if category == "casualties" else category
    if side == "Russia" and item in ITEM_NAMES:
        claims = weekly.dropna(subset=item).rename(columns={"date": "as_of", item: "value"})
        rows = pd.concat([rows, claims.assign(kind="claimed")])
    rows = rows.assign(kind=pd.Categorical(rows["kind"], list(KINDS), ordered=True))
    rows = rows.sort_values(["as_of", "kind", "published", "publisher"], kind="stable", na_position="first")
    return rows.reindex(columns=columns).reset_index(drop=True)


def newest_reading(readings: pd.DataFrame, weekly: pd.DataFrame, side: str, category: str, kind: str) -> pd.DataFrame:
    """Return the newest reading of one kind of a running total: one row of `by_kind`, or none."""
    rows = by_kind(readings, weekly, side, category)
    rows = rows[rows["kind"] == kind]
    if category == "casualties":  # its claims are one series, that of the bulletins; others only repeat it
        rows = rows[rows["publisher"] == GENERAL_STAFF]
    return rows.tail(1)


def newest_photographed(oryx: pd.DataFrame) -> pd.DataFrame:
    """Return Oryx's newest snapshot of Russian losses, all types as `value`: one row, or none."""
    rows = oryx[oryx["side"] == "Russia"].rename(columns={"all_types": "value"})
    return rows.dropna(subset="value").sort_values("as_of").tail(1)


def reading_text(row) -> str:
    """Return the figure of a reading in words: 433,840, or 55,000 to 60,000 where only bounds are given."""
    return f"{count(row.value_low)} to {count(row.value_high)}" if pd.isna(row.value) else count(row.value)


def civilians_by_month(readings: pd.DataFrame) -> pd.DataFrame:
    """Return civilians verified killed in single months: as_of (end of month), published, value, newest, publisher...

    A month can have several counts of different days of publication, since cases are verified for
    years; `newest` marks the last of them. Months without a row are not in here: no count is not zero.
    """
    rows = readings[(readings["side"] == "civilians") & (readings["category"] == "killed_in_month")]
    rows = rows.sort_values(["as_of", "published"]).reset_index(drop=True)
    return rows.assign(newest=~rows.duplicated("as_of", keep="last"))


def own_statements(readings: pd.DataFrame) -> pd.DataFrame:
    """Return what each side has said of its own killed and wounded, in the columns of the readings."""
    rows = readings[(readings["kind"] == "official_own") & readings["category"].isin(["killed", "wounded"])]
    return rows.sort_values(["side", "category", "as_of"]).reset_index(drop=True)


def photographed(oryx: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return Oryx's running totals of both sides: index as_of, columns Russia and Ukraine."""
    return oryx.pivot(index="as_of", columns="side", values=column).rename_axis(columns=None)


def kind_name(kind: str, side: str) -> str:
    """Return a kind of figure in words that name who speaks: claimed by Ukraine, admitted by Russia."""
    by = {"claimed": CLAIMANTS.get(side), "official_own": side if side in CLAIMANTS else None}.get(kind)
    return f"{KINDS[kind]} by {by}" if by else KINDS[kind]


def stacked(kinds: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return readings of several categories in one frame, with the column `category` in front."""
    named = [frame.assign(category=category) for category, frame in kinds.items() if not frame.empty]
    joined = pd.concat(named, ignore_index=True) if named else next(iter(kinds.values())).assign(category="")
    return joined[["category", *[column for column in joined if column != "category"]]]


def oryx_column(item: str) -> tuple[str, str]:
    """Return the column of Oryx's table that fits an item, and its name: all types where none does."""
    same = {
        "air_defence": "sam",
        "mlrs": "rocket_artillery",
        "tanks": "tanks",
        "aircraft": "aircraft",
        "helicopters": "helicopters",
    }
    column = same.get(item, "all_types")
    return column, "all types of equipment" if column == "all_types" else ITEM_NAMES[item]


def week_words(table: pd.DataFrame, item: str, recounts_out: bool = True) -> dict[str, str]:
    """Return title and alternative text of the weekly chart, from its numbers and what was done to them."""
    if table.empty:
        return no_words("weekly claims")
    peak, last = table.loc[table["loss"].idxmax()], table.iloc[-1]
    name = "troops killed or wounded" if item == "personnel" else f"{ITEM_NAMES[item]} lost"
    latest, most = count(last.loss), count(peak.loss)
    how = "taken out" if recounts_out else "left in"
    return {
        "title": f"{latest} Russian {name} in the week to {long_day(last.date)}, Ukraine claims; the most was {most}",
        "alt": f"Columns of Russian {ITEM_NAMES[item]} that Ukraine claims lost in each of {len(table)} weeks, "
        f"re-counts {how}: {most} in the week to {day(peak.date)}, {latest} in the week to {day(last.date)}.",
    }


def kind_words(table: pd.DataFrame, side: str, what: str) -> dict[str, str]:
    """Return title and alternative text of the chart of readings by kind, from its numbers.

    The title sets the highest and the lowest of the newest figures side by side, and only kinds
    that have one from the last twelve months: an old figure beside a new one would mislead.
    """
    if table.empty:
        return no_words("figures")
    last = table.dropna(subset="value").groupby("kind", observed=True).tail(1).sort_values("value", ascending=False)
    parts = [f"{kind_name(row.kind, side)} {count(row.value)} ({row.as_of:%Y-%m})" for row in last.itertuples()]
    recent = last[last["as_of"] > last["as_of"].max() - pd.DateOffset(years=1)]
    title = f"{what}, {side}: every figure in the ledger"
    if len(recent) > 1:
        said = [f"{count(row.value)} {kind_name(row.kind, side)} ({month(row.as_of)})" for row in recent.itertuples()]
        title = f"{what}, {side}: {said[-1]}, {said[0]}"
    return {
        "title": title,
        "alt": f"Points and ranges of {what.lower()}, {side}, by kind of figure. Newest: {'; '.join(parts)}.",
    }


def ratio_words(table: pd.DataFrame, item: str) -> dict[str, str]:
    """Return title and alternative text of the claims-over-photographs chart, about one item or artillery."""
    item = item if item in COMPARABLE else "artillery"
    if table.empty or table[item].isna().all():
        return no_words("claims beside photographs")
    first, last = table[item].dropna().iloc[[0, -1]]
    name = COMPARABLE[item][0]
    ends = [f"{COMPARABLE[item][0].lower()} {table[item].dropna().iloc[-1]:.1f}" for item in table.columns]
    title = f"{name}: {last:.1f} claimed for each one photographed"
    if len(table) > 1:
        way = "up" if last > first else "down"
        title += f", {way} from {first:.1f}"
    return {
        "title": title,
        "alt": f"Lines of losses claimed by Ukraine over losses photographed by Oryx. Newest: {listed(ends)} to one.",
    }


def side_words(table: pd.DataFrame, what: str) -> dict[str, str]:
    """Return title and alternative text of the two sides' photographed losses, from their numbers."""
    if table.empty:
        return no_words("photographs")
    last = table.iloc[-1]
    parts = f"{count(last['Russia'])} Russian, {count(last['Ukraine'])} Ukrainian"
    return {
        "title": f"Photographed: {last['Russia'] / last['Ukraine']:.1f} Russian losses for each Ukrainian one, {what}",
        "alt": f"Lines of photographed losses since February 2022, {what}, both sides: "
        f"{parts} by {day(table.index[-1])}.",
    }


def civilian_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the chart of civilians by month, from its numbers."""
    if table.empty:
        return no_words("civilians counted by month")
    counts = table.groupby("as_of")["value"].agg(["size", "min", "max"])
    grown = counts[counts["size"] > 1]
    newest = table[table["newest"]]
    peak = newest.loc[newest["value"].idxmax()]
    title = f"{count(peak.value)} civilians verified killed in {month(peak.as_of)}, the most of the months with a count"
    if not grown.empty:
        at = grown.index[0]
        told = [count(value) for value in table.loc[table["as_of"] == at, "value"]]
        title = f"{month(at)}: {', then '.join(told)} civilians verified killed, as cases are checked"
    parts = [f"{month(row.as_of)} {count(row.value)}" for row in newest.nlargest(3, "value").itertuples()]
    return {"title": title, "alt": f"Columns of civilians verified killed in single months: {listed(parts)}. {title}."}


def statement_words(table: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the chart of own statements, from its numbers."""
    killed = table[(table["category"] == "killed") & table["value"].notna()] if len(table) else table
    if killed.empty:
        return no_words("statements of a side about its own dead")
    last = [killed[killed["side"] == side].tail(1) for side in CLAIMANTS]
    parts = [f"{row.side} {count(row.value)} ({month(row.as_of)})" for one in last for row in one.itertuples()]
    return {
        "title": f"Own dead, last admitted: {listed(parts)}",
        "alt": f"Points of what each side has said of its own dead, by day. Own dead last admitted: {listed(parts)}.",
    }
