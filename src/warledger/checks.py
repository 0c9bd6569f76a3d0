"""Every row of the ledger held against `datapackage.json`.

Three layers: `form.py` reads the file strictly; `content.py` checks types, constraints, keys and
foreign keys; the rules of `rules.py` cover what one cell alone cannot break.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warledger.content import NOT_THERE, check_content, check_shapes
from warledger.files import write_whole
from warledger.form import Rows, Unreadable, check_form, check_header, check_order, read_rows

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT / "data"
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


@cache
def descriptor() -> dict:
    """Return the ledger's `datapackage.json`, which tables in any other folder are held against too."""
    return json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the names of all tables."""
    return [resource["name"] for resource in descriptor()["resources"]]


def data_folder(data_dir: str | Path = "") -> Path:
    """Return the folder of the tables: `data_dir`, or the project's `data/` when it is empty."""
    return Path(data_dir).expanduser().resolve() if str(data_dir) else DATA


def resource_of(table: str) -> dict:
    """Return what the descriptor says of a table: path, order of rows, schema."""
    return next(resource for resource in descriptor()["resources"] if resource["name"] == table)


def check(folder: Path, tables: Iterable[str] = ()) -> list[Problem]:
    """Return all problems of the named tables; of all tables and between them when none is named.

    Tables that a key or a rule points to are read too, but only the named ones are reported on. A
    result without problems is remembered by content, so an unchanged table costs milliseconds.
    """
    everything = names()
    wanted = list(tables)
    remembered = _Remembered()
    all_found: list[Problem] = []
    for name in wanted or everything:
        state = remembered.state_of(folder, "table", [name, *_reads(name), "excused"])
        if state in remembered.right:
            continue
        # In this order: a wrong date is out of order as well, and to say only that would mislead.
        stages = (_check_table, _check_rules, _check_rows_order)
        problems = next((found for stage in stages if (found := sorted(stage(folder, name)))), [])
        all_found += problems
        if not problems:
            remembered.new.append(state)
    if not wanted and not all_found:
        state = remembered.state_of(folder, "all", everything)
        if state not in remembered.right:
            all_found = sorted(_check_between(folder))
            if not all_found:
                remembered.new.append(state)
    remembered.save()
    return all_found


def report(problems: list[Problem]) -> str:
    """Return the problems as text, one a line, at most 20 and then how many more there are."""
    lines = [str(problem) for problem in problems[:MESSAGES]]
    if len(problems) > MESSAGES:
        lines.append(f"and {len(problems) - MESSAGES} more")
    return "\n".join(lines)


def _check_table(folder: Path, name: str) -> Iterator[Problem]:
    """Yield the problems of one table: its form first, its content only when the form is right."""
    path = folder / f"{name}.csv"
    file = _shown(path)
    resource = resource_of(name)
    fields = resource["schema"]["fields"]
    try:
        table = _read(path)
        check_header(table, [field["name"] for field in fields])
    except Unreadable as error:
        yield Problem(file, *error.args)
        return
    found = list(check_form(table, resource))
    if not any("cells where the header" in rule for *_, rule in found):
        spoken = {(line, column) for line, column, *_ in found}
        content = [*check_shapes(table, fields), *check_content(folder, resource, table)]
        found += [where for where in dict.fromkeys(content) if where[:2] not in spoken]
    yield from (Problem(file, *where) for where in found)


def _check_rules(folder: Path, name: str) -> Iterator[Problem]:
    """Yield the rows of a sound table that break a rule and are not excused."""
    for other in _reads(name):
        if any(not problem.rule.startswith(NOT_THERE) for problem in _check_table(folder, other)):
            return  # it cannot be typed; the other table's own check says what is wrong with it
    tables = _Frames(folder)
    excused = _excuses(tables)
    for broken, key in _broken(tables, name):
        if (broken.rule, broken.table, key) not in excused:
            yield _problem(tables, broken)


def _check_rows_order(folder: Path, name: str) -> Iterator[Problem]:
    """Yield the first row that stands before one it belongs behind."""
    path = folder / f"{name}.csv"
    yield from (Problem(_shown(path), *where) for where in check_order(_read(path), resource_of(name)))


def _check_between(folder: Path) -> Iterator[Problem]:
    """Yield where sound tables contradict each other, and excuses that excuse nothing any more."""
    from warledger.rules import broken_cross_checks

    tables = _Frames(folder)
    everything = {name: tables[name] for name in names()}
    excused = _excuses(tables)
    needed = {(b.rule, b.table, key) for name in everything for b, key in _broken(tables, name)}
    for broken in broken_cross_checks(descriptor(), everything):
        key = _key(tables, broken)
        needed.add((broken.rule, broken.table, key))
        if (broken.rule, broken.table, key) not in excused:
            yield _problem(tables, broken)
    for excuse, position in excused.items():
        if excuse not in needed:
            line = tables.rows["excused"].lines[position]
            says = "excuses-still-needed: no row breaks this rule any more; remove the excuse"
            yield Problem(_shown(folder / "excused.csv"), line, "rule", " ".join(excuse), says)


class _Frames(dict):
    """The typed tables of a folder, each read when it is first asked for; `outlines` are the oblasts'."""

    def __init__(self, folder: Path):
        """Start empty."""
        super().__init__()
        self.folder = folder
        self.rows: dict[str, Rows] = {}

    def __missing__(self, name: str):
        """Read a table, or the outlines of the oblasts."""
        from warledger.frames import outlines, to_frame

        if name == "outlines":
            self[name] = outlines(DATA / "oblasts.geojson")
        else:
            rows = self.rows[name] = read_rows(self.folder / f"{name}.csv")
            self[name] = to_frame(rows.header, rows.rows, resource_of(name)["schema"])
        return self[name]


def _broken(tables: "_Frames", name: str) -> Iterator[tuple]:
    """Yield what breaks a rule in a table, with the key of its row."""
    from warledger.rules import broken_rules

    for broken in broken_rules(resource_of(name), tables[name], tables, descriptor()["dataUntil"]):
        yield broken, _key(tables, broken)


def _key(tables: "_Frames", broken) -> str:
    """Return the primary key of the row, as the column `row` of excused.csv writes it."""
    tables[broken.table]
    rows = tables.rows[broken.table]
    columns = resource_of(broken.table)["schema"]["primaryKey"]
    return " ".join(rows.rows[broken.position][rows.header.index(column)] for column in columns)


def _excuses(tables: "_Frames") -> dict[tuple[str, str, str], int]:
    """Return the excused rows by rule, table and key, with their position in excused.csv."""
    try:
        excused = tables["excused"]
    except (OSError, Unreadable, ValueError):
        return {}  # no such file in this folder, or one whose own check says what is wrong
    return {(row.rule, row.table, row.row): row.Index for row in excused.itertuples()}


def _problem(tables: "_Frames", broken) -> Problem:
    """Return a broken rule with the line and the value of its cell."""
    rows = tables.rows[broken.table]
    value = rows.rows[broken.position][rows.header.index(broken.column)]
    file = _shown(tables.folder / f"{broken.table}.csv")
    return Problem(file, rows.lines[broken.position], broken.column, value, f"{broken.rule}: {broken.says}")


def _reads(name: str) -> list[str]:
    """Return the other tables that a table's keys and rules look into."""
    resource = resource_of(name)
    keys = [key["reference"]["resource"] for key in resource["schema"].get("foreignKeys", [])]
    return [table for table in [*keys, *resource.get("rulesRead", [])] if table]


def _read(path: Path) -> Rows:
    try:
        return read_rows(path)
    except FileNotFoundError:
        raise Unreadable(1, "", "", "the table is missing; restore it from the last commit") from None
    except OSError as error:
        raise Unreadable(1, "", "", f"cannot be read: {error.strerror}") from None


def _shown(path: Path) -> str:
    """Return a path as people type it: relative to where they stand, where that is possible."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


class _Remembered:
    """Hashes of what was found right, kept in `runs/` where that can be written."""

    def __init__(self):
        """Read what earlier checks remembered."""
        try:
            self.right = list(json.loads(REMEMBERED.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            self.right = []
        self.new: list[str] = []
        self.code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))

    def state_of(self, folder: Path, stage: str, tables: Iterable[str]) -> str:
        """Return the hash of these tables as they are, and of the schema and code that they are held against."""
        state = hashlib.sha256(stage.encode() + self.code + json.dumps(descriptor(), sort_keys=True).encode())
        for table in dict.fromkeys(tables):
            path = folder / f"{table}.csv"
            state.update(table.encode() + (path.read_bytes() if path.is_file() else b"missing") + b"\0")
        return state.hexdigest()

    def save(self) -> None:
        """Write the newest 200 states."""
        if self.new:
            with suppress(OSError):  # a read-only project only checks again
                write_whole(REMEMBERED, json.dumps([*self.right, *self.new][-200:]).encode())
