"""The form of a table's file: bytes, rows, header, cells, order. What a cell means is not asked here.

frictionless reads a file more kindly than an editor of data wants: it guesses separators, strips
blanks from headers, accepts NUL bytes, takes a minute over a row of ten thousand cells, and counts
records where people need lines. So the file is read once, strictly, here, and both frictionless and
pandas are given the very same rows.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

LONGEST = 2000  # characters; the longest cell of the ledger has a few hundred


@dataclass(frozen=True)
class Rows:
    """A table as text: header, rows, and the line of the file on which each row begins."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]


class Unreadable(Exception):
    """The file cannot be taken apart into rows; its arguments are line, column, value and rule."""


def read_rows(path: Path) -> Rows:
    """Return a CSV file as text rows; raise Unreadable where it is not UTF-8, comma, one header.

    A byte-order mark and CRLF are accepted: they change no meaning.
    """
    raw = path.read_bytes()
    if not raw.strip():
        raise Unreadable(1, "", "", "the file is empty; restore it from the last commit")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(1, "", "", "UTF-16; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "", f"byte 0x{raw[error.start]:02x}", "not UTF-8; save it as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable(line, "", "NUL byte", "the file is damaged; restore it from the last commit")
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(begins, "", "", f"cannot be read as CSV ({error}); a quote that is not closed?") from None
    return Rows(rows[0], rows[1:], lines[1:])


def check_header(table: Rows, expected: list[str]) -> None:
    """Raise Unreadable where the header is not exactly the schema's, with the nearest name."""
    header = table.header
    if header == expected:
        if not table.rows:
            raise Unreadable(1, "", "", "a header and no rows; restore the rows from the last commit")
        return
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            raise Unreadable(1, "", header[0], f"columns are separated by {name}; save it with commas")
    for column in header:
        if column not in expected:
            plain = column.strip().lower().replace(" ", "_")
            near = get_close_matches(plain, [e for e in expected if e not in header] or expected, n=1)
            hint = f"did you mean {near[0]}?" if near else "the schema has no such column"
            raise Unreadable(1, column, column, f"unknown column; {hint}")
    missing = [column for column in expected if column not in header]
    if missing:
        raise Unreadable(1, missing[0], "", "column is missing")
    doubled = [column for column in header if header.count(column) > 1]
    if doubled:
        raise Unreadable(1, doubled[0], doubled[0], "column stands twice")
    raise Unreadable(1, "", ",".join(header), f"columns in another order; the order is {','.join(expected)}")


Where = tuple[int, str, str, str]


def check_form(table: Rows, resource: dict) -> Iterator[Where]:
    """Yield what is wrong with the number and the writing of cells."""
    header = table.header
    keyed = _key_columns(resource)
    for line, row in zip(table.lines, table.rows, strict=True):
        if len(row) != len(header):
            shown = ",".join(row[:8])
            rule = f"{len(row)} cells where the header has {len(header)}"
            yield line, "", shown, rule + ("; an unquoted comma?" if len(row) > len(header) else "")
            continue
        for column, cell in zip(header, row, strict=True):
            if not cell:
                continue
            if len(cell) > LONGEST:
                yield line, column, cell, f"{len(cell)} characters in one cell; a quote that is not closed?"
            elif cell != cell.strip():
                yield line, column, cell, "blanks around the value; remove them"
            elif cell[0] in "=+@" or (cell[0] == "-" and not is_number(cell)):
                yield line, column, cell, "begins like a spreadsheet formula; reword it"
            elif not cell.isprintable():
                yield line, column, cell, "a control character or line break; remove it"
            elif column in keyed and (alike := _look_alike(cell)):
                yield line, column, cell, f"{alike} looks like a Latin letter; type it again"


def check_order(table: Rows, resource: dict) -> Iterator[Where]:
    """Yield the first row that stands before one it belongs behind."""
    columns = resource["sortedBy"]
    places = [table.header.index(column) for column in columns]
    keys = [[row[place] for place in places] for row in table.rows]
    for line, before, key in zip(table.lines[1:], keys, keys[1:], strict=False):
        if key < before:
            yield line, columns[0], key[0], f"rows are sorted by {', '.join(columns)}; move this one up"
            return


def _key_columns(resource: dict) -> set[str]:
    """Return the columns whose text is a key or a code, where one foreign letter breaks a match."""
    schema = resource["schema"]
    columns = set(schema["primaryKey"])
    for key in schema.get("foreignKeys", []):
        columns |= set(key["fields"])
    return columns | {f["name"] for f in schema["fields"] if {"enum", "pattern"} & set(f.get("constraints", {}))}


def _look_alike(cell: str) -> str:
    """Return the name of the first Cyrillic or Greek letter in a cell, or nothing."""
    for letter in cell:
        if not letter.isascii() and (name := unicodedata.name(letter, "")).startswith(("CYRILLIC", "GREEK")):
            return name.capitalize()
    return ""


def is_number(cell: str) -> bool:
    """Return whether a cell is a plain number: no underscore, exponent, NaN or infinity, which Python would take."""
    return re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII) is not None
