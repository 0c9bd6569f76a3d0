"""Dates of releases: each form that was seen, and whatever else a cell can hold."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warledger.releases.dates import parse_date


@pytest.mark.parametrize(
    ("cell", "date", "precision"),
    [
        (dt.datetime(2022, 3, 1), "2022-03-01", "day"),
        (dt.date(2022, 3, 1), "2022-03-01", "day"),
        (44621, "2022-03-01", "day"),
        (44621.5, "2022-03-01", "day"),
        ("3/1/2022", "2022-03-01", "day"),
        ("2022-03-01", "2022-03-01", "day"),
        ("16/02/2023", "2023-02-16", "day"),
        ("06.02.2024", "2024-02-06", "day"),
        ("until 12/31/2022", "2022-12-31", "until"),
        ("until\u00a012/31/2022 ", "2022-12-31", "until"),
        ("until 06.02.2024", "2024-02-06", "until"),
        ("until 06/31/2022", "2022-06-30", "until"),
        ("between 3/20/2022 and 7/1/2022", "2022-07-01", "until"),
        ("between 3/4/22 & 3/11/22", "2022-03-11", "until"),
        ("from 01/01/2024 until 05/01/2024", "2024-05-01", "until"),
        ("unclear, 10/2022", "2022-10-31", "month"),
        ("not specified, 03/22", "2022-03-31", "month"),
        ("2/30/2022", "2022-02-28", "month"),
        ("since 2/24/2022", None, "undated"),
        (dt.datetime(2922, 2, 9), None, "undated"),
        ("Undisclosed", None, "undated"),
        (".", None, "undated"),
        ("", None, "undated"),
        (None, None, "undated"),
        (True, None, "undated"),
        (7, None, "undated"),
        (float("nan"), None, "undated"),
        (pd.NaT, None, "undated"),
    ],
)
def test_each_form_of_date_is_read_with_what_is_known(cell, date, precision):
    found, known = parse_date(cell)
    assert known == precision
    assert pd.isna(found) if date is None else found == pd.Timestamp(date)


NUMBERS = st.integers(-10, 3000).map(str)
DATE_LIKE = st.lists(
    st.sampled_from(["until ", "since ", "between ", "/", ".", "-", " ", ", ", "\u00a0", "x"]) | NUMBERS
)


@given(
    st.one_of(st.text(), DATE_LIKE.map("".join), st.floats(), st.integers(), st.datetimes(), st.booleans(), st.binary())
)
def test_no_cell_breaks_the_parser_and_only_undated_ones_have_no_date(cell):
    date, precision = parse_date(cell)
    assert precision in ("day", "until", "month", "undated")
    assert pd.isna(date) == (precision == "undated")
    assert pd.isna(date) or (date == date.normalize() and 2014 <= date.year < 2100)


@given(st.dates(dt.date(2014, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_is_the_same_day_in_all_forms(day):
    for cell in (day, f"{day:%m/%d/%Y}", f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}", (day - dt.date(1899, 12, 30)).days):
        assert parse_date(cell) == (pd.Timestamp(day), "day")
