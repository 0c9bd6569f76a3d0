"""The one look of all charts: sizes, colours with one meaning each, type that a phone can show."""

import matplotlib as mpl
import seaborn as sns
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SIZES = {"wide": (1200, 675), "tall": (1200, 1200)}  # pixels
DPI = 150
INK, GREY, LIGHT = "#222222", "#5f6166", "#d9dadd"
BLUE, ORANGE, RED, PURPLE, ASH, VIOLET = (  # petroff6, which tells six colours apart for every kind of eye
    "#5790fc", "#f89c20", "#e42536", "#964a8b", "#9c9ca1", "#7a21dd",
)  # fmt: skip
COLOURS = {
    "Europe": BLUE, "United States": ORANGE, "Other donors": ASH,
    "military": PURPLE, "financial": BLUE, "humanitarian": ORANGE, "estimated": ASH,
    "Russia": RED, "Ukraine": BLUE,
    "claimed": RED, "official_own": BLUE, "visually_confirmed": PURPLE,
    "name_by_name": VIOLET, "verified": ASH, "estimate": ORANGE,
    "missiles": VIOLET, "drones": ORANGE, "lost": ASH,
    "cruise missile": BLUE, "ballistic missile": RED, "aeroballistic missile": PURPLE,
    "SAM used against ground": VIOLET, "one-way drone": ORANGE, "other": ASH,
    "grant": ORANGE, "in-kind": PURPLE, "loan": BLUE, "guarantee": VIOLET, "mixed": ASH,
    "promised": LIGHT, "allocated": ORANGE, "paid": VIOLET,
    "energy": ORANGE, "homes": RED, "military target": PURPLE, "other or several": ASH,
}  # fmt: skip
HATCHES = {  # a second mark beside colour in stacked bars, for eyes and printers that see none
    "financial": "....", "humanitarian": "\\\\", "estimated": "////",
    "in-kind": "\\\\", "loan": "....", "guarantee": "xxxx", "mixed": "////",
    "United States": "////", "Other donors": "....",
}  # fmt: skip
MARKERS = {  # and in points
    "claimed": "v", "official_own": "^", "visually_confirmed": "s",
    "name_by_name": "D", "verified": "P", "estimate": "o",
    "energy": "D", "homes": "o", "military target": "s", "other or several": "X",
    "cruise missile": "o", "ballistic missile": "s", "aeroballistic missile": "D",
    "SAM used against ground": "^", "one-way drone": "P", "other": "X",
}  # fmt: skip


def use_style() -> None:
    """Set the one style of all charts: light horizontal grid, no frame, type that a phone can show."""
    sns.set_theme(
        style="whitegrid",
        rc={
            # set_theme puts Arial first; DejaVu ships with matplotlib, so every machine draws the same
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],
            "font.size": 11.5,
            "axes.labelsize": 11.5,
            "xtick.labelsize": 11.5,
            "ytick.labelsize": 11.5,
            "text.color": INK,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.edgecolor": ASH,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.grid.axis": "y",
            "grid.color": LIGHT,
            "axes.axisbelow": True,
            "xtick.bottom": True,
            "lines.linewidth": 2.2,
            "hatch.linewidth": 0.8,
            "text.parse_math": False,  # a dollar sign is a currency here
            "svg.fonttype": "none",
            "svg.hashsalt": "warledger",
            "figure.dpi": DPI,
        },
    )


def new_figure(form: str = "wide", rows: int = 1, columns: int = 1, **kwargs) -> tuple[Figure, object]:
    """Return a figure of an exact size and its axes; `form` is wide or tall, `kwargs` go to subplots."""
    width, height = SIZES[form]
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **kwargs)


def ink(colour: str) -> str:
    """Return a colour dark enough for text on white: contrast 4.5 to 1 or more (WCAG 1.4.3)."""
    red, green, blue = mpl.colors.to_rgb(colour)
    while contrast_on_white((red, green, blue)) < 4.5:
        red, green, blue = red * 0.96, green * 0.96, blue * 0.96
    return mpl.colors.to_hex((red, green, blue))


def contrast_on_white(rgb: tuple[float, float, float]) -> float:
    """Return the contrast ratio of a colour against white by WCAG 2: 1 (none) to 21 (black)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
