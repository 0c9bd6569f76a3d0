"""Rates are the ECB's of the day or the last before it; a missing one is an error, never 1.0."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warledger import money
from warledger.errors import ParameterError, RateError


def pledge(amount, currency, day):
    row = {"pledge_id": "P0001", "amount": amount, "currency": currency, "announced_on": pd.Timestamp(day)}
    return pd.DataFrame([row])


def test_a_known_rate():
    # ECB reference rates, 20 March 2024: 1 EUR = 1.0844 USD
    assert money.rate("EUR", "USD", dt.date(2024, 3, 20)) == pytest.approx(1.0844)
    assert money.in_currency(pledge(1_084_400_000, "USD", "2024-03-20"), "EUR").item() == pytest.approx(1.0)


def test_a_weekend_takes_the_last_rate_before_it():
    friday, sunday, monday = dt.date(2024, 3, 8), dt.date(2024, 3, 10), dt.date(2024, 3, 11)
    assert money.rate("USD", "EUR", sunday) == money.rate("USD", "EUR", friday)
    assert money.rate("USD", "EUR", sunday) != money.rate("USD", "EUR", monday)


def test_a_holiday_takes_the_last_rate_before_it():
    assert money.rate("USD", "EUR", dt.date(2024, 3, 29)) == money.rate("USD", "EUR", dt.date(2024, 3, 28))


@pytest.mark.parametrize(
    ("currency", "day"), [("UAH", "2024-03-20"), ("TWD", "2024-03-20"), ("HRK", "2023-06-01"), ("USD", "2031-01-02")]
)
def test_a_missing_rate_names_row_currency_and_day(currency, day):
    with pytest.raises(RateError, match=rf"P0001: no ECB reference rate for {currency} on {day}"):
        money.in_currency(pledge(1_000_000, currency, day), "EUR")


def test_an_impossible_currency_lists_what_is_allowed():
    with pytest.raises(ParameterError, match="'UAH' is not quoted by the ECB; allowed: AUD, BRL"):
        money.check_currency("UAH")


@given(
    amount=st.integers(1, 10**12),
    currency=st.sampled_from(["USD", "GBP", "JPY", "NOK", "EUR"]),
    day=st.dates(dt.date(2022, 1, 1), dt.date(2025, 12, 31)),
)
def test_there_and_back_is_the_same_amount(amount, currency, day):
    there = money.rate(currency, "EUR", day)
    assert amount * there * money.rate("EUR", currency, day) == pytest.approx(amount, rel=1e-9)


def test_gdp_of_the_union_is_the_sum_of_its_members():
    donors = pd.DataFrame(
        {
            "donor_code": ["AAA", "BBB", "CCC", "EU", "TWN"],
            "eu_member": pd.array([True, True, False, False, False], dtype="boolean"),
            "gdp_2021_usd": pd.array([10**12, 3 * 10**12, 10**12, pd.NA, pd.NA], dtype="Int64"),
        }
    )
    gdp = money.gdp(donors, "USD")
    assert gdp["EU"] == pytest.approx(4000)
    assert pd.isna(gdp["TWN"])
    # 2021: 1 EUR was 1.1827 USD on the mean of the year
    assert money.gdp(donors, "EUR")["AAA"] == pytest.approx(1000 / 1.1827, rel=2e-3)


def test_a_stale_rate_is_taken_only_on_request_and_said():
    late = pledge(1_000_000_000, "BGN", "2026-03-01")
    with pytest.raises(RateError, match="P0001: no ECB reference rate for BGN on 2026-03-01; set allow_stale_rate"):
        money.in_currency(late, "EUR")
    assert money.in_currency(late, "EUR", allow_stale_rate=True).item() == pytest.approx(1 / 1.95583, rel=1e-4)
    assert "1 amounts after the last rate shipped" in money.stale_note(late, "EUR")
    assert money.stale_note(pledge(1, "USD", "2024-03-20"), "EUR") == ""
    assert money.stale_note(pledge(1, "EUR", "2031-03-20"), "EUR") == ""


def test_a_currency_never_quoted_has_no_stale_rate_either():
    with pytest.raises(RateError, match="no ECB reference rate for UAH"):
        money.in_currency(pledge(1, "UAH", "2024-03-20"), "EUR", allow_stale_rate=True)


@given(
    currency=st.sampled_from(["USD", "GBP", "JPY", "NOK"]),
    day=st.dates(dt.date(2022, 1, 3), dt.date(2026, 10, 30)),
)
def test_a_rate_never_looks_into_the_future(currency, day):
    known = money._ecb()._rates[currency]
    past = max(quoted for quoted, value in known.items() if quoted <= day and value is not None)
    assert money.rate("EUR", currency, day) == pytest.approx(known[past])
