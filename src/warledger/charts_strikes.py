"""Charts of strikes: each function takes axes and a frame, and draws; it reads no file and computes no figure."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from warledger.marks import (
    COUNTS,
    MANY,
    bare_bars,
    label,
    legend_above,
    rows_from_top,
    swatches,
    unless_empty,
    whole_months,
    years,
)
from warledger.strikes import toll_text
from warledger.style import COLOURS, LIGHT, MARKERS, ink
from warledger.wording import count, percent


@unless_empty
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
    above = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncols": 3, "borderaxespad": 0}  # beside the title
    axes.legend(frameon=False, handlelength=1, columnspacing=1.2, **above)
    years(axes)


@unless_empty
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


@unless_empty
def toll_bars(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the ten places with the highest known tolls as bars, each with its number; a plus marks a floor."""
    highest = table[table["killed"] > 0].nlargest(10, "killed")
    axes.barh(highest["main_target"], highest["killed"].astype(float), color=COLOURS["Russia"], alpha=0.6, height=0.72)
    for row in highest.itertuples():
        label(axes, toll_text(row.killed, row.without_toll), (float(row.killed), row.main_target), (6, 0))
    bare_bars(axes, float(highest["killed"].max()) if len(highest) else 1.0)


@unless_empty
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
    days = [1, 5, 10, 15, 20, 25, 31]
    axes.set_xticks([day - 0.5 for day in days], [str(day) for day in days], rotation=0)
    axes.set(xlabel="", ylabel="", facecolor="#f3f4f6")
    axes.grid(visible=False)
    axes.tick_params(left=False, bottom=False)


@unless_empty
def gap_stems(axes: Axes, table: pd.DataFrame) -> None:
    """Draw days since the event before as a stem on the day of each; the four longest carry their number."""
    gaps = table.dropna(subset="days")
    axes.vlines(gaps["date_local"], 0, gaps["days"].astype(float), color=COLOURS["missiles"], linewidth=2)
    axes.scatter(gaps["date_local"], gaps["days"].astype(float), color=COLOURS["missiles"], s=34, zorder=3)
    story = gaps["date_local"] == pd.Timestamp("2024-03-21")
    for row in pd.concat([gaps.nlargest(4, "days"), gaps[story]]).drop_duplicates("date_local").itertuples():
        text, at = f"{count(row.days)}, to {row.date_local:%Y-%m-%d}", (row.date_local, float(row.days))
        label(axes, text, at, (0, 6), ha="center", va="bottom", size=10.5)
    axes.set_ylim(0, float(gaps["days"].max()) * 1.18 if len(gaps) else 1)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.margins(x=0.06)
    years(axes)


@unless_empty
def wave_scatter(axes: Axes, table: pd.DataFrame) -> None:
    """Draw waves by date and missiles, one colour and marker a target; the three largest carry their date."""
    targets = [target for target in MARKERS if target in set(table["target"])]
    sns.scatterplot(
        table.assign(missiles_launched=table["missiles_launched"].astype(float)), x="date_local", y="missiles_launched",
        hue="target", style="target", palette=COLOURS, markers=MARKERS, hue_order=targets,
        s=46, alpha=0.8, linewidth=0, rasterized=len(table) > MANY, ax=axes,
    )  # fmt: skip
    for row in table.nlargest(3, "missiles_launched").itertuples():
        text = f"{row.date_local:%Y-%m-%d}\n{count(row.missiles_launched)}"
        label(axes, text, (row.date_local, row.missiles_launched), (0, 5), ha="center", va="bottom", size=10)
    most = float(table["missiles_launched"].max())
    axes.set(xlabel="", ylabel="", ylim=(0, most * 1.34))
    ticks = MaxNLocator(4, integer=True).tick_values(0, most)
    axes.set_yticks([tick for tick in ticks if tick < most])  # no line runs through the labels
    legend_above(axes)
    years(axes)
