"""Dates as people wrote them into a release: a day, or what is known in its place."""

import datetime as dt
import re

import pandas as pd

YEARS = range(2014, 2100)  # outside: a slip, such as the year 2922
SERIALS = (41640, 73050)  # spreadsheets' day numbers of those years, counted from 1899-12-30
DATE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?!\d)"
    r"|(?P<month>\d{1,2})/(?P<of>\d{4}|\d{2})(?![\d/])"
)


def parse_date(value: object) -> tuple[pd.Timestamp, str]:
    """Return a cell's date and its precision: day, until (some time up to that day), month, or undated with NaT.

    Dates with slashes are month first, unless that is impossible; with dots, day first. A day that
    its month lacks ("until 06/31/2022") is the month's last, and known as a month where it stood
    alone. "Since" a day says nothing of when. A month's date is its last day. Never raises.
    """
    if isinstance(value, dt.datetime | dt.date):
        return _day(value.year, value.month, value.day, "day")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if SERIALS[0] <= value <= SERIALS[1]:
            return pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(value)), "day"
        return pd.NaT, "undated"
    text = re.sub(r"\s+", " ", str(value)).strip().lower()  # \s takes non-breaking blanks too
    found = list(DATE.finditer(text))
    if not found or text.startswith(("since", "after")):
        return pd.NaT, "undated"
    last = found[-1]
    alone = len(found) == 1 and not re.search(r"[a-z]", text)
    if last["month"]:
        return _day(_year(last["of"]), int(last["month"]), 31, "until" if "until" in text else "month")
    precision = "day" if alone else "until"
    if last["y"]:
        return _day(int(last["y"]), int(last["m"]), int(last["d"]), precision)
    one, two = int(last["first"]), int(last["second"])
    month, day = (two, one) if last["mark"] == "." or one > 12 else (one, two)
    return _day(_year(last["year"]), month, day, precision)


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _day(year: int, month: int, day: int, precision: str) -> tuple[pd.Timestamp, str]:
    if not (year in YEARS and 1 <= month <= 12 and 1 <= day <= 31):
        return pd.NaT, "undated"
    first = pd.Timestamp(year, month, 1)
    if day > first.days_in_month and precision == "day":
        precision = "month"
    return first + pd.Timedelta(days=min(day, first.days_in_month) - 1), precision
