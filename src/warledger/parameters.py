"""Checks of parameters' values, which a notebook makes before it does anything else.

papermill passes any name and any value on. So the notebooks check their values with the
functions below, in one sentence each; the runner checks names and types (`notebooks.py`).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from warledger.errors import ParameterError
from warledger.tables import release
from warledger.wording import day

FIRST_DAY = pd.Timestamp("2022-01-01")  # no row of the ledger is older
INVASION = pd.Timestamp("2022-02-24")  # of the whole of Ukraine: the General Staff counts from this day
OPEN_END = pd.Timestamp("2099-12-31")  # of a release, which may be newer than the ledger


@dataclass(frozen=True)
class Period:
    """First and last day, both included."""

    since: pd.Timestamp
    until: pd.Timestamp

    def of(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """Return the rows whose date lies in the period."""
        return frame[frame[column].between(self.since, self.until)]

    def __str__(self) -> str:
        """Return the two days as in a sentence."""
        return f"{day(self.since)} on" if self.until == OPEN_END else f"{day(self.since)} to {day(self.until)}"


def check_period(since: str, until: str, released: str = "", names: tuple[str, str] = ("since", "until")) -> Period:
    """Return the period of two ISO dates; an empty one means the first or last day of the ledger.

    Where a release is read in place of the ledger (`released`), the period may reach beyond the
    ledger's last day. `names` are those of the two parameters, for the errors.
    """
    newest = OPEN_END if released else pd.Timestamp(release().data_until)
    first = check_day(names[0], since, last=newest) if since else FIRST_DAY
    last = check_day(names[1], until, last=newest) if until else newest
    if first > last:
        raise ParameterError(f"{names[0]} {day(first)} is after {names[1]} {day(last)}; give the earlier day first")
    return Period(first, last)


def check_day(name: str, text: str, first: pd.Timestamp = FIRST_DAY, last: pd.Timestamp | None = None) -> pd.Timestamp:
    """Return the day of an ISO date from `first` to `last`, which is the ledger's last day unless given."""
    date = to_day(name, text)
    last = pd.Timestamp(release().data_until) if last is None else last
    if not first <= date <= last:
        raise ParameterError(f"{name}: {text} lies outside the ledger, which runs from {day(first)} to {day(last)}")
    return date


def to_day(name: str, text: str) -> pd.Timestamp:
    """Return the day written as 2024-03-21; ISO 8601 has other ways (20240321, 2024-W12-4), which are refused."""
    try:
        date = dt.date.fromisoformat(text)
        if date.isoformat() != text:
            raise ValueError
    except (ValueError, TypeError):
        raise ParameterError(f"{name}: {text!r} is not a day written as 2024-03-21") from None
    return pd.Timestamp(date)


def days_around(day: pd.Timestamp, before: int, after: int = 0) -> Period:
    """Return the period from `before` days before a day to `after` days after it."""
    return Period(day - pd.Timedelta(days=before), day + pd.Timedelta(days=after))


def check_choice(name: str, value: str, allowed: Iterable[str]) -> str:
    """Return the value where it is one of the allowed ones."""
    allowed = list(allowed)
    if value not in allowed:
        near = get_close_matches(str(value), allowed, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ParameterError(f"{name}: {value!r} is not known; {hint}Allowed: {', '.join(allowed)}")
    return value


def check_choices(name: str, value: str, allowed: Iterable[str]) -> list[str]:
    """Return the comma-separated values, each one of the allowed; empty means all of them."""
    allowed = list(allowed)
    wanted = [part.strip() for part in str(value).split(",") if part.strip()]
    return [check_choice(name, part, allowed) for part in wanted] or allowed


def check_flag(name: str, value: bool) -> bool:
    """Return the value where it is True or False; papermill passes `false` on as a text, which would count as true."""
    if not isinstance(value, bool):
        raise ParameterError(f"{name}: {value!r} is not known; allowed: True, False")
    return value


def check_number(name: str, value: int | float, low: float, high: float) -> int | float:
    """Return the value where it is a number between low and high, both included."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ParameterError(f"{name}: {value!r} is not a number from {low} to {high}")
    return value
