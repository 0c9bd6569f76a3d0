"""Checked text as typed frames: the types are those of the schema, nothing is guessed."""

import json
from pathlib import Path

import pandas as pd

from warledger.errors import DataError


def to_frame(header: list[str], rows: list[list[str]], schema: dict) -> pd.DataFrame:
    """Return text rows as a frame with the columns and types of a Table Schema; empty is missing.

    Raises DataError for a value outside an enumeration and ValueError for one that is not of its
    type: rows are to be checked before.
    """
    text = pd.DataFrame(rows, columns=header, dtype="str")
    text = text.where(text != "")
    return pd.DataFrame({field["name"]: _typed(text[field["name"]], field) for field in schema["fields"]})


def _typed(column: pd.Series, field: dict) -> pd.Series:
    """Return one text column in the type of its field."""
    match field["type"]:
        case "date" | "datetime":
            return pd.to_datetime(column, format=field["format"])
        case "yearmonth":
            return pd.to_datetime(column, format="%Y-%m")
        case "integer":
            whole = [int(cell) if isinstance(cell, str) else pd.NA for cell in column]  # never through a float
            return pd.Series(pd.array(whole, dtype="Int64"), index=column.index)
        case "number":
            return column.astype("Float64")
        case "boolean":
            return column.map({"true": True, "false": False}).astype("boolean")
        case "string" if "enum" in field.get("constraints", {}):
            allowed = field["constraints"]["enum"]
            unknown = column[column.notna() & ~column.isin(allowed)]
            if not unknown.empty:
                raise DataError(f"{field['name']}: {unknown.iloc[0]!r}: not one of {', '.join(allowed)}")
            return column.astype(pd.CategoricalDtype(allowed, ordered=True))
        case "string":
            return column
    raise DataError(f"{field['name']}: type {field['type']!r} is not supported")


def outlines(path: Path) -> dict[str, list[list[tuple[float, float]]]]:
    """Return the outlines of a GeoJSON file keyed by `oblast`: code -> outer rings of (longitude, latitude)."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    return {
        feature["properties"]["oblast"]: [
            [tuple(point) for point in polygon[0]] for polygon in feature["geometry"]["coordinates"]
        ]
        for feature in collection["features"]
    }
