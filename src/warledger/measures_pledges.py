"""Measures of pledges as announced, and of the events around them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pandas as pd

from warledger import pledges
from warledger.known import Ledger, announced_by
from warledger.measures import NOTED, Answer, Asked, Source, Unanswered, cited, measure
from warledger.money import gdp, rate
from warledger.wording import amount, count, long_day

NEAR = pd.Timedelta(days=7)  # a promise or payment further from the day of the claim is another one
STAGES = {"pledge": ["pledge", "allocation"], "allocation": ["allocation"], "disbursement": ["disbursement"]}
TOTALS = {"promised": pledges.SUMMED, "allocated": ["allocation"], "paid": ["disbursement"]}
FLOOR = ", a floor: many packages and most payments are not published one by one"


def _name(ledger: Ledger, asked: Asked) -> str:
    return ledger["donors"].set_index("donor_code")["name"].get(asked.donor, asked.donor_group)


def _promises(ledger: Ledger, asked: Asked) -> pd.DataFrame:
    """Return a donor's rows of a stage, of the day nearest to the one asked about, at most a week away."""
    rows = ledger["pledges"]
    rows = rows[(rows["donor_code"] == asked.donor) & rows["stage"].isin(STAGES[asked.item])]
    rows = rows[rows["aid_type"] == asked.aid_type] if asked.aid_type else rows
    away = (rows["announced_on"] - asked.as_of).abs()
    near = rows[(away == away.min()) & (away <= NEAR)]
    if near.empty:
        what = f"{asked.aid_type} {asked.item}".strip()
        raise Unanswered(
            f"no {what} of {_name(ledger, asked)} within a week of {long_day(asked.as_of)} is in the ledger"
        )
    return near


def _promise_words(row) -> str:
    inside = "" if pd.isna(row.part_of) else f" out of {row.part_of}"
    what = f"{'payment' if row.stage == 'disbursement' else row.stage} of {amount(float(row.amount), row.currency)}"
    return f"{row.pledge_id}, {long_day(row.announced_on)}: {what}{inside} ({row.description})"


def _promise_answers(ledger: Ledger, asked: Asked, value: Callable) -> list[Answer]:
    rows, found = _promises(ledger, asked), []
    for row in rows.itertuples():
        kind = "announced" if row.value_basis in pledges.ANNOUNCED else "estimated"
        rest = cited("pledges", rows.loc[[row.Index]], "pledge_id")
        found.append(Answer(_promise_words(row), kind, value(row), value(row), **rest))
    return found


def _worth(row, unit: str) -> float:
    return float(row.amount) * rate(row.currency, unit, row.announced_on.date(), allow_stale_rate=True)


@measure("{}_amount", STAGES, units=None, needs=("donor",))
def promise_amount(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Amount of a donor's pledge (or allocation), allocation or payment nearest to a day, at the rate of its day."""
    return _promise_answers(ledger, asked, lambda row: _worth(row, asked.unit))


@measure("{}_on", STAGES, units=("date",), needs=("donor",))
@measure("{}_announced_on", STAGES, units=("date",), needs=("donor",))
def promise_day(ledger: Ledger, asked: Asked) -> list[Answer]:
    """Day of a donor's pledge (or allocation), allocation or payment nearest to a day, at most a week away."""
    return _promise_answers(ledger, asked, lambda row: row.announced_on)


@measure("{}_purpose", STAGES, units=("text",), needs=("donor",))
def promise_purpose(ledger: Ledger, asked: Asked) -> list[Answer]:
    """What a donor's pledge (or allocation), allocation or payment is for, by the description of the row."""
    return _promise_answers(ledger, asked, lambda row: row.description)


@measure("{}_part_amount", STAGES, units=None, needs=("donor", "aid_type"))
def part_amount(ledger: Ledger, asked: Asked) -> Answer:
    """Amount of a part of a package, by type of aid; without a row of its own at most the day's largest promise."""
    whole = Asked(asked.as_of, asked.unit, asked.item, donor=asked.donor)
    rows = _promises(ledger, whole)
    parts = rows[rows["aid_type"] == asked.aid_type]
    worth = pd.Series([_worth(row, asked.unit) for row in rows.itertuples()], index=rows.index)
    used = rows.loc[[worth[parts.index].idxmax() if len(parts) else worth.idxmax()]]
    high = float(worth[used.index[0]])
    says = _promise_words(next(used.itertuples()))
    if parts.empty:
        says += f"; no {asked.aid_type} part is in the ledger, and no part exceeds the whole"
    return Answer(says, "announced", None if parts.empty else high, high, **cited("pledges", used, "pledge_id"))


def _totals(ledger: Ledger, asked: Asked, item: str, currency: str) -> pd.DataFrame:
    """Return the rows of a total up to a day, `value` in billions; packages and payments inside another count once."""
    table, donors = ledger["pledges"], ledger["donors"]
    table = announced_by(table, asked.as_of)
    if item == "promised":
        return pledges.new_money(table, donors, currency, allow_stale_rate=True)
    parents = table["part_of"].map(table.set_index("pledge_id")["stage"].astype("str"))
    inner = parents == table["stage"].astype("str")
    rows = table[table["stage"].isin(TOTALS[item]) & ~inner & table["may_overlap_with"].isna()]
    # As new money, each row by itself: with neither envelope nor stage it gets its group and value.
    return pledges.new_money(rows.assign(part_of=pd.NA, stage="allocation"), donors, currency, allow_stale_rate=True)


def _of(rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    return rows[rows["donor_code"] == asked.donor] if asked.donor else rows[rows["group"] == asked.donor_group]


@measure("donor_total_{}", TOTALS, units=None, needs=("donor",))
@measure("donor_group_total_{}", TOTALS, units=None, needs=("donor_group",))
def total(ledger: Ledger, asked: Asked) -> Answer:
    """Sum of what a donor or a group promised (new money), allocated or paid up to a day; the last two are floors."""
    rows = _of(_totals(ledger, asked, asked.item, asked.unit), asked)
    if rows.empty:
        raise Unanswered(f"the ledger has nothing {asked.item} by {_name(ledger, asked)} by {long_day(asked.as_of)}")
    worth, exact = float(rows["value"].sum()) * 1e9, asked.item == "promised"
    says = f"{count(len(rows))} rows of the ledger {asked.item} by {_name(ledger, asked)} add up to "
    says += amount(worth, asked.unit) + ("" if exact else FLOOR)
    return Answer(says, "sum of announcements", worth, worth if exact else None, **cited("pledges", rows, "pledge_id"))


@measure("share_of_gdp", units=("share",), needs=("donor",))
def share_of_gdp(ledger: Ledger, asked: Asked) -> Answer:
    """What a donor promised up to a day (new money), as a share of its GDP of 2021."""
    rows, size = _of(_totals(ledger, asked, "promised", "EUR"), asked), gdp(ledger["donors"], "EUR").get(asked.donor)
    if rows.empty or pd.isna(size):
        raise Unanswered(f"the ledger has no promise or no GDP of {_name(ledger, asked)}")
    return _share(rows, float(size), f"{_name(ledger, asked)} promised {{}}, and its GDP of 2021 was {{}}")


@measure("donor_share_of_total", units=("share",), needs=("donor",))
@measure("donor_group_share_of_total", units=("share",), needs=("donor_group",))
def share_of_total(ledger: Ledger, asked: Asked) -> Answer:
    """What a donor or a group promised up to a day (new money), as a share of what all donors promised."""
    every = _totals(ledger, asked, "promised", "EUR")
    if (rows := _of(every, asked)).empty:
        raise Unanswered(f"the ledger has no promise of {_name(ledger, asked)}")
    return _share(rows, float(every["value"].sum()), f"{_name(ledger, asked)} promised {{}} of {{}} by all donors")


def _share(rows: pd.DataFrame, whole: float, says: str) -> Answer:
    part = float(rows["value"].sum())
    words = says.format(amount(part * 1e9, "EUR"), amount(whole * 1e9, "EUR"))
    return Answer(words, "computed", part / whole, part / whole, **cited("pledges", rows, "pledge_id"))


def _event(ledger: Ledger, asked: Asked) -> tuple:
    rows = ledger["timeline"][ledger["timeline"]["event_id"] == asked.event_id]
    return next(rows.itertuples()), cited("timeline", rows, "event_id")


@measure("event_on", units=("date",), needs=("event_id",))
def event_on(ledger: Ledger, asked: Asked) -> Answer:
    """Day of an event of the timeline: that it took place, not that what was said there is true."""
    row, rest = _event(ledger, asked)
    return Answer(
        f"{row.event_id}, {long_day(row.event_on)}: {row.label}", "reported", row.event_on, row.event_on, **rest
    )


@measure("product_list", units=("product",), needs=("event_id",))
def product_list(ledger: Ledger, asked: Asked) -> Answer:
    """Products named by a decision: the ledger has no table of them, only a note, so this is never decided."""
    row, rest = _event(ledger, asked)
    return Answer(f"the ledger has no table of products; its note on {row.event_id} says: {row.note}", NOTED, **rest)


@measure("utc_offset_hours", units=("hours",))
def utc_offset(ledger: Ledger, asked: Asked) -> Answer:
    """Hours by which Kyiv was ahead of Greenwich at noon of a day, by the IANA time zone database."""
    noon = (asked.as_of + pd.Timedelta(hours=12)).to_pydatetime().replace(tzinfo=ZoneInfo("Europe/Kyiv"))
    hours = noon.utcoffset().total_seconds() / 3600
    says = f"on {long_day(asked.as_of)} clocks in Kyiv were {hours:g} hours ahead of Greenwich"
    return Answer(says, "computed", hours, hours, sources=(Source("IANA", "", "https://www.iana.org/time-zones"),))
