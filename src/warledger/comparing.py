"""How a figure of the ledger is compared with a claimed value: the rule, units, tolerances, slips of the pen."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warledger.errors import ParameterError
from warledger.measures import Answer, Value
from warledger.money import currencies
from warledger.parameters import to_day
from warledger.wording import amount, count, long_day, percent, several

VERDICTS = ("supported", "imprecise", "cannot be checked", "contradicted")  # the kindest first
COMPARATORS = {
    "eq": "{}", "approx": "about {}", "ge": "at least {}", "le": "at most {}", "gt": "more than {}",
    "lt": "less than {}", "after": "after {}", "before": "before {}", "between": "{}",
}  # fmt: skip
CLOCK, CHANGE = "local time Europe/Kyiv", "share of previous month"
SLACK = {"date": 1.0, "days": 1.0, CLOCK: 15.0}  # what is imprecise: days, days, minutes
SHARE = 0.01  # and a share of the value where it is a number
TEXTS = ("text", "ISO 3166-2 code", "district", "product")
RULE = f"""\
A claim gives a value, how the ledger's figure must stand to it, and perhaps a tolerance that widens the value.

- **supported**: the ledger's figure lies inside.
- **imprecise**: it lies outside, but misses by no more than the tolerance again or, where there is none, by
  {percent(SHARE)}, {SLACK["days"]:.0f} day or {SLACK[CLOCK]:.0f} minutes, or it rounds to the value as that is written
  (at least two digits).
- **contradicted**: it is further off. What comes "after" or "before" a day is right or wrong, never imprecise.
- **cannot be checked**: the ledger has no such figure, or only bounds, and what lies between them would do in part.

Where the ledger has bounds only, a claim is supported if every figure between them would do, contradicted if all are
too far off, and imprecise if none would do but some come near. A claim that can mean several rows is right if one of
them is. Words are looked for in the ledger's text: with all of them it is supported, with some terms imprecise."""
SCALES = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}


@dataclass(frozen=True)
class Region:
    """Where a figure must lie, both ends included; days and minutes are numbers too. `slack` around it is imprecise."""

    low: float
    high: float
    slack: float

    def verdict(self, low: float, high: float, lasts: bool = False) -> str:
        """Return the verdict on a figure between two bounds, the same twice where it is known.

        With `lasts` every moment between them is right, so it is enough that one lies inside.
        """
        near_low, near_high = self.low - self.slack, self.high + self.slack
        if (self.low <= low and high <= self.high) or (lasts and low <= self.high and high >= self.low):
            return "supported"
        if high < near_low or low > near_high:
            return "contradicted"
        return "imprecise" if high < self.low or low > self.high else "cannot be checked"


def written(value: Value, unit: str) -> str:
    """Return a value as people write it, by its unit: 433,840, EUR 4.5bn, 21 March 2024, 05:00, 6.0 %, 44 days."""
    if isinstance(value, str):
        return value
    if isinstance(value, pd.Timestamp):
        return long_day(value)
    if unit in currencies():
        return amount(value, unit)
    if unit == CLOCK:
        return f"{int(value) // 60 % 24:02}:{int(value) % 60:02}"
    if unit == CHANGE:
        return f"{percent(abs(value), 1)} {'more' if value >= 0 else 'less'}"
    if unit == "share":
        return percent(value, 1)
    if unit in ("days", "hours"):
        return several(value, unit.removesuffix("s"))
    return count(value) if float(value).is_integer() else f"{value:,.2f}"


def to_values(text: str | float, unit: str, comparator: str) -> list[Value]:
    """Return the claimed value, two for `between`: text, days, minutes since midnight, or numbers.

    Raises ParameterError where the text is none, or does not go with the comparator.
    """
    if unit in TEXTS:
        if comparator != "eq" or not str(text).strip():
            raise ParameterError(f"value: {text!r}: text is compared with eq, and is not empty")
        return [str(text)]
    if comparator in ("after", "before") and unit != "date":
        raise ParameterError(f"comparator: {comparator} compares days; for {unit} use gt or lt")
    values = [_value(part.strip(), unit) for part in (str(text).split("/") if comparator == "between" else [str(text)])]
    if comparator == "between" and (len(values) != 2 or values[0] > values[1]):
        raise ParameterError(f"value: {text!r}: between takes two with a slash, the lower first")
    return values


def _value(text: str, unit: str) -> Value:
    if unit == "date":
        return to_day("value", text)
    if unit == CLOCK:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
            raise ParameterError(f"value: {text!r} is not a time written as 05:00")
        return int(text[:2]) * 60.0 + int(text[3:])
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise ParameterError(f"value: {text!r} is not a number written as 433000 or 0.06")
    return float(text)


def region(values: list[Value], unit: str, comparator: str, tolerance: str = "") -> Region:
    """Return where the ledger's figure must lie; raises ParameterError for a tolerance that does not suit the unit."""
    low, high = _number(values[0]), _number(values[-1])
    wide = _tolerance(tolerance, unit, comparator, high)
    slack = wide or SLACK.get(unit) or max(SHARE * abs(high), _rounding(high))
    match comparator:
        case "ge":
            return Region(low - wide, math.inf, slack)
        case "gt":
            return Region(math.nextafter(low - wide, math.inf), math.inf, slack)
        case "le":
            return Region(-math.inf, high + wide, slack)
        case "lt":
            return Region(-math.inf, math.nextafter(high + wide, -math.inf), slack)
        case "after":
            return Region(low - wide + 1, math.inf, 0)
        case "before":
            return Region(-math.inf, high + wide - 1, 0)
    return Region(low - wide, high + wide, slack)


def _number(value: Value) -> float:
    """Return a value as a number: days count from the beginning of the calendar."""
    return float(value.toordinal() if isinstance(value, pd.Timestamp) else value)


def _tolerance(text: str, unit: str, comparator: str, value: float) -> float:
    kind = {"date": "d", "days": "d", CLOCK: "min"}.get(unit, "")
    example = {"d": "days, such as 2d", "min": "minutes, such as 60min", "": "a share of the value, such as 0.02"}[kind]
    if not (text := str(text)) and comparator == "approx":
        raise ParameterError(f"tolerance: approx needs one: for {unit} give {example}")
    if text and not re.fullmatch(rf"\d+(\.\d+)?{kind}", text):
        raise ParameterError(f"tolerance: {text!r}: for {unit} give {example}")
    return float(text.removesuffix(kind) or 0) * (1.0 if kind else abs(value))


def _rounding(value: float) -> float:
    """Return half of the last digit that a number is written with, at least two digits: 90bn may be 90.4bn."""
    if not value:
        return 0.0
    digits = np.format_float_scientific(abs(value), trim="-").partition("e")[0].replace(".", "")
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - max(2, len(digits)) + 1)


def bounds(answer: Answer) -> tuple[float, float]:
    """Return between which numbers an answer lies."""
    low = -math.inf if answer.low is None else _number(answer.low)
    return low, math.inf if answer.high is None else _number(answer.high)


def compare(values: list[Value], where: Region | None, answer: Answer) -> tuple[str, float]:
    """Return the verdict on an answer and how far it lies from the claim; without a region texts are compared."""
    if answer.low is None and answer.high is None:
        return "cannot be checked", 0.0
    if where is None:
        return _compare_text(str(values[0]), str(answer.low)), 0.0
    low, high = bounds(answer)
    away = max(low - _number(values[-1]), _number(values[0]) - high, 0.0)
    return where.verdict(low, high, answer.lasts), away


def _compare_text(claimed: str, there: str) -> str:
    """Return supported where the text has all words of every term (semicolons between), imprecise for some terms."""
    terms = [_stems(term) <= _stems(there) for term in claimed.split(";") if term.strip()]
    return "supported" if all(terms) else "imprecise" if any(terms) else "contradicted"


def _stems(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[\w-]+", text.casefold())}


def slip(claimed: Value, answer: Answer, unit: str, comparator: str, slack: float) -> str:
    """Return which slip of the pen would make a wrong claim right, as the end of its sentence, or nothing.

    Looked for are a wrong direction, a factor (of money: thousands), and for eq and approx one digit
    changed, missing, added or swapped with its neighbour, in whole numbers of three digits or more.
    `slack` is that of the claim's region.
    """
    low, high = bounds(answer)
    if unit in SLACK or isinstance(claimed, str) or math.inf in (low, high) or not claimed:
        return ""
    share = slack / abs(claimed)
    if unit.startswith("share") and low == high and _close(-claimed, low, share):
        return "; the other way round it would fit"
    for power in (3, -3, 6, -6) if unit in currencies() else (1, -1, 2, -2, 3, -3, 6, -6):
        meant = claimed / 10.0**power
        if _close(meant, low, share) if low == high else (power > 0 and low < meant <= high):
            return f"; {written(meant, unit)} would fit, {_mixed_up(claimed, meant, power)}"
    if comparator in ("eq", "approx") and low == high and _one_edit(claimed, low):
        return "; one digit differs"
    return ""


def _close(meant: float, figure: float, share: float) -> bool:
    return abs(meant - figure) <= max(share * abs(meant), _rounding(meant))


def _mixed_up(claimed: float, meant: float, power: int) -> str:
    """Return the two words that were mixed up (billion for million), or the factor."""
    names = [SCALES.get(math.floor(math.log10(abs(one)) / 3) * 3) for one in (claimed, meant)]
    if power % 3 == 0 and all(names):
        return f"with {names[1]} for {names[0]}"
    return f"a factor of {count(10 ** abs(power))}"


def _one_edit(claimed: float, figure: float) -> bool:
    """Return whether two whole numbers differ by one digit changed, missing, added or swapped with its neighbour."""
    if min(claimed, figure) < 100 or claimed % 1 or figure % 1:
        return False
    one, two = sorted((f"{claimed:.0f}", f"{figure:.0f}"), key=len)
    if len(one) < len(two):
        return any(two[:place] + two[place + 1 :] == one for place in range(len(two)))
    off = [place for place in range(len(one)) if one[place] != two[place]]
    swapped = len(off) == 2 and off[1] == off[0] + 1 and one[off[0] : off[1] + 1] == two[off[0] : off[1] + 1][::-1]
    return len(off) == 1 or swapped
