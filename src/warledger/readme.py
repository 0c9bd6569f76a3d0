"""The part of the project's README that figures change: its first picture and the headline numbers."""

import csv
import json
from pathlib import Path

from warledger.errors import FigureError
from warledger.gallery import markdown_line

MARKS = ("<!-- numbers -->\n\n", "\n<!-- /numbers -->")  # what stands between them is written by `make figures`
COLUMNS = {"number": "number", "what": "what it is", "kind": "kind of figure", "source": "source and day"}


def numbers_block(figures: Path) -> str:
    """Return the first picture with its alternative text, and the headline numbers as a table, in markdown.

    Raises FigureError where the overview's figures are missing or damaged.
    """
    try:
        about = json.loads((figures / "overview" / "war_in_numbers.json").read_text(encoding="utf-8"))
        card = json.loads((figures / "overview" / "headline_numbers.json").read_text(encoding="utf-8"))
        with (figures / "overview" / "headline_numbers.csv").open(encoding="utf-8", newline="") as text:
            rows = [[markdown_line(row[column]) for column in COLUMNS] for row in csv.DictReader(text)]
        picture = f"![{markdown_line(about['alt'])}](figures/overview/war_in_numbers.png)"
        lines = [picture, "", f"{markdown_line(card['subtitle'])}:", ""]
    except (OSError, ValueError, KeyError) as error:
        raise FigureError(f"{figures}/overview: {error}; run the notebook overview first") from None
    table = [list(COLUMNS.values()), ["---:", *["---"] * (len(COLUMNS) - 1)], *rows]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in table)]) + "\n"


def write_numbers(readme: Path, figures: Path) -> Path:
    """Put the numbers between the marks of a README and return its path; all else stays as it is.

    Raises FigureError where the marks or the overview's figures are missing.
    """
    text = readme.read_text(encoding="utf-8")
    before, start, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not start or not end:
        raise FigureError(
            f"{readme}: put back the lines {MARKS[0].strip()} and {MARKS[1].strip()}, empty lines between"
        )
    readme.write_text(before + start + numbers_block(figures) + end + after, encoding="utf-8", newline="\n")
    return readme
