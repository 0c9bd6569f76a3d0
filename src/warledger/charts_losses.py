"""Charts of losses: each function takes axes and a frame, and draws; it reads no file and computes no figure."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from warledger.losses import COMPARABLE, kind_name, reading_text
from warledger.marks import COUNTS, bare_bars, draw_break, end_labels, label, unless_empty, years
from warledger.style import ASH, COLOURS, GREY, INK, LIGHT, MARKERS, ink
from warledger.wording import count, month


@unless_empty
def weekly_columns(axes: Axes, table: pd.DataFrame, smoothing: int) -> None:
    """Draw weekly Russian losses as columns, their `mean` as a line, and re-counts as empty boxes on or in them."""
    colour = COLOURS["Russia"]
    axes.bar(table["date"], table["loss"].astype(float), width=6, color=colour, alpha=0.45, linewidth=0)
    mean = table["mean"].astype(float)
    axes.plot(table["date"], mean, color=ink(colour))
    recounts = table[table["restated"] != 0]
    restated, below = recounts["restated"].astype(float), (recounts["change"] - recounts["restated"]).astype(float)
    box = {"facecolor": "none", "edgecolor": INK, "linewidth": 1, "hatch": "////"}
    axes.bar(recounts["date"], restated, bottom=below, width=6, **box)
    if mean.notna().any():
        at = mean.last_valid_index()
        label(axes, f"mean of\n{smoothing} weeks", (table["date"][at], mean[at]), (8, 0), color=ink(colour))
    top = float(table["change"].max()) * 1.25
    large = recounts[recounts["restated"].abs() > 0.05 * table["loss"].max()].nlargest(2, "restated")
    for row in large.itertuples():
        axes.vlines(row.date, float(row.change), top * 0.93, color=INK, linewidth=0.8)
        text = f"re-count of {count(row.restated)}, {'left in' if row.loss == row.change else 'not a loss'}"
        label(axes, text, (row.date, top * 0.93), (0, 2), ha="center", va="bottom", size=10)
    axes.yaxis.set_major_formatter(COUNTS)
    axes.set_ylim(min(0.0, float(table["loss"].min())), top)
    years(axes)


@unless_empty
def points_by_kind(axes: Axes, table: pd.DataFrame, title: str, side: str) -> None:
    """Draw readings as points and ranges, one colour and marker a kind; no line joins them."""
    for kind, rows in table.groupby("kind", observed=True):
        colour, marker = COLOURS[kind], MARKERS[kind]
        size = 10 if len(rows) > 100 else 34
        points, name = {"s": size, "color": colour, "marker": marker, "linewidth": 0}, kind_name(kind, side)
        axes.scatter(rows["as_of"], rows["value"].astype(float), label=name, **points)
        ranges = rows.dropna(subset=["value_low", "value_high"])
        low, high = ranges["value_low"].astype(float), ranges["value_high"].astype(float)
        named = None if rows["value"].notna().any() else name  # else the legend names the points
        axes.vlines(ranges["as_of"], low, high, color=colour, linewidth=3, alpha=0.75, label=named)
    axes.set_title(title, loc="left", size=12, weight="bold")
    kinds = table["kind"].nunique()
    axes.set_ylim(0, axes.get_ylim()[1] * (1 + 0.1 * kinds))  # room for the legend above the points
    axes.yaxis.set_major_formatter(COUNTS)
    axes.legend(frameon=False, loc="upper left", fontsize=10, handletextpad=0.2, borderaxespad=0)
    years(axes)


@unless_empty
def vintage_bars(axes: Axes, table: pd.DataFrame) -> None:
    """Draw each count of a single month as a bar; of a month that was counted again, the older counts are pale."""
    places = list(range(len(table)))
    tones = [COLOURS["verified"] if newest else LIGHT for newest in table["newest"]]
    axes.barh(places, table["value"].astype(float), color=tones, height=0.72)
    known = ["" if pd.isna(day) else f", known {month(day)}" for day in table["published"]]
    names = [f"{month(day)}{when}" for day, when in zip(table["as_of"], known, strict=True)]
    axes.set_yticks(places, names)
    for place, value in zip(places, table["value"], strict=True):
        label(axes, count(value), (float(value), place), (6, 0))
    bare_bars(axes, float(table["value"].max()))


@unless_empty
def statement_points(axes: Axes, table: pd.DataFrame, title: str, side: str) -> None:
    """Draw what a side has said of its own dead as points and ranges, each with its figure; no line joins them."""
    for row in table.itertuples():
        if pd.isna(row.value):
            axes.vlines(row.as_of, float(row.value_low), float(row.value_high), color=COLOURS[side], linewidth=5)
        else:
            axes.scatter([row.as_of], [float(row.value)], color=COLOURS[side], marker=MARKERS["official_own"], s=60)
        at = row.value_high if pd.isna(row.value) else row.value
        line = {"arrowstyle": "-", "color": ASH, "linewidth": 1, "shrinkA": 0, "shrinkB": 4, "relpos": (0, 0.5)}
        label(axes, reading_text(row), (row.as_of, float(at)), (14, 4), arrowprops=line)
    top = table[["value", "value_high"]].max().max()
    axes.set_ylim(0, float(top) * 1.15)
    axes.set_title(title, loc="left", size=12, weight="bold")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(COUNTS)
    axes.margins(x=0.15)  # room for the last figure
    years(axes)


@unless_empty
def ratio_lines(axes: Axes, table: pd.DataFrame, highlight: str = "") -> None:
    """Draw one line an item on a logarithmic axis, named at its end; `highlight` (or artillery) stands out."""
    ends = {}
    for item in table.columns:
        line = table[item].dropna().astype(float)
        if line.empty:
            continue
        strong = item == (highlight if highlight in COMPARABLE else "artillery")
        tone, width, above = (COLOURS["claimed"], 3, 3) if strong else (ASH, 1.8, 2)
        axes.plot(line.index, line, color=tone, linewidth=width, zorder=above)
        text_colour = ink(COLOURS["claimed"]) if strong else GREY
        ends[f"{COMPARABLE[item][0]} {line.iloc[-1]:.1f}"] = (line.index[-1], line.iloc[-1], text_colour)
    axes.axhline(1, color=INK, linewidth=1)
    axes.set_yscale("log")
    ticks = [1, 2, 3, 5, 10, 20, 30]
    axes.set_yticks(ticks, [f"{tick} : 1" for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(0.9, max(max(value for _, value, _ in ends.values()) * 1.25, 5))
    end_labels(axes, ends)
    years(axes)


@unless_empty
def two_sides(axes: Axes, table: pd.DataFrame, break_at: pd.Timestamp | None = None) -> None:
    """Draw running totals of both sides, each named at its end; a break parts the lines."""
    ends = {}
    for side in table.columns:
        line = table[side].dropna().astype(float)
        for part in [line] if break_at is None else [line[line.index < break_at], line[line.index > break_at]]:
            axes.plot(part.index, part, color=COLOURS[side], linestyle="-" if side == "Russia" else (0, (5, 1)))
        ends[f"{side} {count(line.iloc[-1])}"] = (line.index[-1], line.iloc[-1], ink(COLOURS[side]))
    axes.set_ylim(0, float(table.max().max()) * 1.08)
    axes.yaxis.set_major_formatter(COUNTS)
    end_labels(axes, ends)
    years(axes)
    if break_at is not None:
        draw_break(axes, break_at, "Oryx drops\nsome drones", 0.2)
