"""Maps of Ukraine in its internationally recognised borders: where strikes hit, and how many died."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from warledger.marks import BACKING, MANY, label, unless_empty
from warledger.style import COLOURS, GREY, ink

Outlines = dict[str, list[list[tuple[float, float]]]]


@unless_empty
def toll_map(axes: Axes, table: pd.DataFrame, outlines: Outlines) -> None:
    """Draw a bubble a place, area by people reported killed, a cross for no known toll; the ten highest are named."""
    _country(axes, outlines)
    bubble = {"color": COLOURS["Russia"], "alpha": 0.45, "edgecolor": ink(COLOURS["Russia"]), "linewidth": 1}
    cross = {"marker": "x", "s": 34, "color": GREY, "linewidth": 1.2}
    known, unknown = table[table["killed"].notna()], table[table["killed"].isna()]
    area = known["killed"].astype(float) * 5  # square points a person
    many = {"rasterized": len(table) > MANY}
    axes.scatter(unknown["longitude"], unknown["latitude"], zorder=2, **cross, **many)
    axes.scatter(known["longitude"], known["latitude"], s=area.clip(lower=8), zorder=3, **bubble, **many)
    for row in known[known["killed"] > 0].nlargest(10, "killed").itertuples():
        radius = (row.killed * 5) ** 0.5 / 2
        label(axes, row.main_target, (row.longitude, row.latitude), (radius + 3, 0), bbox=BACKING, zorder=4)
    keys = {f"{size} killed": axes.scatter([], [], s=size * 5, **bubble) for size in (25, 100)}
    keys |= {"no known toll": axes.scatter([], [], **cross)}
    axes.legend(keys.values(), keys.keys(), frameon=False, loc="lower left", labelspacing=1.1, borderpad=1)


@unless_empty
def strike_map(axes: Axes, table: pd.DataFrame, texts: list[str], outlines: Outlines) -> None:
    """Draw a dot for each strike with a place, and its text beside it."""
    _country(axes, outlines)
    axes.scatter(table["longitude"], table["latitude"], s=90, color=COLOURS["Russia"], zorder=3)
    for (longitude, latitude), text in zip(table[["longitude", "latitude"]].to_numpy(), texts, strict=True):
        label(axes, text, (longitude, latitude), (8, 0), bbox=BACKING, zorder=4)


def _country(axes: Axes, outlines: Outlines) -> None:
    """Draw the outlines of all oblasts alike, and nothing else of the axes."""
    for rings in outlines.values():
        for ring in rings:
            axes.add_patch(PathPatch(Outline(ring), facecolor="#eef0f3", edgecolor="white", linewidth=1.2))
    axes.set_aspect(1 / 0.6613)  # cosine of 48.6 degrees north, the middle of the country
    axes.autoscale_view()
    axes.set_axis_off()
