"""Measures of losses: claimed by Ukraine's General Staff, counted by name or case, and photographed."""

import math

import pandas as pd

from warledger import losses
from warledger.known import Ledger
from warledger.measures import Answer, Asked, Unanswered, cited, measure
from warledger.parameters import INVASION
from warledger.wording import count, listed, long_day

ONE_DAY = pd.Timedelta(days=1)
CLAIMED = losses.kind_name("claimed", "Russia")
COUNTS = {  # running totals among the readings: side, category, kind
    "verified_killed": ("civilians", "killed", "verified"),
    "verified_injured": ("civilians", "injured", "verified"),
    "named_russian_killed": ("Russia", "killed", "name_by_name"),
    "named_ukrainian_killed": ("Ukraine", "killed", "name_by_name"),
}
SIDES = {"russian": "Russia", "ukrainian": "Ukraine"}
TYPES = [
    "all_types", "tanks", "afv", "ifv", "apc", "towed_artillery", "self_propelled_artillery", "rocket_artillery",
    "sam", "aircraft", "helicopters", "naval",
]  # fmt: skip


def _units(item: str) -> tuple[str, ...]:
    return ("persons",) if item == "personnel" else (item,)


def _bulletins(ledger: Ledger, item: str) -> pd.DataFrame:
    """Return every known bulletin that counts an item: index date, columns total, net, table, id and source.

    `net` is the total without the re-counts up to its day, so it never falls and its differences are
    losses. Daily bulletins stand among the readings, from the same copy as the Thursdays'.
    """
    weekly, readings = ledger["losses_weekly"], ledger["losses_readings"]
    rows = weekly.rename(columns={item: "total"}).assign(table="losses_weekly", id=weekly["date"])
    if item == "personnel":
        same = readings["publisher"].isin(weekly["publisher"]) & readings["via"].isin(weekly["via"].dropna())
        daily = readings[same & (readings["side"] == "Russia") & (readings["category"] == "casualties")]
        daily = daily.assign(date=daily["as_of"], total=daily["value"], table="losses_readings", id=daily["reading_id"])
        rows = pd.concat([rows, daily])
    columns = ["date", "total", "table", "id", "publisher", "via", "source_url"]
    rows = rows[columns].dropna(subset="total").drop_duplicates("date").sort_values("date").set_index("date")
    recounted = _recounts(ledger, item).cumsum()
    # Before the first re-count none was made: this zero is a fact, not a gap.
    recounted = recounted.reindex(rows.index, method="ffill").fillna(0)
    return rows.assign(net=rows["total"].astype("int64") - recounted.astype("int64"))


def _recounts(ledger: Ledger, item: str) -> pd.Series:
    """Return the re-counts of an item by day of publication."""
    table = ledger["losses_restatements"]
    return table[table["item"] == item].groupby("date")["restated_by"].sum()


def _around(bulletins: pd.DataFrame, on: pd.Timestamp) -> tuple[int, int | None, pd.DataFrame]:
    """Return between which net totals a day lies (the same twice where it has a bulletin), and the bulletins."""
    before, after = bulletins[bulletins.index <= on].tail(1), bulletins[bulletins.index >= on].head(1)
    if bulletins.empty or (before.empty and on > INVASION):
        raise Unanswered(f"no bulletin in the ledger counts this item by {long_day(on)}")
    used = pd.concat([before, after])
    low = int(before["net"].iloc[0]) if len(before) else 0
    high = int(after["net"].iloc[0]) if len(after) else None
    return low, high if len(before) else 0, used[~used.index.duplicated()]


def _answer(used: pd.DataFrame, low: int, high: int | None, more: str = "") -> Answer:
    """Return the answer that rests on bulletins, and names them."""
    said = [f"{count(row.total)} on {long_day(row.Index)}" for row in used.itertuples()]
    says = f"the General Staff's {'bulletin has' if len(said) == 1 else 'bulletins have'} {listed(said)}{more}"
    parts = [cited(table, rows, "id") for table, rows in used.groupby("table", sort=False)]
    both = {key: tuple(dict.fromkeys(part for one in parts for part in one[key])) for key in ("rows", "sources")}
    return Answer(says, CLAIMED, low, high, **both)


def _after_invasion(on: pd.Timestamp) -> pd.Timestamp:
    """Return the day of a bulletin; raise Unanswered where there could be none."""
    if on <= INVASION:
        raise Unanswered(f"the General Staff counts losses from {long_day(INVASION)} on")
    return on


def _published(asked: Asked) -> pd.Timestamp:
    """Return the day of the bulletin: a claim dated by the day of loss stands in that of the next day."""
    return asked.as_of + ONE_DAY if asked.dated_by == "event" else asked.as_of


@measure("{}_cumulative", losses.ITEM_NAMES, units=_units)
def cumulative(ledger: Ledger, asked: Asked) -> Answer:
    """Russian losses since 24 February 2022 in the bulletin of a day; between two bulletins their totals are bounds."""
    on = _after_invasion(_published(asked))
    low, high, used = _around(_bulletins(ledger, asked.item), on)
    extra = int(_recounts(ledger, asked.item)[:on].sum())
    return _answer(used, low + extra, None if high is None else high + extra)


def _lost(ledger: Ledger, item: str, start: pd.Timestamp, end: pd.Timestamp) -> Answer:
    """Return the losses between the bulletins of two days, re-counts left out."""
    bulletins = _bulletins(ledger, item)
    _after_invasion(end)
    if start <= INVASION and len(bulletins) and bulletins.index[0] > ledger["losses_weekly"]["date"].min():
        raise Unanswered("the item was counted later than others, and its first figure is a backlog, not a loss")
    first_low, first_high, first = _around(bulletins, start)
    last_low, last_high, last = _around(bulletins, end)
    used = pd.concat([first, last]).sort_index()
    used = used[~used.index.duplicated()]
    low = 0 if first_high is None else max(0, last_low - first_high)
    high = None if last_high is None else last_high - first_low
    net, more = used["net"].diff(), ""
    recounted = int((used["total"].diff() - net).sum())
    if recounted:
        more = f", of which {count(recounted)} is a re-count"
    if low != high and len(used) == 2:
        more += f", which is {count(net.iloc[1] / (used.index[1] - used.index[0]).days)} a day"
    return _answer(used, low, high, more)


@measure("{}_daily", losses.ITEM_NAMES, units=_units)
def daily(ledger: Ledger, asked: Asked) -> Answer:
    """Russian losses in the bulletin of one day, re-counts left out; between two Thursdays the week is the bound."""
    on, table = _published(asked), ledger["losses_restatements"]
    told = table[(table["date"] == on) & (table["item"] == asked.item)].dropna(subset="loss_reported_for_day")
    if told.empty:
        return _lost(ledger, asked.item, on - ONE_DAY, on)
    value = int(told["loss_reported_for_day"].iloc[0])
    says = f"the bulletin of {long_day(on)} reports {count(value)} for the day, apart from a re-count"
    return Answer(says, CLAIMED, value, value, **cited("losses_restatements", told, "date"))


@measure("{}_week", losses.ITEM_NAMES, units=_units)
def week(ledger: Ledger, asked: Asked) -> Answer:
    """Russian losses in the seven days up to the bulletin of a day, re-counts left out."""
    on = _published(asked)
    return _lost(ledger, asked.item, on - 7 * ONE_DAY, on)


@measure("{}_month", losses.ITEM_NAMES, units=_units)
def month(ledger: Ledger, asked: Asked) -> Answer:
    """Russian losses in a calendar month: from the bulletin of its first day to that of the next month's first day."""
    start = asked.as_of.replace(day=1)
    return _lost(ledger, asked.item, start, start + pd.DateOffset(months=1))


@measure("{}_year", losses.ITEM_NAMES, units=_units)
def year(ledger: Ledger, asked: Asked) -> Answer:
    """Russian losses in a calendar year: from the bulletin of 1 January to that of the next 1 January."""
    start = asked.as_of.replace(month=1, day=1)
    return _lost(ledger, asked.item, start, start + pd.DateOffset(years=1))


@measure("{}_daily_max_to_date", losses.ITEM_NAMES, units=_units)
def daily_max(ledger: Ledger, asked: Asked) -> Answer:
    """Most Russian losses in one day up to a day; re-counts and the backlog of the first bulletins are no record.

    Between two bulletins the highest day is at least their mean and at most the whole difference.
    """
    on, bulletins = _published(asked), _bulletins(ledger, asked.item)
    known = bulletins[bulletins.index <= on]
    if len(known) < 2:
        raise Unanswered(f"fewer than two bulletins are known by {long_day(on)}")
    lost, days = known["net"].diff().iloc[1:], known.index.to_series().diff().dt.days.iloc[1:]
    least = (lost / days).map(math.ceil)
    told = ledger["losses_restatements"]
    told = told[(told["item"] == asked.item) & (told["date"] <= on)]["loss_reported_for_day"].dropna()
    low = max(int(least.max()), *told.astype(int), 0)
    high = int(lost.max()) if known.index[-1] == on else None  # later days are not known yet
    at = known.index.get_loc(least.idxmax())
    more = f"; the highest day by {long_day(on)} had at least {count(low)}, more cannot be told from Thursdays"
    return _answer(known.iloc[[at - 1, at]], low, high, more if low != high else "")


@measure("{}_week_max_to_date", losses.ITEM_NAMES, units=_units)
def week_max(ledger: Ledger, asked: Asked) -> Answer:
    """Most Russian losses between two Thursdays up to a day; re-counts, first bulletins and first figures left out."""
    weekly, recounts = ledger["losses_weekly"], ledger["losses_restatements"]
    weekly = weekly[weekly["date"] <= asked.as_of]
    table = losses.weekly_losses(weekly, recounts[recounts["date"] <= asked.as_of], asked.item)
    if table.empty:
        raise Unanswered(f"fewer than two weekly bulletins are known by {long_day(asked.as_of)}")
    peak = table.loc[table["loss"].idxmax()]
    says = f"the highest week by {long_day(asked.as_of)}, that to {long_day(peak.date)}, has {count(peak.loss)}"
    rows = weekly[weekly["date"].between(peak.date - 7 * ONE_DAY, peak.date)]
    return Answer(says, CLAIMED, int(peak.loss), int(peak.loss), **cited("losses_weekly", rows, "date"))


def _running(rows: pd.DataFrame, on: pd.Timestamp, table: str, key: str, kind: str) -> Answer:
    """Return a running total on a day; between two counts their values are bounds, since it only grows."""
    rows = rows.sort_values("as_of")
    ends = [rows[rows["as_of"] <= on].tail(1), rows[rows["as_of"] >= on].head(1)]
    used = pd.concat(ends).drop_duplicates(key)
    said = [f"{count(row.value)} by {long_day(row.as_of)}" for row in used.itertuples()]
    low, high = (float(end["value"].iloc[0]) if len(end) else None for end in ends)
    return Answer(f"{used['publisher'].iloc[0]} has {listed(said)}", kind, low, high, **cited(table, used, key))


@measure("{}", COUNTS, units=("persons",))
def counted(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Civilians verified, or soldiers counted by name, by a day; one answer a publisher, each a floor of the truth."""
    side, category, kind = COUNTS[asked.item]
    table = ledger["losses_readings"]
    rows = table[(table["side"] == side) & (table["category"] == category) & (table["kind"] == kind)]
    rows = rows[rows["relays"].isna()].dropna(subset="value").sort_values("published", kind="stable")
    rows = rows.drop_duplicates(["publisher", "as_of"], keep="last")  # a newer count of a day replaces the older one
    if rows.empty:
        raise Unanswered("the ledger has no such count")
    name = losses.kind_name(kind, side)
    groups = rows.groupby("publisher", sort=True)
    return [_running(group, asked.as_of, "losses_readings", "reading_id", name) for _, group in groups]


@measure("{}_photographed", [f"{side}_{kind}" for side in SIDES for kind in TYPES], units=("pieces",))
def photographed(ledger: Ledger, asked: Asked) -> Answer:
    """Equipment of one side that Oryx has found a photograph of by a day, a floor that lags; snapshots are bounds."""
    side, _, column = asked.item.partition("_")
    rows = ledger["losses_oryx"]
    rows = rows[rows["side"] == SIDES[side]].dropna(subset=column)
    if rows.empty or (column == "all_types" and asked.as_of >= losses.ORYX_BREAK):
        raise Unanswered("the ledger has no such snapshot; the sum of all types broke off in May 2026")
    kind = losses.KINDS["visually_confirmed"]
    return _running(rows.assign(value=rows[column], id=rows["as_of"]), asked.as_of, "losses_oryx", "id", kind)
