"""Aid promised to Ukraine: which rows may be added, and the sums that charts show.

All values are billions of one currency. A row can be part of another row (an envelope and its
packages), and payments pay out what was promised before; so nothing here adds a frame before
`refuse_double_counting` has looked at it.
"""

from collections.abc import Sequence

import pandas as pd

from warledger.money import gdp, in_currency, population
from warledger.wording import count, listed, money, month, no_words, percent

AID_TYPES = ["military", "financial", "humanitarian"]
ESTIMATED = "estimated"  # rows without an announced amount, kept apart from announcements
ANNOUNCED = ["announced", "announced_sum"]
INSTRUMENTS = ["grant", "in-kind", "loan", "guarantee", "mixed"]
SUMMED = ["pledge", "allocation", "report"]  # stages that can be new money; a disbursement never is
GROUPS = ["Europe", "United States", "Other donors"]


def new_money(
    pledges: pd.DataFrame,
    donors: pd.DataFrame,
    currency: str = "EUR",
    stages: Sequence[str] = SUMMED,
    *,
    allow_stale_rate: bool = False,
) -> pd.DataFrame:
    """Return the rows that may be added up, with `value`, `donor`, `group` and `shown_as`.

    Of the given stages, left out are: parts of another row, rows that may overlap with another one (`doubtful` returns
    those), payments, and donors outside totals (the European Peace Facility refunds gifts that
    member states already count). `value` is billions of `currency` at the announcement day's rate;
    `group` is Europe, United States or Other donors; `shown_as` is the aid type, or `estimated`
    where the amount was not announced.
    """
    counted = donors[donors["in_totals"]].set_index("donor_code")
    rows = pledges[
        pledges["part_of"].isna()
        & pledges["may_overlap_with"].isna()
        & pledges["stage"].isin([stage for stage in stages if stage in SUMMED])
        & pledges["donor_code"].isin(counted.index)
    ].copy()
    rows["value"] = in_currency(rows, currency, allow_stale_rate=allow_stale_rate)
    rows["donor"] = rows["donor_code"].map(counted["name"])
    region = rows["donor_code"].map(counted["region"]).astype("str")
    rows["group"] = region.where(region == "Europe", "Other donors")
    rows.loc[rows["donor_code"] == "USA", "group"] = "United States"
    rows["shown_as"] = rows["aid_type"].astype("str").where(rows["value_basis"].isin(ANNOUNCED), ESTIMATED)
    return rows


def doubtful(pledges: pd.DataFrame, currency: str = "EUR", *, allow_stale_rate: bool = False) -> pd.DataFrame:
    """Return the rows that may hold money of another row, with `value`: they are in no sum until that is settled."""
    rows = pledges[pledges["may_overlap_with"].notna()]
    return rows.assign(value=in_currency(rows, currency, allow_stale_rate=allow_stale_rate))


def refuse_double_counting(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows; raise ValueError where adding them would count money twice.

    That is: a row beside its own envelope, or a payment, which pays out an earlier promise.
    """
    envelopes = rows[rows["part_of"].isin(rows["pledge_id"])]
    if not envelopes.empty:
        part = envelopes.iloc[0]
        raise ValueError(f"{part.pledge_id} is part of {part.part_of}, which is in the same sum: add one of the two")
    paid = rows[rows["stage"] == "disbursement"]
    if not paid.empty:
        raise ValueError(f"{paid.iloc[0].pledge_id} is a payment: it pays out what was promised before")
    return rows


def total(rows: pd.DataFrame) -> float:
    """Return the sum of `value` in billions, after the check for double counting."""
    return float(refuse_double_counting(rows)["value"].sum())


def by_donor(rows: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the `top` donors by sum: index donor, columns aid types and `estimated`, largest first."""
    table = refuse_double_counting(rows).pivot_table("value", "donor", "shown_as", "sum", observed=True)
    return _largest(table.reindex(columns=[*AID_TYPES, ESTIMATED]), top)


def _largest(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the `top` rows with the largest sums, largest first."""
    return table.loc[table.sum(axis=1).nlargest(top).index].rename_axis(columns=None)


def by_size(rows: pd.DataFrame, donors: pd.DataFrame, currency: str, per: str, top: int) -> pd.DataFrame:
    """Return the `top` donors measured by their size: columns donor_code, donor, group, value, size, share.

    `per` is `gdp` (share of GDP of 2021, 0 to 1; size in billions) or `head` (units of the currency
    for each inhabitant of 2021; size in persons). Donors without that figure in the World Bank's
    tables (European Investment Bank, Taiwan) have no share and are left out.
    """
    table = refuse_double_counting(rows).groupby(["donor_code", "donor", "group"], as_index=False)["value"].sum()
    sizes = gdp(donors, currency) if per == "gdp" else population(donors)
    table["size"] = table["donor_code"].map(sizes)
    table = table.dropna(subset="size")
    table["share"] = (table["value"] / table["size"] * (1 if per == "gdp" else 1e9)).astype("float64")
    return table.sort_values(["share", "donor"], ascending=[False, True]).head(top).reset_index(drop=True)


def by_instrument(rows: pd.DataFrame, pledges: pd.DataFrame, currency: str, top: int) -> pd.DataFrame:
    """Return the `top` donors by sum: index donor, columns grant, in-kind, loan, guarantee, mixed, largest first.

    An envelope of mixed form whose pledged parts add up to it (within 1 %) is shown by these parts:
    the Ukraine Facility is EUR 33bn of loans and EUR 17bn of grants. Others stay mixed.
    """
    refuse_double_counting(rows)
    parts = pledges[(pledges["stage"] == "pledge") & pledges["part_of"].isin(rows["pledge_id"])]
    parts = parts.assign(value=in_currency(parts, currency, allow_stale_rate=True))
    whole = rows.set_index("pledge_id")
    sums = parts.groupby("part_of")["value"].sum()
    split = [one for one in sums.index if abs(sums[one] - whole.loc[one, "value"]) <= 0.01 * whole.loc[one, "value"]]
    shown = parts[parts["part_of"].isin(split)].assign(donor=lambda part: part["part_of"].map(whole["donor"]))
    every = pd.concat([rows[~rows["pledge_id"].isin(split)], shown])
    table = every.assign(instrument=every["instrument"].astype("str"))
    table = table.pivot_table("value", "donor", "instrument", "sum")
    return _largest(table.reindex(columns=INSTRUMENTS), top)


def cumulative(rows: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return new money added up since the first day: index the days of announcement, columns the `top` donors.

    A donor's cell is missing before its first row. Rows dated only "until" a day are left out.
    """
    rows = dated(refuse_double_counting(rows))
    leaders = rows.groupby("donor")["value"].sum().nlargest(top).index
    days = rows[rows["donor"].isin(leaders)].pivot_table("value", "announced_on", "donor", "sum")
    return days.reindex(columns=leaders).fillna(0.0).cumsum().where(days.notna().cummax()).rename_axis(columns=None)


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose month is known: "until" dates give only the last possible day, "undated" not even that."""
    return rows[~rows["date_precision"].isin(["until", "undated"])]


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Return new pledges a month: index first day of month without gaps, columns the three donor groups.

    A month in which a group has no row is missing, not zero: nobody looked whether nothing was promised.
    """
    rows = dated(refuse_double_counting(rows))
    months = rows["announced_on"].dt.to_period("M")
    table = rows.assign(month=months).pivot_table("value", "month", "group", "sum").reindex(columns=GROUPS)
    if not table.empty:
        table = table.reindex(pd.period_range(months.min(), months.max(), freq="M"))
        table.index = table.index.to_timestamp()
    return table.rename_axis(index="month", columns=None)


def envelopes(
    pledges: pd.DataFrame, donors: pd.DataFrame, currency: str = "EUR", *, allow_stale_rate: bool = False
) -> pd.DataFrame:
    """Return the envelopes with what was taken out of them, largest first; needs the donors' rows of all times.

    Columns: pledge_id, donor, description, announced_on, promised, allocated, paid (billions;
    missing where the ledger has no such row). Only envelopes with at least one part. Parts of
    parts count once, under the outermost envelope, and an allocation inside an allocation not
    again. Parts can exceed their envelope: American authorities were used across acts.
    """
    value = in_currency(pledges, currency, allow_stale_rate=allow_stale_rate)
    rows = pledges.assign(value=value).set_index("pledge_id", drop=False)
    parts = rows[rows["part_of"].isin(rows.index)].copy()  # a release can hold parts without their whole
    parts["parent_stage"] = parts["part_of"].map(rows["stage"].astype("str"))
    parts["envelope"] = parts["part_of"]
    while (inner := parts["envelope"].map(rows["part_of"]).notna()).any():
        parts.loc[inner, "envelope"] = parts.loc[inner, "envelope"].map(rows["part_of"])
    allocated = parts[(parts["stage"] == "allocation") & (parts["parent_stage"] != "allocation")]
    paid = parts[parts["stage"] == "disbursement"]
    table = rows.loc[sorted(parts["envelope"].unique())]
    table = table.assign(
        donor=table["donor_code"].map(donors.set_index("donor_code")["name"]),
        promised=table["value"],
        allocated=allocated.groupby("envelope")["value"].sum(),
        paid=paid.groupby("envelope")["value"].sum(),
    ).reset_index(drop=True)
    columns = ["pledge_id", "donor", "description", "announced_on", "promised", "allocated", "paid"]
    return table.sort_values(["promised", "pledge_id"], ascending=[False, True])[columns].reset_index(drop=True)


def ranking_words(table: pd.DataFrame, currency: str) -> dict[str, str]:
    """Return title and alternative text of the donor ranking, from its numbers."""
    if table.empty:
        return no_words("new money")
    sums = table.sum(axis=1)
    leaders = [f"{name} {money(sum_, currency)}" for name, sum_ in sums.head(3).items()]
    return {
        "title": f"Most promised: {listed(leaders[:2])}" if len(sums) > 1 else f"Promised by {leaders[0]}",
        "alt": f"Bar chart of aid promised to Ukraine by {len(table)} donors, stacked by purpose: "
        f"{listed(leaders)} lead.",
    }


def size_words(table: pd.DataFrame, currency: str, per: str) -> dict[str, str]:
    """Return title and alternative text of the ranking by size, from its numbers."""
    if table.empty:
        return no_words("pledges of a donor whose size is known")
    shares = [size_text(row.share, currency, per) for row in table.itertuples()]
    leaders = [f"{donor} {share}" for donor, share in zip(table["donor"], shares, strict=True)][:3]
    what = "of a year's GDP" if per == "gdp" else "a head"
    lead = "Most promised for the size of the economy" if per == "gdp" else "Most promised for the number of people"
    if len(table) == 1:
        lead = "Promised"
    return {
        "title": f"{lead}: {table['donor'].iloc[0]}, {shares[0]} {what}",
        "alt": f"Bar chart of aid promised to Ukraine, {what}, by donor: {listed(leaders)}.",
    }


def size_text(share: float, currency: str, per: str) -> str:
    """Return a share of GDP as per cent, or an amount a head: 6.0 %, EUR 4,728."""
    return percent(share, 1 if share >= 0.001 else 3) if per == "gdp" else f"{currency} {count(share)}"


def month_words(table: pd.DataFrame, currency: str) -> dict[str, str]:
    """Return title and alternative text of the chart of months, from its numbers."""
    if table.empty:
        return no_words("new money with a known month")
    sums = table.sum(axis=1)
    top = sums.nlargest(3)
    peaks = [f"{month(at)} {money(sum_, currency)}" for at, sum_ in top.items()]
    title = f"Most new money in a month: {peaks[0]}"
    if len(sums) > 12:
        share = percent(top.sum() / sums.sum())
        title = f"Promises come in bursts: {len(top)} of {len(sums)} months hold {share} of the money"
    return {
        "title": title,
        "alt": f"Columns of new pledges to Ukraine a month by group of donors; the highest are {listed(peaks)}.",
    }


def envelope_words(table: pd.DataFrame, currency: str) -> dict[str, str]:
    """Return title and alternative text of the envelopes chart, from its numbers."""
    if table.empty:
        return no_words("envelopes with parts")
    first = table.iloc[0]
    paid = "no payment" if pd.isna(first.paid) else f"{money(first.paid, currency)} in payments"
    rows = [
        f"{row.donor} {row.announced_on:%Y-%m}: {money(row.promised, currency)} promised"
        for row in table.head(3).itertuples()
    ]
    return {
        "title": f"{first.donor}, {month(first.announced_on)}: {money(first.promised, currency)} promised, "
        f"{paid} in the ledger",
        "alt": f"Bars of the {len(table)} largest envelopes with the packages and payments taken out of them. "
        f"{'; '.join(rows)}.",
    }


def instrument_words(table: pd.DataFrame, currency: str) -> dict[str, str]:
    """Return title and alternative text of the chart of loans, grants and gifts in kind, from its numbers."""
    if table.empty:
        return no_words("new money")
    sums = table.sum(axis=1)
    lent = table["loan"].fillna(0)
    title = "Grants, gifts in kind and loans by donor"
    if lent.max() > 0:
        most, share = money(lent.max(), currency), percent(lent.max() / sums[lent.idxmax()])
        title = f"{lent.idxmax()} lends most: {most}, {share} of what it promised"
    parts = [f"{name} {money(sum_, currency)}" for name, sum_ in sums.head(3).items()]
    return {"title": title, "alt": f"Bars of new money by donor and form of aid: {listed(parts)}. {title}."}


def race_words(table: pd.DataFrame, currency: str) -> dict[str, str]:
    """Return title and alternative text of the cumulative chart, from its numbers."""
    if table.empty:
        return no_words("new money with a known day")
    last = table.ffill().iloc[-1].sort_values(ascending=False)
    parts = [f"{name} {money(sum_, currency)}" for name, sum_ in last.items()]
    title = f"{parts[0]} by {month(table.index[-1])}"
    if len(last) > 1:
        behind = table.ffill().iloc[:, :2].dropna()
        first, second = last.index[:2]
        ahead = behind[behind[second] > behind[first]] if {first, second} <= set(behind) else behind.head(0)
        title = f"{first} leads {second}: {money(last.iloc[0], currency)} to {money(last.iloc[1], currency)}"
        if not ahead.empty:
            title += f"; ahead since {month(behind.index[behind.index > ahead.index[-1]][0])}"
    return {
        "title": title,
        "alt": f"Stepped lines of new money added up since the first row, by donor: {listed(parts)}.",
    }
