"""Drawing: each function takes axes and a frame, and draws; it reads no file and computes no figure.

An empty frame draws nothing: `save_figure` then makes a card of it.
"""

import functools
from collections.abc import Callable, Sequence
from textwrap import fill

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from warledger.losses import COMPARABLE, kind_name, reading_text
from warledger.marks import (
    BACKING,
    COUNTS,
    MANY,
    bare_bars,
    bare_money,
    draw_break,
    end_labels,
    label,
    legend_above,
    rows_from_top,
    shorten,
    swatches,
    whole_months,
    years,
)
from warledger.strikes import toll_text
from warledger.style import ASH, BLUE, COLOURS, GREY, INK, LIGHT, ORANGE, PURPLE, RED, VIOLET, ink
from warledger.wording import count, money, month, percent

HATCHES = {  # a second mark beside colour in stacked bars, for eyes and printers that see none
    "financial": "....", "humanitarian": "\\\\", "estimated": "////",
    "in-kind": "\\\\", "loan": "....", "guarantee": "xxxx", "mixed": "////",
    "United States": "////", "Other donors": "....",
}  # fmt: skip
MARKERS = {  # a second mark beside colour, for eyes and printers that see none
    "claimed": "v",
    "official_own": "^",
    "visually_confirmed": "s",
    "name_by_name": "D",
    "verified": "P",
    "estimate": "o",
    "energy": "D",
    "homes": "o",
    "military target": "s",
    "other or several": "X",
    "cruise missile": "o",
    "ballistic missile": "s",
    "aeroballistic missile": "D",
    "SAM used against ground": "^",
    "one-way drone": "P",
    "other": "X",
}


def _unless_empty(draw: Callable) -> Callable:
    """Return a chart function that leaves the axes alone when its frame has no row."""

    @functools.wraps(draw)
    def guarded(axes, frame, *args, **kwargs):
        if not frame.empty:
            draw(axes, frame, *args, **kwargs)

    return guarded


@_unless_empty
def stacked_ranking(axes: Axes, table: pd.DataFrame, currency: str, title: str) -> None:
    """Draw donors (index) as bars stacked by the table's columns, the sum at the end of each, `title` over the key."""
    names = [shorten(name) for name in table.index]
    left = pd.Series(0.0, index=table.index)
    for column in table.columns:
        part = table[column].fillna(0)  # a bar of no length: this donor has no row of this type
        hatch = HATCHES.get(column)  # a second mark beside colour
        axes.barh(
            names,
            part,
            left=left,
            color=COLOURS[column],
            height=0.72,
            label=column,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.6,
        )
        left += part
    for name, sum_ in zip(names, left, strict=True):
        label(axes, money(sum_, currency), (sum_, name), (6, 0))
    bare_bars(axes, left.max())
    shown = [column for column in table.columns if table[column].notna().any()]
    handles, labels = axes.get_legend_handles_labels()
    chosen = [handle for handle, label in zip(handles, labels, strict=True) if label in shown]
    axes.legend(chosen, shown, loc="lower right", frameon=False, title=title, alignment="left")


@_unless_empty
def size_ranking(axes: Axes, table: pd.DataFrame, texts: Sequence[str]) -> None:
    """Draw donors as bars of `share`, coloured by `group`, with a text at the end of each."""
    names = [shorten(name) for name in table["donor"]]
    axes.barh(names, table["share"], color=[COLOURS[group] for group in table["group"]], height=0.72)
    for name, share, text in zip(names, table["share"], texts, strict=True):
        label(axes, text, (share, name), (6, 0))
    bare_bars(axes, table["share"].max())
    swatches(axes, {group: COLOURS[group] for group in table["group"].unique()}, "lower right")


@_unless_empty
def monthly_columns(axes: Axes, table: pd.DataFrame, currency: str, named: int = 4) -> None:
    """Draw months (index) as columns stacked by group and write the sum over the `named` highest."""
    below = pd.Series(0.0, index=table.index)
    for group in table.columns:
        style = {"color": COLOURS[group], "hatch": HATCHES.get(group), "edgecolor": "white"}
        axes.bar(table.index, table[group], bottom=below, label=group, **style, **whole_months(table))
        below += table[group].fillna(0)  # no row, no height
    for start, sum_ in below.nlargest(named).items():
        style = {"ha": "center", "va": "bottom", "bbox": BACKING, "zorder": 4}
        label(axes, money(sum_, currency), (start + pd.Timedelta("15D"), sum_), (0, 4), **style)
    axes.set_ylim(0, below.max() * 1.12)
    axes.yaxis.set_major_formatter(lambda value, _: bare_money(value))
    years(axes)
    legend_above(axes)


@_unless_empty
def envelope_bars(axes: Axes, table: pd.DataFrame, currency: str) -> None:
    """Draw each envelope as a wide pale bar with allocated and paid inside it."""
    names = [fill(f"{row.donor}, {row.announced_on:%Y-%m}: {row.description}", 34) for row in table.itertuples()]
    places = list(range(len(table)))
    axes.barh(places, table["promised"], height=0.8, color=COLOURS["promised"], label="promised")
    upper, lower = [place - 0.16 for place in places], [place + 0.16 for place in places]
    axes.barh(upper, table["allocated"], height=0.26, color=COLOURS["allocated"], label="specified in packages")
    axes.barh(lower, table["paid"], height=0.26, color=COLOURS["paid"], hatch="////", edgecolor="white", label="paid")
    for place, row in zip(places, table.itertuples(), strict=True):
        end = pd.Series([row.promised, row.allocated, row.paid]).max()
        label(axes, money(row.promised, currency), (end, place), (6, 0))
    axes.set_yticks(places, names, size=10)
    bare_bars(axes, table[["promised", "allocated", "paid"]].max().max())
    legend_above(axes)


@_unless_empty
def weekly_columns(axes: Axes, table: pd.DataFrame, side: str, smoothing: int) -> None:
    """Draw weekly losses as columns, their `mean` as a line, and re-counts as empty boxes on top (or inside)."""
    colour = COLOURS[side]
    axes.bar(table["date"], table["loss"].astype(float), width=6, color=colour, alpha=0.45, linewidth=0)
    mean = table["mean"].astype(float)
    axes.plot(table["date"], mean, color=ink(colour))
    recounts = table[table["restated"] != 0]
    axes.bar(
        recounts["date"],
        recounts["restated"].astype(float),
        bottom=(recounts["change"] - recounts["restated"]).astype(float),
        width=6,
        facecolor="none",
        edgecolor=INK,
        linewidth=1,
        hatch="////",
    )
    if mean.notna().any():
        at = mean.last_valid_index()
        label(
            axes,
            f"mean of\n{smoothing} weeks",
            (table["date"][at], mean[at]),
            (8, 0),
            color=ink(colour),
        )
    top = float(table["change"].max()) * 1.25
    large = recounts[recounts["restated"].abs() > 0.05 * table["loss"].max()].nlargest(2, "restated")
    for row in large.itertuples():
        axes.vlines(row.date, float(row.change), top * 0.93, color=INK, linewidth=0.8)
        text = f"re-count of {count(row.restated)}, {'left in' if row.loss == row.change else 'not a loss'}"
        label(axes, text, (row.date, top * 0.93), (0, 2), ha="center", va="bottom", size=10)
    axes.yaxis.set_major_formatter(COUNTS)
    axes.set_ylim(min(0.0, float(table["loss"].min())), top)
    years(axes)


@_unless_empty
def points_by_kind(axes: Axes, table: pd.DataFrame, title: str, side: str) -> None:
    """Draw readings as points and ranges, one colour and marker a kind; no line joins them."""
    for kind, rows in table.groupby("kind", observed=True):
        colour, marker = COLOURS[kind], MARKERS[kind]
        size = 10 if len(rows) > 100 else 34
        axes.scatter(
            rows["as_of"],
            rows["value"].astype(float),
            s=size,
            color=colour,
            marker=marker,
            label=kind_name(kind, side),
            linewidth=0,
        )
        ranges = rows.dropna(subset=["value_low", "value_high"])
        low, high = ranges["value_low"].astype(float), ranges["value_high"].astype(float)
        axes.vlines(
            ranges["as_of"],
            low,
            high,
            color=colour,
            linewidth=3,
            alpha=0.75,
            label=None if rows["value"].notna().any() else kind_name(kind, side),
        )
    axes.set_title(title, loc="left", size=12, weight="bold")
    kinds = table["kind"].nunique()
    axes.set_ylim(0, axes.get_ylim()[1] * (1 + 0.1 * kinds))  # room for the legend above the points
    axes.yaxis.set_major_formatter(COUNTS)
    axes.legend(frameon=False, loc="upper left", fontsize=10, handletextpad=0.2, borderaxespad=0)
    years(axes)


@_unless_empty
def race_lines(axes: Axes, table: pd.DataFrame, currency: str) -> None:
    """Draw sums that only grow as steps, one line and one dash a donor, named at its end."""
    dashes = ["-", (0, (6, 1.5)), (0, (2, 1)), (0, (6, 1, 1, 1)), (0, (1, 1)), (0, (10, 2))]
    tones = [BLUE, ORANGE, RED, PURPLE, VIOLET, ASH]
    ends = {}
    for place, donor in enumerate(table.columns):
        line = table[donor].ffill().dropna()
        tone = tones[place % len(tones)]
        axes.step(line.index, line, where="post", color=tone, linestyle=dashes[place % len(dashes)])
        ends[f"{shorten(donor)} {money(line.iloc[-1], currency)}"] = (line.index[-1], line.iloc[-1], ink(tone))
    axes.set_ylim(0, float(table.max().max()) * 1.06)
    axes.yaxis.set_major_formatter(lambda value, _: bare_money(value))
    end_labels(axes, ends)
    years(axes)


@_unless_empty
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


@_unless_empty
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


@_unless_empty
def ratio_lines(axes: Axes, table: pd.DataFrame, highlight: str = "") -> None:
    """Draw one line an item on a logarithmic axis, named at its end; `highlight` (or artillery) stands out."""
    ends = {}
    for item in table.columns:
        line = table[item].dropna().astype(float)
        if line.empty:
            continue
        strong = item == (highlight if highlight in COMPARABLE else "artillery")
        axes.plot(
            line.index,
            line,
            color=COLOURS["claimed"] if strong else ASH,
            linewidth=3 if strong else 1.8,
            zorder=3 if strong else 2,
        )
        ends[item] = (line.index[-1], line.iloc[-1], strong)
    axes.axhline(1, color=INK, linewidth=1)
    axes.set_yscale("log")
    ticks = [1, 2, 3, 5, 10, 20, 30]
    axes.set_yticks(ticks, [f"{tick} : 1" for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(0.9, max(max(value for _, value, _ in ends.values()) * 1.25, 5))
    end_labels(
        axes,
        {
            f"{COMPARABLE[item][0]} {value:.1f}": (x, value, ink(COLOURS["claimed"]) if strong else GREY)
            for item, (x, value, strong) in ends.items()
        },
    )
    years(axes)


@_unless_empty
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


@_unless_empty
def launched_columns(axes: Axes, table: pd.DataFrame, what: str, title: str) -> None:
    """Draw what was reported launched a month as pale columns, with intercepted (and lost) inside."""
    months = whole_months(table)
    shot = table[f"{what}_intercepted"].astype(float)
    axes.bar(table.index, table[f"{what}_launched"].astype(float), color=LIGHT, label="launched", **months)
    axes.bar(table.index, shot, color=COLOURS[what], label="intercepted", **months)
    if what == "drones" and table["drones_lost"].notna().any():
        lost = table["drones_lost"].astype(float)
        style = {"color": COLOURS["lost"], "hatch": "////", "edgecolor": "white"}
        axes.bar(table.index, lost, bottom=shot, label="lost to jamming", **style, **months)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(COUNTS)
    axes.set_title(title, loc="left", size=12, weight="bold")
    axes.set_ylim(0, float(table[f"{what}_launched"].max()) * 1.12)
    axes.legend(
        frameon=False,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=3,
        handlelength=1,
        columnspacing=1.2,
        borderaxespad=0,
    )
    years(axes)


@_unless_empty
def interval_dots(axes: Axes, table: pd.DataFrame) -> None:
    """Draw a rate a weapon with its interval, coloured by class, with n written beside it."""
    names = [f"{row.weapon} (n = {count(row.launched)})" for row in table.itertuples()]
    places = list(range(len(table)))
    classes = table["weapon_class"].astype("str")
    colours = [COLOURS[name] for name in classes]
    axes.hlines(places, table["low"], table["high"], color=colours, linewidth=6, alpha=0.45)
    for place, rate, name, colour in zip(places, table["rate"], classes, colours, strict=True):
        axes.scatter([rate], [place], color=colour, marker=MARKERS[name], s=70, zorder=3, clip_on=False)
    for place, row in zip(places, table.itertuples(), strict=True):
        label(axes, percent(row.rate), (row.high, place), (8, 0))
    axes.set_yticks(places, names, size=10)
    rows_from_top(axes)
    axes.set_xlim(0, 1.08)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    shown = dict(zip(classes, colours, strict=True))
    swatches(axes, shown, "upper right", 3, (1.05, -0.07), [MARKERS[name] for name in shown])


@_unless_empty
def toll_bars(axes: Axes, table: pd.DataFrame, named: int = 10) -> None:
    """Draw the places with the highest known tolls as bars, each with its number; a plus marks a floor."""
    highest = table[table["killed"] > 0].nlargest(named, "killed")
    axes.barh(highest["main_target"], highest["killed"].astype(float), color=COLOURS["Russia"], alpha=0.6, height=0.72)
    for row in highest.itertuples():
        label(axes, toll_text(row.killed, row.without_toll), (float(row.killed), row.main_target), (6, 0))
    bare_bars(axes, float(highest["killed"].max()) if len(highest) else 1.0)


@_unless_empty
def day_calendar(axes: Axes, table: pd.DataFrame) -> None:
    """Draw a month a row and a day a cell, darker for more; a day without a row in the table stays empty."""
    top = float(table.max().max())
    shade = sns.blend_palette(["#fbe3c0", ink(COLOURS["drones"])], as_cmap=True)
    names = [f"{start:%Y-%m}" for start in table.index]
    sns.heatmap(
        table, ax=axes, cmap=shade, vmin=0, vmax=top, linewidths=0.6, linecolor="white",
        cbar_kws={"orientation": "horizontal", "shrink": 0.5, "aspect": 40, "pad": 0.04, "format": COUNTS},
    )  # fmt: skip
    every = 6 if len(names) > 24 else 1
    axes.set_yticks([place + 0.5 for place in range(0, len(names), every)], names[::every], rotation=0)
    axes.set_xticks(
        [day - 0.5 for day in (1, 5, 10, 15, 20, 25, 31)], ["1", "5", "10", "15", "20", "25", "31"], rotation=0
    )
    axes.set(xlabel="", ylabel="", facecolor="#f3f4f6")
    axes.grid(visible=False)
    axes.tick_params(left=False, bottom=False)


@_unless_empty
def gap_stems(axes: Axes, table: pd.DataFrame, named: int = 4) -> None:
    """Draw days since the event before as a stem on the day of each; the longest carry their number."""
    gaps = table.dropna(subset="days")
    axes.vlines(gaps["date_local"], 0, gaps["days"].astype(float), color=COLOURS["missiles"], linewidth=2)
    axes.scatter(gaps["date_local"], gaps["days"].astype(float), color=COLOURS["missiles"], s=34, zorder=3)
    story = gaps["date_local"] == pd.Timestamp("2024-03-21")
    for row in pd.concat([gaps.nlargest(named, "days"), gaps[story]]).drop_duplicates("date_local").itertuples():
        label(
            axes,
            f"{count(row.days)}, to {row.date_local:%Y-%m-%d}",
            (row.date_local, float(row.days)),
            (0, 6),
            ha="center",
            va="bottom",
            size=10.5,
        )
    axes.set_ylim(0, float(gaps["days"].max()) * 1.18 if len(gaps) else 1)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.margins(x=0.06)
    years(axes)


@_unless_empty
def wave_scatter(axes: Axes, table: pd.DataFrame, named: int = 3) -> None:
    """Draw waves by date and missiles, one colour and marker a target; the largest carry their date."""
    sns.scatterplot(
        table.assign(missiles_launched=table["missiles_launched"].astype(float)),
        x="date_local",
        y="missiles_launched",
        hue="target",
        style="target",
        palette=COLOURS,
        markers=MARKERS,
        hue_order=[t for t in MARKERS if t in set(table["target"])],
        s=46,
        alpha=0.8,
        linewidth=0,
        rasterized=len(table) > MANY,
        ax=axes,
    )
    for row in table.nlargest(named, "missiles_launched").itertuples():
        label(
            axes,
            f"{row.date_local:%Y-%m-%d}: {count(row.missiles_launched)}",
            (row.date_local, row.missiles_launched),
            (8, 0),
        )
    axes.set(xlabel="", ylabel="", ylim=(0, float(table["missiles_launched"].max()) * 1.16))
    legend_above(axes)
    years(axes)
