"""Cards: small tables drawn as a picture that people can share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from warledger.layout import MARGIN, text_width, wrap
from warledger.marks import unless_empty
from warledger.style import BLUE, GREY, INK, LIGHT, ORANGE, RED, ink

HEAD_AND_FOOT = 230  # pixels that title, subtitle, note and source line take of a card
GAP = 18  # pixels between columns
VERDICT_MARKS = {  # told apart by sign and word as well as by colour
    "supported": ("✓", BLUE),
    "imprecise": ("≈", ORANGE),
    "cannot be checked": ("?", GREY),
    "contradicted": ("✗", RED),
}


@dataclass(frozen=True)
class Column:
    """One column of a card: the field of the table, its heading and its share of the width.

    A `quiet` one is grey and smaller, a `strong` one bold and larger; `under` is a field that stands small and
    grey under this one; `marks` gives values a sign and a colour.
    """

    field: str
    head: str
    width: float
    quiet: bool = False
    strong: bool = False
    under: str = ""
    marks: Mapping[str, tuple[str, str]] | None = None


@unless_empty
def draw_table_card(axes: Axes, table: pd.DataFrame, columns: Sequence[Column]) -> None:
    """Draw a table of text, one line a row, as large as the number of rows allows; an empty one draws nothing.

    A text that does not fit its column is set smaller, then in two lines, and cut where that is not enough.
    """
    canvas_width, canvas_height = axes.figure.canvas.get_width_height()
    heads = any(column.head for column in columns)
    rows, width = max(len(table), 8) + heads, canvas_width - 2 * MARGIN
    pitch = (canvas_height - HEAD_AND_FOOT) / rows  # pixels from row to row
    size = min(0.5 * pitch * 72 / axes.figure.dpi, 13.0)  # points
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5))
    left = 0.0
    for column in columns:
        if column.head:
            _write(axes, left, 0, column.head, size * 0.85, GREY)
        for place, row in enumerate(table.to_dict("records"), start=heads):
            lines = {place: column}
            if column.under:
                lines = {place - 0.2: column, place + 0.24: Column(column.under, "", column.width, quiet=True)}
            for at, one in lines.items():
                _cell(axes, one, str(row[one.field]), left, at, column.width * width - GAP, size)
        left += column.width
    for place in range(heads, len(table) + heads):
        axes.axhline(place - 0.5, color=LIGHT, linewidth=0.8)


def _cell(axes: Axes, column: Column, text: str, left: float, place: float, room: float, size: float) -> None:
    """Write one cell: with its sign, and smaller where it is long."""
    size, colour = (size * 0.75, GREY) if column.quiet else (size * (1.25 if column.strong else 1), INK)
    weight = "bold" if column.strong else "normal"
    if column.marks:
        sign, tone = column.marks[text]
        colour = ink(tone)
        box = {"boxstyle": "square,pad=0.2", "facecolor": colour, "edgecolor": "none"}
        axes.text(left + 0.012, place, sign, size=size, color="white", weight="bold", ha="center", va="center_baseline",
                  bbox=box, in_layout=False)  # fmt: skip
        left, room = left + 0.033, room - 0.033 * axes.figure.canvas.get_width_height()[0]
    if _cut(axes, text, size, room, weight) != text and _cut(axes, text, size * 0.9, room, weight) == text:
        size *= 0.9
    elif _cut(axes, text, size, room, weight) != text:
        size *= 0.75
        first, *rest = wrap(axes.figure, text, size, weight, room)
        text = "\n".join(_cut(axes, line, size, room, weight) for line in (first, " ".join(rest)) if line)
    _write(axes, left, place, text, size, colour, weight)


def _cut(axes: Axes, text: str, size: float, room: float, weight: str) -> str:
    """Return a line, cut where it is wider than the room in pixels."""
    shown = text
    while text_width(axes.figure, shown, size, weight) > room:
        shown = f"{shown.removesuffix('…')[:-1]}…"
    return shown


def _write(axes: Axes, left: float, place: float, text: str, size: float, colour: str, weight: str = "normal") -> None:
    style = {"size": size, "color": colour, "weight": weight, "linespacing": 1.1}
    axes.text(left, place, text, ha="left", va="center_baseline", in_layout=False, **style)
