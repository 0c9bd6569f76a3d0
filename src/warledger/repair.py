"""Repair of what is only form after a table went through a spreadsheet or an editor.

Byte-order mark, CRLF, quoting, blank lines, blanks around cells and the order of rows carry no
meaning. Everything else does and is left to the person who edited the table.
"""

import csv
import difflib
import io
from dataclasses import dataclass
from pathlib import Path

from warledger.checks import resource_of
from warledger.files import write_whole
from warledger.form import Unreadable, read_rows


@dataclass(frozen=True)
class Repair:
    """A table whose form can be repaired: where it is, and its text before and after."""

    path: Path
    before: str
    after: str

    def diff(self) -> str:
        """Return the change as a unified diff; what cannot be seen (mark, line ends) is named instead."""
        unseen = []
        if self.before.startswith("\ufeff"):
            unseen.append("byte-order mark removed")
        if "\r" in self.before:
            unseen.append("line ends written as LF")
        lines = difflib.unified_diff(
            self.before.removeprefix("\ufeff").replace("\r\n", "\n").splitlines(),
            self.after.splitlines(),
            str(self.path),
            str(self.path),
            n=0,
            lineterm="",
        )
        return "\n".join([*(f"{self.path}: {what}" for what in unseen), *lines])

    def write(self) -> None:
        """Put the repaired text in place in one step, with the file's permissions."""
        write_whole(self.path, self.after.encode())


def repair(folder: Path, name: str) -> Repair | None:
    """Return the repair of a table, or None where its form is right or it cannot be read as a table."""
    path = folder / f"{name}.csv"
    try:
        table = read_rows(path)
    except (Unreadable, OSError):
        return None
    header = [column.strip() for column in table.header]
    rows = [[cell.strip() for cell in row] for row in table.rows if any(cell.strip() for cell in row)]
    order = resource_of(name)["sortedBy"]
    if all(column in header for column in order) and all(len(row) == len(header) for row in rows):
        places = [header.index(column) for column in order]
        rows.sort(key=lambda row: [row[place] for place in places])  # stable: equal keys stay as they were
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    before, after = path.read_bytes().decode(), text.getvalue()
    return None if before == after else Repair(path, before, after)
