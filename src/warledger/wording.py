"""Numbers and lists as people write them, without locale."""

from collections.abc import Iterable


def money(billions: float, currency: str = "EUR") -> str:
    """Return an amount given in billions: EUR 4.5bn, EUR 350m, EUR 485bn, JPY 27.3tn."""
    size = abs(billions)
    if size < 0.9995:
        return f"{currency} {billions * 1000:.0f}m"
    if size >= 999.5:
        return f"{currency} {billions / 1000:,.1f}tn"
    return f"{currency} {billions:.0f}bn" if size >= 99.95 else f"{currency} {billions:.1f}bn"


def amount(value: float, currency: str) -> str:
    """Return an amount given in units, to four digits: EUR 4.5bn, EUR 2.343bn, GBP 18m, EUR 12,000."""
    for size, name in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(value) >= size:
            return f"{currency} {value / size:.4g}{name}"
    return f"{currency} {value:,.0f}"


def several(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun: 1 wave, 12 waves; `more` is the plural where an s is not enough."""
    return f"{count(number)} {one if number == 1 else more or f'{one}s'}"


def count(number: float) -> str:
    """Return a whole number with commas: 433,840."""
    return f"{number:,.0f}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share as per cent: 86 %."""
    return f"{share * 100:.{digits}f} %"


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: a, b and c."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def day(date) -> str:
    """Return a date as in a table: 2024-03-21."""
    return f"{date:%Y-%m-%d}"


MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


def long_day(date) -> str:
    """Return a date as in a sentence: 21 March 2024. English whatever the locale."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def short_day(date) -> str:
    """Return a date without its year, for an axis: 21 Mar. English whatever the locale."""
    return f"{date.day} {MONTHS[date.month - 1][:3]}"


def month(date) -> str:
    """Return a month as in a sentence: March 2024. English whatever the locale."""
    return f"{MONTHS[date.month - 1]} {date.year}"


def span(dates) -> str:
    """Return the months that a column of dates covers: February 2022 to March 2026."""
    if dates.empty:
        return "no rows"
    first, last = month(dates.min()), month(dates.max())
    return first if first == last else f"{first} to {last}"


def no_words(what: str) -> dict[str, str]:
    """Return title and alternative text where there is nothing to draw; `save_figure` adds the selection."""
    return {"title": f"No {what}", "alt": f"No {what}"}
