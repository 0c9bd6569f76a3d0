"""One notebook for many values of its parameters."""

import csv
import hashlib
import io
import itertools
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import Path
from urllib.parse import quote

from warledger.errors import ParameterError
from warledger.files import write_whole
from warledger.runs import FOLDERS, RUNS, Job, Outcome
from warledger.runs import plan as plan_runs

MOST = 10_000  # runs of one sweep: more is a slip in a range
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def home(notebook: str) -> Path:
    """Return the folder of a notebook's sweeps."""
    return RUNS / notebook


def plan(notebook: str, overs: Sequence[str], given: Mapping[str, str]) -> list[Job]:
    """Return one job for each combination of values, without doubles.

    Raises ParameterError for an unknown name, a value of the wrong type, or a range that is none.
    """
    jobs: dict[str, Job] = {}
    for values in _grid(overs):
        if clash := sorted(values.keys() & given.keys()):
            raise ParameterError(f"{clash[0]}: given by -p or -f and varied by --over; leave one of them out")
        if folder := sorted((values.keys() | given.keys()) & set(FOLDERS)):
            raise ParameterError(f"{folder[0]}: a sweep has its own folder, runs/{notebook}/, and reads data/")
        name = slug(values)
        if name not in jobs:
            folder = home(notebook) / name
            parameters = plan_runs([notebook], {**given, **values}, str(folder))[notebook]
            jobs[name] = Job(notebook, parameters, folder, folder / f"{notebook}.ipynb", f"{notebook} {name}")
    return list(jobs.values())


def slug(values: Mapping[str, str]) -> str:
    """Return a folder's name for some values: `since=2024-01-01,top=5`, made unique where it cannot show them."""
    text = ",".join(f"{name}={value}" for name, value in values.items())
    plain = re.sub(r"[^A-Za-z0-9_.,=+-]", "-", text)[:100]
    if plain == text and ".." not in text:
        return text
    return f"{plain.replace('..', '-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def write_index(notebook: str, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """Write `index.html`, with every chart, and `sweep.csv`, with parameters and status, of a sweep."""
    names = sorted({name for job in jobs for name in job.parameters} - set(FOLDERS))
    table, rows = io.StringIO(), []
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["run", *names, "status", "message"])
    for job, outcome in zip(jobs, outcomes, strict=True):
        status = "failed" if outcome.error else "done"
        cells = [job.figures.name, *(job.parameters.get(name, "") for name in names), status, outcome.message]
        writer.writerow([f"'{cell}" if str(cell)[:1] in "=+-@\t\r" and cell != "" else cell for cell in cells])
        charts = "" if outcome.error else "".join(map(_chart, sorted(job.folder.glob("*.png"))))
        link = f"<a href='{quote(job.figures.name)}/'>{escape(job.figures.name)}</a>"
        rows.append(f"<section><h2>{link}: {status}</h2><p>{escape(outcome.message)}</p>{charts}</section>")
    failed = sum(bool(outcome.error) for outcome in outcomes)
    page = PAGE.format(title=f"{escape(notebook)}: {len(jobs)} runs, {failed} failed", body="\n".join(rows))
    write_whole(home(notebook) / "sweep.csv", table.getvalue().encode())
    write_whole(home(notebook) / "index.html", page.encode())


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 75rem; overflow-wrap: anywhere }}
img {{ width: 18rem; max-width: 100%; margin: .25rem }} h2 {{ font-size: 1.1rem }}</style>
<h1>{title}</h1>
<p>Parameters and status of all runs: <a href="sweep.csv">sweep.csv</a>.</p>
{body}
</html>
"""


def _chart(picture: Path) -> str:
    """Return a chart of a run, which links to its file, with its alternative text."""
    about = json.loads(picture.with_suffix(".json").read_text(encoding="utf-8"))
    path = quote(f"{picture.parent.parent.name}/{picture.parent.name}/{picture.name}")
    return f'<a href="{path}"><img loading="lazy" src="{path}" alt="{escape(about["alt"])}"></a>'


def _grid(overs: Sequence[str]) -> list[dict[str, str]]:
    """Return the combinations of what was asked for, as texts by parameter."""
    axes = [_axis(over) for over in overs]
    size = math.prod(map(len, axes))
    if size > MOST:
        raise ParameterError(f"--over asks for {size:,} runs; a sweep has at most {MOST:,}")
    combined = []
    for parts in itertools.product(*axes):
        names = [name for part in parts for name in part]
        if len(set(names)) < len(names):
            raise ParameterError(f"--over varies {max(names, key=names.count)} twice")
        combined.append({name: value for part in parts for name, value in part.items()})
    return combined


def _axis(over: str) -> list[dict[str, str]]:
    """Return the values of one `--over`."""
    if over.startswith("@"):
        return _rows(Path(over[1:]))
    name, equals, text = over.partition("=")
    if not equals or not name:
        raise ParameterError(f"--over {over!r}: write NAME=VALUES or @file.csv")
    if text.startswith("@"):
        rows = _rows(Path(text[1:]))
        if name not in rows[0]:
            raise ParameterError(f"{text[1:]}: no column {name!r}; it has {', '.join(rows[0])}")
        return [{name: row[name]} for row in rows]
    parts = text.split("..")
    values = _range(name, text, parts) if len(parts) > 1 else text.split(",")
    return [{name: value} for value in values]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ParameterError(f"{path}: cannot be read: {error}") from None
    if not rows:
        raise ParameterError(f"{path}: no rows; its header names parameters, each row is one run")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ParameterError(f"{path}:{number}: not as many cells as the header")
    return rows


def _range(name: str, text: str, parts: list[str]) -> list[str]:
    """Return the texts of a range of days or numbers, both ends included."""
    wrong = ParameterError(f"{name}: {text!r} is no range; write 2024-01-01..2024-12-31, 1..10 or 0..1..0.1")
    if len(parts) > 3 or not all(parts):
        raise wrong
    try:
        if DAY.fullmatch(parts[0]):
            first, last = date.fromisoformat(parts[0]), date.fromisoformat(parts[1])
            step = timedelta(days=int(parts[2])) if len(parts) == 3 else timedelta(days=1)
        else:
            first, last = Decimal(parts[0]), Decimal(parts[1])
            step = Decimal(parts[2]) if len(parts) == 3 else Decimal(1)
        if not (step > step * 0 and first <= last) or (last - first) / step > MOST:
            raise wrong
        return [str(first + step * number) for number in range(int((last - first) / step) + 1)]
    except (ValueError, InvalidOperation, OverflowError, TypeError):
        raise wrong from None
