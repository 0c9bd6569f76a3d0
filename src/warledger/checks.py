"""Every row of the ledger held against `datapackage.json`.

frictionless checks types, constraints, keys and foreign keys. What stands in front of it is a
small layer of our own, because frictionless reads a file more kindly than an editor of data
wants: it guesses separators, strips blanks from headers, accepts NUL bytes, takes a minute over
a row of ten thousand cells, and counts records where people need lines. So the file is read
once, strictly, and both frictionless and pandas are given the very same rows.
"""

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
REMEMBERED = PROJECT / "runs" / "checked.json"
MESSAGES = 20  # a damaged file repeats itself: more lines would not help anybody


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a table, said so that a person can repair it."""

    file: str
    line: int
    column: str
    value: str
    rule: str

    def __str__(self) -> str:
        """Return `file:line: column: "value": rule`."""
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        where = f"{self.file}:{self.line}"
        quoted = json.dumps(shown, ensure_ascii=False)
        return ": ".join([where, *([self.column] if self.column else []), quoted, self.rule])


@dataclass(frozen=True)
class Rows:
    """A table as text: header, rows, and the line of the file on which each row begins."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]


class Unreadable(Exception):
    """The file cannot be taken apart into rows; its arguments are line, column, value and rule."""


@cache
def descriptor() -> dict:
    """Return the ledger's `datapackage.json`, which tables in any other folder are held against too."""
    return json.loads((PROJECT / "data" / "datapackage.json").read_text(encoding="utf-8"))


def resource_of(table: str) -> dict:
    """Return what the descriptor says of a table: path, order of rows, schema."""
    return next(resource for resource in descriptor()["resources"] if resource["name"] == table)


def check(folder: Path, tables: Iterable[str] = ()) -> list[Problem]:
    """Return all problems of the named tables (default: of all tables) in a folder.

    Tables that a key points to are read too, but only the named ones are reported on. A result
    without problems is remembered by content, so an unchanged table costs milliseconds.
    """
    wanted = list(tables) or [resource["name"] for resource in descriptor()["resources"]]
    remembered = _Remembered()
    found: list[Problem] = []
    for name in wanted:
        key = _state(folder, name)
        if key in remembered:
            continue
        problems = sorted(_check_table(folder, name))
        found += problems
        if not problems:
            remembered.add(key)
    remembered.save()
    return found


def report(problems: list[Problem]) -> str:
    """Return the problems as text, one a line, at most 20 and then how many more there are."""
    lines = [str(problem) for problem in problems[:MESSAGES]]
    if len(problems) > MESSAGES:
        lines.append(f"and {len(problems) - MESSAGES} more")
    return "\n".join(lines)


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


def _check_table(folder: Path, name: str) -> Iterator[Problem]:
    """Yield the problems of one table: its form first, its content only when the form is right."""
    path = folder / f"{name}.csv"
    file = _shown(path)
    resource = resource_of(name)
    fields = resource["schema"]["fields"]
    try:
        table = _read(path)
        _check_header(table, [field["name"] for field in fields])
    except Unreadable as error:
        yield Problem(file, *error.args)
        return
    found = list(_check_form(table, resource))
    if not any("cells where the header" in rule for *_, rule in found):
        spoken = {(line, column) for line, column, *_ in found}
        content = _check_content(folder, resource, table)
        found += [where for where in content if where[:2] not in spoken]
        # Only among right cells: a date in another form is out of order as well, and that would mislead.
        found = found or list(_check_order(table, resource))
    yield from (Problem(file, *where) for where in found)


def _read(path: Path) -> Rows:
    try:
        return read_rows(path)
    except FileNotFoundError:
        raise Unreadable(1, "", "", "the table is missing; restore it from the last commit") from None
    except OSError as error:
        raise Unreadable(1, "", "", f"cannot be read: {error.strerror}") from None


def _check_header(table: Rows, expected: list[str]) -> None:
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


def _check_form(table: Rows, resource: dict) -> Iterator[Where]:
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
            if cell != cell.strip():
                yield line, column, cell, "blanks around the value; remove them"
            elif cell[0] in "=+@" or (cell[0] == "-" and not _is_number(cell)):
                yield line, column, cell, "begins like a spreadsheet formula; reword it"
            elif not cell.isprintable():
                yield line, column, cell, "a control character or line break; remove it"
            elif column in keyed and (alike := _look_alike(cell)):
                yield line, column, cell, f"{alike} looks like a Latin letter; type it again"


def _check_order(table: Rows, resource: dict) -> Iterator[Where]:
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


def _check_content(folder: Path, resource: dict, table: Rows) -> Iterator[Where]:
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
        yield line, column, value, f"not in {target}.csv ({there}); add it there or correct it here"
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
            if digits != cell and _is_number(digits):
                return f"thousands separators are not allowed; write {digits}"
            if "minimum" in constraints and _is_number(cell) and float(cell) < constraints["minimum"]:
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


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.isascii()


def _shown(path: Path) -> str:
    """Return a path as people type it: relative to where they stand, where that is possible."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _state(folder: Path, name: str) -> str:
    """Return a hash of all that the result of checking a table depends on."""
    resource = resource_of(name)
    targets = {key["reference"]["resource"] for key in resource["schema"].get("foreignKeys", [])} - {""}
    state = hashlib.sha256(Path(__file__).read_bytes())
    state.update(json.dumps(resource, sort_keys=True).encode())
    for table in [name, *sorted(targets)]:
        path = folder / f"{table}.csv"
        state.update(path.read_bytes() if path.is_file() else b"missing")
        state.update(b"\0")
    return state.hexdigest()


class _Remembered(set):
    """Hashes of tables that were found right, kept in `runs/`; where that cannot be, for this process."""

    def __init__(self):
        """Read what earlier processes remembered."""
        try:
            super().__init__(json.loads(REMEMBERED.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            super().__init__()
        self.before = set(self)

    def save(self) -> None:
        if set(self) == self.before:
            return
        try:
            REMEMBERED.parent.mkdir(exist_ok=True)
            draft = REMEMBERED.with_name(f"checked.{id(self)}.json")
            draft.write_text(json.dumps(sorted(self)[-200:]), encoding="utf-8")
            draft.replace(REMEMBERED)
        except OSError:
            pass  # a read-only project only checks again
