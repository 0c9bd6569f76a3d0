"""What charts share: labels, legends, time axes, breaks."""

import functools
from collections.abc import Callable, Sequence

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes

from warledger.style import GREY, INK, LIGHT

MANY = 5000  # marks of a release from which on an SVG holds them as one picture: a browser draws them one by one
COUNTS = "{x:,.0f}"  # of an axis: 433,840
BACKING = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1}  # keeps a text readable over lines


def unless_empty(draw: Callable) -> Callable:
    """Return a chart function that leaves the axes alone when its frame has no row."""

    @functools.wraps(draw)
    def guarded(axes, frame, *args, **kwargs):
        if not frame.empty:
            draw(axes, frame, *args, **kwargs)

    return guarded


def draw_break(axes: Axes, at: pd.Timestamp, text: str, height: float = 1.0) -> None:
    """Draw a break in a series as a dashed line with its name beside it, where it lies inside the axes.

    `height` is where the name hangs, as a share of the axes from below.
    """
    low, high = axes.get_xlim()
    along = (mdates.date2num(at) - low) / (high - low)
    if 0 < along < 1:
        axes.axvline(at, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        side, offset = ("left", (5, -2)) if along < 0.4 else ("right", (-5, -2))
        label(axes, text, (at, height), offset, xycoords=("data", "axes fraction"), size=10, ha=side, va="top")


def draw_events(axes: Axes, events: pd.DataFrame) -> None:
    """Mark events of the timeline inside the axes: a dotted line on the day, its label in a band above the data."""
    low, high = axes.get_xlim()
    inside = events[[low < mdates.date2num(day) < high for day in events["event_on"]]]
    if inside.empty:
        return
    axes.set_ylim(axes.get_ylim()[0], axes.get_ylim()[1] * (1.15 + 0.08 * len(inside)))
    for place, row in enumerate(inside.itertuples()):
        along = (mdates.date2num(row.event_on) - low) / (high - low)
        side, offset = ("left", 4) if along < 0.5 else ("right", -4)
        axes.axvline(row.event_on, color=GREY, linewidth=0.9, linestyle=(0, (1, 2)), zorder=0.5)
        at = (row.event_on, 0.94 - 0.09 * (place % 2))
        where = {"xycoords": ("data", "axes fraction"), "ha": side, "va": "top"}
        label(axes, row.label, at, (offset, 0), size=9, color=GREY, bbox=BACKING, **where)


def bare_money(billions: float) -> str:
    """Return an amount without its currency, for a scale: 20bn, 0.5bn, 400m."""
    if abs(billions) < 1:
        return f"{billions * 1000:,.3g}m" if billions else "0"
    return f"{billions:,g}bn"


def whole_months(table: pd.DataFrame) -> dict:
    """Return settings of columns that fill their month, so that a day inside it can be marked."""
    return {"align": "edge", "width": table.index.days_in_month * 0.86, "linewidth": 0}


def label(axes: Axes, text: str, at: tuple, offset: tuple[float, float], **style) -> None:
    """Write a text at an offset in points from a place; `save_figure` pushes apart those that overlap."""
    style = {"va": "center", "textcoords": "offset points", "annotation_clip": False, "label": "_movable"} | style
    axes.annotate(text, at, offset, **style)


def bare_bars(axes: Axes, longest: float) -> None:
    """Turn axes of horizontal bars into bars and their labels: largest on top, no grid, no scale."""
    rows_from_top(axes)
    axes.set_xlim(0, longest * 1.02)
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False)


def rows_from_top(axes: Axes) -> None:
    """Put the first row on top; few rows keep the height that eight would have."""
    axes.set_ylim(max(len(axes.get_yticks()), 8) - 0.5, -0.5)


def swatches(
    axes: Axes,
    colours: dict[str, str],
    place: str,
    ncols: int = 1,
    anchor: Sequence[float] | None = None,
    markers: Sequence[str] | None = None,
) -> None:
    """Write what colours (and markers, squares unless given) mean."""
    marks = zip(colours.values(), markers or ["s"] * len(colours), strict=True)
    handles = [axes.scatter([], [], color=colour, marker=marker, s=80) for colour, marker in marks]
    axes.legend(handles, colours, frameon=False, loc=place, ncols=ncols, bbox_to_anchor=anchor, handletextpad=0.2)


def legend_above(axes: Axes) -> None:
    """Write the legend in one line above the axes."""
    above = {"loc": "lower left", "bbox_to_anchor": (-0.01, 1.0), "ncols": 4, "borderaxespad": 0}
    axes.legend(frameon=False, handlelength=1, columnspacing=1.4, **above)


def end_labels(axes: Axes, ends: dict[str, tuple]) -> None:
    """Write each line's name beside its end: name -> (x, y, colour)."""
    for name, (x, y, colour) in ends.items():
        line = {"arrowstyle": "-", "color": LIGHT, "linewidth": 1, "shrinkA": 0, "shrinkB": 2, "relpos": (0, 0.5)}
        label(axes, name, (x, y), (16, 0), color=colour, arrowprops=line)


def years(axes: Axes) -> None:
    """Mark years on a time axis, in numbers, so that no locale is asked; months or days where the period is short."""
    low, high = axes.get_xlim()
    if high - low < 180:  # a single month or week keeps the width that it has in half a year
        axes.set_xlim((low + high) / 2 - 90, (low + high) / 2 + 90)
    low, high = axes.get_xlim()
    share = axes.get_subplotspec().get_gridspec().ncols  # panels beside each other have room for fewer marks
    if high - low > 500:
        axes.xaxis.set_major_locator(mdates.YearLocator())
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    else:
        axes.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=6 // share))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y-%m"))
    axes.grid(axis="x", visible=False)


def shorten(name: str) -> str:
    """Return a name that leaves room for its bar: at most 34 characters."""
    return name if len(name) <= 34 else name[:33] + "…"
