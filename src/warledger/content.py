"""The content of a table's cells: the form of numbers and dates, and what frictionless finds, in sentences.

frictionless checks types, constraints, keys and foreign keys; its messages name no remedy, so ours are written here.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from warledger.form import Rows, Unreadable, Where, is_number, read_rows

NOT_THERE = "not in"  # how a sentence about a key that leads nowhere begins
SHAPES = {  # what frictionless takes more kindly: 1_000, NaN, 1e6, 2024-3-1, month 02024-03
    "integer": re.compile(r"-?[0-9]+"),
    "number": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"),
    "yearmonth": re.compile(r"[0-9]{4}-[0-9]{2}"),
}


def check_shapes(table: Rows, fields: list[dict]) -> Iterator[Where]:
    """Yield numbers and dates that are not written in the one form of the ledger."""
    for place, field in enumerate(fields):
        if shape := SHAPES.get(field["type"]):
            for line, row in zip(table.lines, table.rows, strict=True):
                if row[place] and not shape.fullmatch(row[place]):
                    yield line, field["name"], row[place], _rule(field, row[place])


def check_content(folder: Path, resource: dict, table: Rows) -> Iterator[Where]:
    """Yield what frictionless finds: types, constraints, keys, foreign keys."""
    from frictionless import Package, Resource, Schema  # here: an unchanged ledger need not import it

    schema = {k: v for k, v in resource["schema"].items() if k != "foreignKeys"}
    borrowed: dict[str, Rows] = {}
    keys = []
    for key in resource["schema"].get("foreignKeys", []):
        target = key["reference"]["resource"]
        if target and target not in borrowed:
            try:
                borrowed[target] = read_rows(folder / f"{target}.csv")
            except (Unreadable, OSError):
                continue  # the other table's own check says so
        keys.append(key)
    if keys:
        schema["foreignKeys"] = keys
    package = Package()
    main = Resource(name=resource["name"], data=[table.header, *table.rows], schema=Schema.from_descriptor(schema))
    package.add_resource(main)
    for target, rows in borrowed.items():
        text = {"fields": [{"name": column, "type": "string"} for column in rows.header]}
        package.add_resource(Resource(name=target, data=[rows.header, *rows.rows], schema=Schema.from_descriptor(text)))
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    for error in main.validate(limit_errors=1000).tasks[0].errors:
        row = getattr(error, "row_number", None)
        line = table.lines[row - 2] if row else 1
        yield from _sentences(error, line, table, fields, resource)


def _sentences(error, line: int, table: Rows, fields: dict, resource: dict) -> Iterator[Where]:
    """Yield one of frictionless's errors in our words."""
    kind = error.type
    if kind in ("type-error", "constraint-error"):
        field = fields[error.field_name]
        yield line, field["name"], error.cell or "", _rule(field, error.cell or "")
    elif kind == "primary-key":
        columns = resource["schema"]["primaryKey"]
        places = [table.header.index(column) for column in columns]
        key = [table.rows[table.lines.index(line)][i] for i in places]
        first = next(n for n, row in zip(table.lines, table.rows, strict=True) if [row[i] for i in places] == key)
        yield line, ", ".join(columns), ", ".join(key), f"the same key stands in line {first}; give it another"
    elif kind == "unique-error":
        return  # every unique column of ours is the primary key, which names both lines
    elif kind == "foreign-key":
        target = error.reference_name or resource["name"]
        column, value = ", ".join(error.field_names), ", ".join(str(cell) for cell in error.field_cells)
        there = next(
            ", ".join(key["reference"]["fields"])
            for key in resource["schema"]["foreignKeys"]
            if key["fields"] == list(error.field_names)
        )
        yield line, column, value, f"{NOT_THERE} {target}.csv ({there}); add it there or correct it here"
    else:
        yield line, getattr(error, "field_name", "") or "", getattr(error, "cell", "") or "", error.note


def _rule(field: dict, cell: str) -> str:
    """Return the rule of a field that a cell breaks, with the remedy."""
    constraints = field.get("constraints", {})
    if cell == "" and constraints.get("required"):
        return "must not be empty"
    match field["type"]:
        case "integer" | "number":
            digits = cell.replace(",", "").replace(" ", "").replace("\u00a0", "").replace("'", "")
            if digits != cell and is_number(digits):
                return f"thousands separators are not allowed; write {digits}"
            if "minimum" in constraints and is_number(cell) and float(cell) < constraints["minimum"]:
                return f"must be {constraints['minimum']} or more"
            return "not a whole number" if field["type"] == "integer" else "not a number"
        case "date" | "datetime":
            example = "2024-03-21" if field["type"] == "date" else "2024-03-21 05:00"
            hint = " (saved by a spreadsheet?)" if "/" in cell or cell.isdigit() else ""
            return f"not a date written as {example}{hint}"
        case "yearmonth":
            return "not a month written as 2024-03"
        case "boolean":
            return "must be true or false"
    if "enum" in constraints:
        near = get_close_matches(cell, constraints["enum"], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"not one of {', '.join(constraints['enum'])}{hint}"
    return f"does not match {constraints['pattern']}"
