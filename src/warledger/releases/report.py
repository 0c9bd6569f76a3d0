"""What a reader did with each row of a release, in counts that add up."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from warledger.checks import resource_of
from warledger.frames import to_frame
from warledger.releases.source import Source
from warledger.wording import count, day

SHOWN = 5  # rows named for each reason


@dataclass
class Report:
    """The rows of one file: `rows` is `kept` plus all that were set aside; repaired and noted ones are among the kept.

    Rows are numbered as a spreadsheet numbers them (the header is row 1), records of JSON from 1.
    `findings` are sentences, such as what the rows of a reason would have added.
    """

    file: str
    url: str
    sha256: str
    rows: int
    kept: int = 0
    data_until: pd.Timestamp | None = None
    set_aside: dict[str, np.ndarray] = field(default_factory=dict)
    repaired: dict[str, np.ndarray] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, source: Source, rows: int) -> "Report":
        """Return the empty report of a file."""
        return cls(source.name, source.url, source.sha256, rows)

    def aside(self, reason: str, rows) -> None:
        """Note rows that are in no table, with the reason."""
        self._note(self.set_aside, reason, rows)

    def repair(self, what: str, rows) -> None:
        """Note rows that are used, in another form than the file's."""
        self._note(self.repaired, what, rows)

    def close(self, kept: int, data_until: pd.Timestamp | None) -> "Report":
        """Return the report, finished; raise ValueError where a row is neither kept nor set aside."""
        self.kept, self.data_until = kept, data_until
        gone = sum(len(rows) for rows in self.set_aside.values())
        if kept + gone != self.rows:
            raise ValueError(f"{self.file}: {kept} kept and {gone} set aside are not {self.rows} rows")
        return self

    def as_dict(self) -> dict:
        """Return name, hash, day and counts, for a figure's JSON."""
        return {
            "file": self.file,
            "url": self.url,
            "sha256": self.sha256,
            "data_until": day(self.data_until) if self.data_until is not None else "",
            "rows": self.rows,
            "kept": self.kept,
            "set_aside": {reason: len(rows) for reason, rows in self.set_aside.items()},
            "repaired": {what: len(rows) for what, rows in self.repaired.items()},
            "findings": self.findings,
        }

    @property
    def via(self) -> str:
        """Return what the source line of a chart says of the file."""
        return f"{self.file}, data to {day(self.data_until)}" if self.data_until is not None else self.file

    def __str__(self) -> str:
        """Return the report as lines of text."""
        lines = [f"{self.via}: {count(self.kept)} of {count(self.rows)} rows used"]
        for heading, groups in (("set aside", self.set_aside), ("repaired", self.repaired)):
            lines += [f"  {heading}, {reason}: {_rows(rows)}" for reason, rows in groups.items()]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])

    @staticmethod
    def _note(group: dict[str, np.ndarray], reason: str, rows) -> None:
        rows = np.asarray(rows, dtype="int64")
        if len(rows):
            group[reason] = np.concatenate([group[reason], rows]) if reason in group else rows


def _rows(rows: np.ndarray) -> str:
    named = ", ".join(str(row) for row in rows[:SHOWN])
    more = ", ..." if len(rows) > SHOWN else ""
    return f"{count(len(rows))} ({'rows' if len(rows) > 1 else 'row'} {named}{more})"


def shaped(table: str, columns: dict, rows: int) -> pd.DataFrame:
    """Return columns as a frame of the ledger's table: its names, order and types; a column not given is missing.

    A given scalar holds for every row. Categories that the schema lacks (`undated`) are added at the end.
    """
    schema = resource_of(table)["schema"]
    types = to_frame([one["name"] for one in schema["fields"]], [], schema).dtypes.replace(
        np.dtype("M8[s]"), np.dtype("M8[us]")
    )
    index = pd.RangeIndex(rows)
    frame = {}
    for name, dtype in types.items():
        value = columns.get(name, pd.NaT if dtype.kind == "M" else None)
        if isinstance(dtype, pd.CategoricalDtype):
            given = value.cat.categories if isinstance(getattr(value, "dtype", None), pd.CategoricalDtype) else []
            dtype = pd.CategoricalDtype(dict.fromkeys([*dtype.categories, *given]), ordered=True)
        if not isinstance(value, pd.Series):
            frame[name] = pd.Series(value, index=index, dtype=dtype)
        else:
            frame[name] = value.set_axis(index).astype(dtype)
    return pd.DataFrame(frame, copy=False)
