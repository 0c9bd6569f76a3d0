"""Currencies and shares of GDP.

Rates are the European Central Bank's euro reference rates, as shipped by the package
currencyconverter: of the day itself, or the last one known before it (weekends, holidays).
"""

import datetime as dt
from functools import cache

import pandas as pd
from currency_converter import CurrencyConverter, RateNotFoundError

from warledger.errors import ParameterError, RateError

GDP_YEAR = 2021  # of the donors table; shares use this year's mean rate, as the World Bank does


@cache
def _ecb() -> CurrencyConverter:
    # Never the package's interpolation: it would look into the future of the announcement.
    return CurrencyConverter(fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known")


def currencies() -> list[str]:
    """Return the ISO 4217 codes that the ECB quotes today, the euro included."""
    newest = max(bounds.last_date for bounds in _ecb().bounds.values())
    quoted = {code for code, bounds in _ecb().bounds.items() if (newest - bounds.last_date).days < 7}
    return sorted(quoted | {"EUR"})


def check_currency(currency: str) -> str:
    """Return the currency where the ECB quotes it today."""
    if currency not in currencies():
        raise ParameterError(f"currency: {currency!r} is not quoted by the ECB; allowed: {', '.join(currencies())}")
    return currency


def rate(from_currency: str, to_currency: str, on: dt.date, *, allow_stale_rate: bool = False) -> float:
    """Return units of `to_currency` for one unit of `from_currency`.

    Raises RateError where the ECB has never quoted a currency or not on or before that day, and
    after its last quotation unless `allow_stale_rate` is set: there is never a silent 1.0.
    """
    if from_currency == to_currency:
        return 1.0
    if allow_stale_rate:
        last = [_ecb().bounds[c].last_date for c in (from_currency, to_currency) if c in _ecb().bounds]
        on = min([on, *last])
    try:
        return _ecb().convert(1, from_currency, to_currency, date=on)
    except (ValueError, RateNotFoundError):
        missing = [c for c in (from_currency, to_currency) if c != "EUR" and not _quoted(c, on)]
        raise RateError(f"no ECB reference rate for {' and '.join(missing)} on {on:%Y-%m-%d}") from None


def _quoted(currency: str, on: dt.date) -> bool:
    bounds = _ecb().bounds.get(currency)
    return bounds is not None and bounds.first_date <= on <= bounds.last_date


def in_currency(pledges: pd.DataFrame, currency: str, *, allow_stale_rate: bool = False) -> pd.Series:
    """Return the amounts of pledges in one currency, in billions, by the rate of the announcement day.

    Raises RateError that names the row, its currency and its date. After the last rate that is
    shipped, `allow_stale_rate` takes that last one; `stale_note` then says so.
    """

    def convert(row) -> float:
        try:
            day = row.announced_on.date()
            return float(row.amount) * rate(row.currency, currency, day, allow_stale_rate=allow_stale_rate) / 1e9
        except RateError as error:
            hint = "" if allow_stale_rate else "; set allow_stale_rate to take the last one known"
            raise RateError(f"pledges.csv: {row.pledge_id}: {error}{hint}") from None

    return pd.Series([convert(row) for row in pledges.itertuples()], index=pledges.index, dtype="float64")


def stale_note(pledges: pd.DataFrame, currency: str) -> str:
    """Return the sentence that a figure's note needs where amounts lie after the last rate, or nothing."""
    late = [
        row.pledge_id
        for row in pledges.itertuples()
        if row.currency != currency
        and not all(c == "EUR" or _quoted(c, row.announced_on.date()) for c in (row.currency, currency))
    ]
    if not late:
        return ""
    return f" {len(late)} amounts after the last rate shipped are converted at that last rate ({', '.join(late[:5])})."


@cache
def mean_rate(from_currency: str, to_currency: str, year: int) -> float:
    """Return the mean of a year's daily rates, weekends at the last known rate."""
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
    return sum(rate(from_currency, to_currency, day.date()) for day in days) / len(days)


def gdp(donors: pd.DataFrame, currency: str) -> pd.Series:
    """Return GDP of 2021 by donor code, in billions of a currency; missing where the World Bank has none.

    Converted from US dollars at the mean rate of that year. The EU's is the sum of its members.
    """
    return _with_eu(donors, "gdp_2021_usd") * mean_rate("USD", currency, GDP_YEAR) / 1e9


def population(donors: pd.DataFrame) -> pd.Series:
    """Return population of 2021 by donor code; missing where the World Bank has none. The EU's is its members' sum."""
    return _with_eu(donors, "population_2021")


def _with_eu(donors: pd.DataFrame, column: str) -> pd.Series:
    """Return a column by donor code, that of the EU as the sum of its members."""
    sizes = donors.set_index("donor_code")[column].astype("Float64")
    sizes["EU"] = sizes[donors[donors["eu_member"]]["donor_code"]].sum(skipna=False)
    return sizes
