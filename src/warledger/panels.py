"""Panels that share one time axis: the war by month and week, and the weeks around a day."""

from collections.abc import Sequence
from textwrap import fill

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from warledger.charts_pledges import monthly_columns
from warledger.layout import MARGIN, text_width
from warledger.marks import BACKING, COUNTS, label, unless_empty, whole_months, years
from warledger.style import COLOURS, GREY, INK, ink
from warledger.wording import count, short_day

HEIGHTS = [0.5, 1.2, 1.0, 0.85, 0.85]  # of the band of events and the four panels
SCALE = 90  # pixels that the numbers of an axis take beside it
EVENT, LETTERS, LINES = 10.5, 12, 20  # names of events: points, letters in a line, lines that fit a whole figure
GAP = 24  # pixels between two names
DOTTED = {"color": GREY, "linewidth": 1, "linestyle": (0, (1, 2))}
UNREPORTED = "#eef0f3"
ABSENT = {
    "ha": "right", "va": "center", "size": 9, "color": GREY, "zorder": 4,
    "bbox": {"facecolor": UNREPORTED, "edgecolor": "none", "pad": 1},
}  # fmt: skip


def draw_timeline(
    panels: Sequence[Axes],
    pledged: pd.DataFrame,
    weeks: pd.DataFrame,
    launched: pd.DataFrame,
    events: pd.DataFrame,
    currency: str,
) -> None:
    """Draw a band of events above new money a month, claimed losses a week, missiles and drones launched a month.

    `pledged` comes from `pledges.by_month`, `weeks` from `losses.weekly_losses`, `launched` are rows of the
    monthly totals by month, `events` rows of the timeline. A panel without a row says so.
    """
    _, money, losses, missiles, drones = panels
    monthly_columns(money, pledged, currency, named=3)
    money.yaxis.set_major_locator(MaxNLocator(3))
    _weekly_columns(losses, weeks)
    _launched_columns(missiles, launched, "missiles")
    _launched_columns(drones, launched, "drones")
    titles = (
        f"New money promised to Ukraine a month, {currency}",
        "Russian troops killed or wounded a week, claimed by Ukraine",
        "Missiles launched at Ukraine a month, reported by Ukraine",
        "Drones launched at Ukraine a month, reported by Ukraine",
    )
    frames = (pledged, weeks.set_index("date"), launched, launched)
    for axes, frame, title in zip(panels[1:], frames, titles, strict=True):
        axes.set_title(title, loc="left", size=12.5, weight="bold", pad=26 if axes is money and len(frame) else 6)
        if frame.empty:
            style = {"ha": "center", "color": GREY, "bbox": BACKING, "zorder": 4}
            axes.text(0.5, 0.5, "no figure in this period", transform=axes.transAxes, **style)
            axes.set_yticks([])
        axes.tick_params(bottom=axes is drones)
    days = [day for frame in frames for day in frame.index]
    if days:
        drones.set_xlim(min(days) - pd.Timedelta("20D"), max(days) + pd.Timedelta("45D"))
        years(drones)
    if len(launched):
        _mark_unreported((missiles, drones), launched, min(days), max(days))
    _draw_events(panels, events)


@unless_empty
def _weekly_columns(axes: Axes, table: pd.DataFrame) -> None:
    """Draw weekly losses as columns and their `mean` as a line, the highest week with its number."""
    colour, loss = COLOURS["Russia"], table["loss"].astype(float)
    axes.bar(table["date"], loss, width=6, color=colour, alpha=0.45, linewidth=0)
    axes.plot(table["date"], table["mean"], color=ink(colour))
    _name_highest(axes, table["date"][loss.idxmax()], loss.max(), colour)


@unless_empty
def _launched_columns(axes: Axes, table: pd.DataFrame, what: str) -> None:
    """Draw what was reported launched a month (index), the highest with its number; an incomplete month is pale."""
    column = table[f"{what}_launched"].astype(float)
    shown = whole_months(table)
    whole = table["note"].isna()
    for rows, alpha in ((whole, 1.0), (~whole, 0.4)):
        widths = shown | {"width": shown["width"][rows]}
        axes.bar(column.index[rows], column[rows], color=COLOURS[what], alpha=alpha, **widths)
    if column.notna().any():
        _name_highest(axes, column.idxmax() + pd.Timedelta("15D"), column.max(), COLOURS[what])


def _name_highest(axes: Axes, at: pd.Timestamp, value: float, colour: str) -> None:
    """Write the number over the highest column, and few numbers on the scale."""
    label(axes, count(value), (at, value), (0, 3), ha="center", va="bottom", color=ink(colour))
    axes.set_ylim(0, value * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter(COUNTS)
    years(axes)


def _mark_unreported(panels: Sequence[Axes], launched: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> None:
    """Shade the months of the others' data before the first monthly total and after the last: unknown, not zero."""
    first, last = launched.index[0], launched.index[-1] + pd.offsets.MonthEnd()
    for axes in panels:
        low, high = axes.get_xlim()
        for begin, finish in ((start, first), (last, end)):
            if (finish - begin).days > 31:
                axes.axvspan(begin, finish, facecolor=UNREPORTED, zorder=0, linewidth=0)
            if (finish - begin).days > 0.11 * (high - low):
                at = (finish - pd.Timedelta(days=0.012 * (high - low)), 0.5)
                axes.text(*at, "no monthly\ntotals", transform=axes.get_xaxis_transform(), **ABSENT)
        axes.set_xlim(low, high)


def _draw_events(panels: Sequence[Axes], events: pd.DataFrame) -> None:
    """Name each event once in the band on top, as a flag on a dotted line that falls through all panels."""
    band, *others = panels
    band.set_axis_off()
    low, high = others[-1].get_xlim()
    days = mdates.date2num(events["event_on"])
    inside = events[(low < days) & (days < high)].sort_values("event_on")
    figure = band.figure
    pixels = (figure.canvas.get_width_height()[0] - 2 * MARGIN - SCALE) / (high - low)  # a day
    flags, ends, heights = [], [], []  # of each row of flags: the day on which the last one ends, its most lines
    for event in inside.itertuples():
        day, text = mdates.date2num(event.event_on), fill(event.label, LETTERS)
        lines = text.split("\n")
        width = max(text_width(figure, line, EVENT) for line in lines) / pixels
        to_left = day + width > high
        start, end = (day - width, day) if to_left else (day, day + width)
        row = next((place for place, taken in enumerate(ends) if taken < start), len(ends))
        ends[row : row + 1] = [end + GAP / pixels]
        heights[row : row + 1] = [max([len(lines), *heights[row : row + 1]])]
        flags.append((day, text, row, to_left))
    for day, text, row, to_left in flags:
        side, offset = ("right", -4) if to_left else ("left", 4)
        top = sum(heights[row:])  # the first row is the highest
        style = {"size": EVENT, "color": INK, "linespacing": 1.1, "ha": side, "va": "top"}
        band.annotate(text, (day, top), (offset, 0), textcoords="offset points", **style)
        band.vlines(day, 0, top, **DOTTED)
        for axes in others:
            axes.axvline(day, zorder=3, **DOTTED)
    band.set_ylim(0, max(sum(heights), 1))
    lines = min(sum(heights), LINES // 2)
    band.get_gridspec().set_height_ratios([sum(HEIGHTS[1:]) * max(lines, 0.1) / (LINES - lines), *HEIGHTS[1:]])


def draw_days(panels: Sequence[Axes], table: pd.DataFrame, currency: str, as_of: pd.Timestamp) -> None:
    """Draw the four columns of `briefing.days` below each other, with a dashed line at `as_of`."""
    titles = {
        "missiles": ("Missiles reported launched", "missiles"),
        "drones": ("Drones reported launched", "drones"),
        "new_money": (f"New money announced, {currency} billion", "Europe"),
        "personnel_week": ("Russian troops killed or wounded in a week, as claimed by Ukraine", "claimed"),
    }
    for axes, (column, (title, meaning)) in zip(panels, titles.items(), strict=True):
        _day_columns(axes, table[[column]], title, COLOURS[meaning], as_of)


def _day_columns(axes: Axes, table: pd.DataFrame, title: str, colour: str, as_of: pd.Timestamp) -> None:
    """Draw the one column of a frame by day; a dashed line marks `as_of`. A day without a row has no column."""
    values = table.iloc[:, 0].dropna()
    axes.bar(values.index, values, width=0.9, color=colour, linewidth=0)
    for at, value in values.nlargest(1).items():
        label(axes, count(value) if value >= 10 else f"{value:.1f}", (at, value), (0, 3), ha="center", va="bottom")
    axes.set_title(title, loc="left", size=12, weight="bold")
    axes.axvline(as_of, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0.5)
    axes.set_ylim(0, max(float(values.max()) if len(values) else 0, 1) * 1.25)
    axes.set_xlim(table.index[0] - pd.Timedelta("1D"), table.index[-1] + pd.Timedelta("1D"))
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_formatter("{x:,g}")
    if len(table) > 200:
        years(axes)
        return
    ticks = pd.date_range(table.index[0], table.index[-1], periods=min(len(table), 7)).normalize().unique()
    axes.set_xticks(ticks, [short_day(day) for day in ticks])
    axes.grid(axis="x", visible=False)
