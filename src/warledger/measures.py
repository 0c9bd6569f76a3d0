"""What the ledger can be asked: a registry of measures, each one small function of the tables.

A measure looks at the ledger as it is today. Measures "to date" and "previous" look only at rows up
to the day asked about: a record or a pause was true on its day, whatever came later.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from warledger.known import Ledger

Value = float | pd.Timestamp | str
NOTED = "only noted"  # the kind of an answer that is only a note of the ledger: it decides nothing


class Unanswered(Exception):
    """The ledger has no answer; the message is the reason, as a clause."""


class Source(NamedTuple):
    """Who published a row and where, in the columns that `save_figure` asks for."""

    publisher: str
    via: str
    source_url: str


@dataclass(frozen=True)
class Asked:
    """What a claim speaks of, apart from its value. Empty text means not said."""

    as_of: pd.Timestamp
    unit: str
    item: str = ""
    place: str = ""
    donor: str = ""
    donor_group: str = ""
    weapon_class: str = ""
    aid_type: str = ""
    event_id: str = ""
    dated_by: str = ""


@dataclass(frozen=True)
class Answer:
    """What the ledger has: a value (low and high the same), or bounds between which it lies; None is no bound.

    `says` is a clause in plain English, `kind` the kind of figure. With `lasts` the bounds are the
    beginning and end of something that went on, and every moment between them is right.
    """

    says: str
    kind: str
    low: Value | None = None
    high: Value | None = None
    rows: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    lasts: bool = False


Find = Callable[[Ledger, Asked], Answer | list[Answer]]


@dataclass(frozen=True)
class Measure:
    """One entry of the registry.

    `item` is the word of a family that the name carries, `units` are those of the value (None:
    currencies), `needs` are the parts of `Asked` that must be said.
    """

    family: str
    item: str
    find: Find
    units: tuple[str, ...] | None
    needs: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """Return what it measures: the first line of the function's docstring."""
        return (self.find.__doc__ or "").strip().splitlines()[0]


MEASURES: dict[str, Measure] = {}


def measure(
    family: str,
    items: Iterable[str] = ("",),
    *,
    units: Callable[[str], tuple[str, ...]] | tuple[str, ...] | None,
    needs: tuple[str, ...] = (),
) -> Callable[[Find], Find]:
    """Put a function into the registry: `{}_cumulative` with items `tanks` and so on is a family of names.

    Every item gets an entry of its own; the function is told which by `Asked.item`.
    """

    def register(find: Find) -> Find:
        for item in items:
            own = units(item) if callable(units) else units
            MEASURES[family.format(item)] = Measure(family.replace("{}", "<item>"), item, find, own, needs)
        return find

    return register


def answers(found: Measure, ledger: Ledger, asked: Asked) -> list[Answer]:
    """Return what a measure finds; a claim that can mean several rows has several answers."""
    got = found.find(ledger, replace(asked, item=found.item))
    return got if isinstance(got, list) else [got]


def cited(table: str, frame: pd.DataFrame, key: str) -> dict:
    """Return ids (table:id) and sources of the rows that an answer rests on."""
    ids = [f"{table}:{one:%Y-%m-%d}" if isinstance(one, pd.Timestamp) else f"{table}:{one}" for one in frame[key]]
    sources = [
        Source(*row) for row in zip(frame["publisher"], frame["via"].fillna(""), frame["source_url"], strict=True)
    ]
    return {"rows": tuple(ids), "sources": tuple(dict.fromkeys(sources))}
