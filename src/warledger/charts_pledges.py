"""Charts of pledges: each function takes axes and a frame, and draws; it reads no file and computes no figure."""

from collections.abc import Sequence
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from warledger.marks import (
    BACKING,
    bare_bars,
    bare_money,
    end_labels,
    label,
    legend_above,
    shorten,
    swatches,
    unless_empty,
    whole_months,
    years,
)
from warledger.style import ASH, BLUE, COLOURS, HATCHES, ORANGE, PURPLE, RED, VIOLET, ink
from warledger.wording import money


@unless_empty
def stacked_ranking(axes: Axes, table: pd.DataFrame, currency: str, title: str) -> None:
    """Draw donors (index) as bars stacked by the table's columns, the sum at the end of each, `title` over the key."""
    names = [shorten(name) for name in table.index]
    left = pd.Series(0.0, index=table.index)
    for column in table.columns:
        part = table[column].fillna(0)  # a bar of no length: this donor has no row of this type
        style = {"color": COLOURS[column], "hatch": HATCHES.get(column), "edgecolor": "white", "linewidth": 0.6}
        axes.barh(names, part, left=left, height=0.72, label=column, **style)
        left += part
    for name, sum_ in zip(names, left, strict=True):
        label(axes, money(sum_, currency), (sum_, name), (6, 0))
    bare_bars(axes, left.max())
    shown = [column for column in table.columns if table[column].notna().any()]
    handles, labels = axes.get_legend_handles_labels()
    chosen = [handle for handle, label in zip(handles, labels, strict=True) if label in shown]
    axes.legend(chosen, shown, loc="lower right", frameon=False, title=title, alignment="left")


@unless_empty
def size_ranking(axes: Axes, table: pd.DataFrame, texts: Sequence[str]) -> None:
    """Draw donors as bars of `share`, coloured by `group`, with a text at the end of each."""
    names = [shorten(name) for name in table["donor"]]
    axes.barh(names, table["share"], color=[COLOURS[group] for group in table["group"]], height=0.72)
    for name, share, text in zip(names, table["share"], texts, strict=True):
        label(axes, text, (share, name), (6, 0))
    bare_bars(axes, table["share"].max())
    swatches(axes, {group: COLOURS[group] for group in table["group"].unique()}, "lower right")


@unless_empty
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


@unless_empty
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


@unless_empty
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
