"""Parameters of a notebook: what its tagged cell declares, and checks of their values.

papermill passes any name and any value on. So the notebooks check their values with the
functions below, in one sentence each, and the runner checks names and types against the cell.
"""

import ast
import datetime as dt
import io
import json
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from warledger.errors import ParameterError
from warledger.tables import release
from warledger.wording import day

FIRST_DAY = pd.Timestamp("2022-01-01")  # no row of the ledger is older
OPEN_END = pd.Timestamp("2099-12-31")  # of a release, which may be newer than the ledger
TYPES = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    default: str | int | float | bool
    help: str


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


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook's cell tagged `parameters` declares, by name.

    Raises ParameterError where there is no such cell or a line is not `name: type = literal`.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ParameterError(f"{notebook.name}: {len(tagged)} cells are tagged `parameters`; one is needed")
    source = "".join(tagged[0]["source"])
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind), value=value) if (
                kind in TYPES and value is not None
            ):
                text = comments.get(statement.end_lineno or 0, "")
                found[name] = Parameter(name, kind, ast.literal_eval(value), text)
            case _:
                line = ast.unparse(statement)
                raise ParameterError(f"{notebook.name}: {line}: write parameters as `name: type = value  # help`")
    return found


def parse_value(parameter: Parameter, text: str) -> str | int | float | bool:
    """Return the text of a command line as a value of the parameter's type: `007` for a str stays text."""
    try:
        if parameter.type == "bool":
            return {"true": True, "false": False}[text.lower()]
        return TYPES[parameter.type](text)
    except (ValueError, KeyError):
        wanted = {"int": "a whole number", "float": "a number", "bool": "true or false"}[parameter.type]
        raise ParameterError(f"{parameter.name}: {text!r} is not {wanted}") from None


def unknown_name(name: str, known: Iterable[str], notebook: str) -> ParameterError:
    """Return the error for a parameter that a notebook does not have, with the nearest name."""
    known = list(known)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return ParameterError(f"{notebook} has no parameter {name!r}; {hint}It has {', '.join(known)}")


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
    try:
        date = pd.Timestamp(dt.date.fromisoformat(text))
        if len(text) != len("2024-03-21"):
            raise ValueError
    except (ValueError, TypeError):
        raise ParameterError(f"{name}: {text!r} is not a day written as 2024-03-21") from None
    last = pd.Timestamp(release().data_until) if last is None else last
    if not first <= date <= last:
        raise ParameterError(f"{name}: {text} lies outside the ledger, which runs from {day(first)} to {day(last)}")
    return date


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
    wanted = [part.strip() for part in value.split(",") if part.strip()]
    return [check_choice(name, part, allowed) for part in wanted] or allowed


def check_number(name: str, value: int | float, low: float, high: float) -> int | float:
    """Return the value where it is a number between low and high, both included."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ParameterError(f"{name}: {value!r} is not a number from {low} to {high}")
    return value
