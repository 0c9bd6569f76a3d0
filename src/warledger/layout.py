"""Where text stands in a figure: title and notes around the axes, labels apart, and nothing cut off."""

import itertools
import re

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from warledger.style import GREY, INK

MARGIN = 36  # pixels
NO_BREAK = "\u00a0"


def fix_places(figure: Figure) -> None:
    """Lay the axes out once and keep them there, in whole pixels.

    The solver behind the layout orders its rows by memory address, so its answers differ in the last
    digit from run to run, and an SVG names its clip paths by all digits.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    width, height = figure.canvas.get_width_height()
    for axes in figure.axes:
        box = axes.get_position(original=True)
        left, right = round(box.x0 * width), round(box.x1 * width)
        low, high = round(box.y0 * height), round(box.y1 * height)
        axes.set_position((left / width, low / height, (right - left) / width, (high - low) / height))


def spread_labels(figure: Figure) -> None:
    """Push annotations that are labelled "_movable" up or down, off each other and off all other text."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    labels = [text for text in figure.findobj(Annotation) if text.get_label() == "_movable"]
    fixed = [text for text in _visible_texts(figure) if text not in labels]
    boxes = [Text.get_window_extent(text, renderer).padded(1) for text in [*labels, *fixed]]  # without their arrows
    moved = [0.0] * len(boxes)
    pairs = [
        (i, j)
        for i, j in itertools.combinations(range(len(boxes)), 2)
        if i < len(labels) and min(boxes[i].x1, boxes[j].x1) > max(boxes[i].x0, boxes[j].x0)
    ]
    for _ in range(300):
        calm = True
        for i, j in pairs:
            one, two = boxes[i], boxes[j]
            down = min(one.y1 + moved[i], two.y1 + moved[j]) - max(one.y0 + moved[i], two.y0 + moved[j])
            if down > 0:
                calm = False
                way = 1 if one.y0 >= two.y0 else -1  # the order stays as it was
                share = 0.5 if j < len(labels) else 1.0
                moved[i] += way * (down * share + 0.25)
                moved[j] -= way * (down * share + 0.25) if j < len(labels) else 0
        if calm:
            break
    for text, pixels in zip(labels, moved, strict=False):
        across, up = text.xyann
        text.xyann = (across, up + pixels * 72 / figure.dpi)


def layout_faults(figure: Figure) -> list[str]:
    """Return what a reader could not read: texts in a font that is not there, outside the canvas, or overlapping."""
    renderer = figure.canvas.get_renderer()
    width, height = figure.canvas.get_width_height()
    boxes = [
        (text.get_text().replace("\n", " "), Text.get_window_extent(text, renderer)) for text in _visible_texts(figure)
    ]
    faults = [
        f"{text!r} lies outside the canvas"
        for text, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    for text in _visible_texts(figure):
        try:
            mpl.font_manager.findfont(text.get_fontproperties(), fallback_to_default=False)
        except ValueError:
            faults.append(f"{text.get_text()!r} asks for the font {text.get_fontfamily()}, which is not installed")
    for (text, box), (other, second) in itertools.combinations(boxes, 2):
        across = min(box.x1, second.x1) - max(box.x0, second.x0)
        down = min(box.y1, second.y1) - max(box.y0, second.y0)
        if across > 1 and down > 1:
            faults.append(f"{text!r} and {other!r} overlap")
    return faults


def _visible_texts(figure: Figure) -> list[Text]:
    """Return the texts that are drawn; matplotlib keeps tick labels beyond the axis that are not."""
    hidden: set[Text] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for ticks in (axis.get_major_ticks(), axis.get_minor_ticks()):
                for tick in ticks:
                    if not low <= tick.get_loc() <= high or not axis.get_visible() or not axes.axison:
                        hidden |= {tick.label1, tick.label2}
    return [
        text
        for text in figure.findobj(Text)
        if text not in hidden and text.get_visible() and text.get_text().strip() and text.get_alpha() != 0
    ]


def compose(figure: Figure, title: str, subtitle: str, note: str, source: str) -> None:
    """Write title and subtitle at the head, note and source line at the foot, and fit the axes between."""
    width, height = figure.canvas.get_width_height()
    top = height - 26
    for text, size, weight, colour in ((title, 16, "bold", INK), (subtitle, 11.5, "normal", GREY)):
        if text:
            top = _write(figure, text, top, size, weight, colour, "top") - 8
    bottom = 20
    for text in (source, f"Note: {note}" if note else ""):
        if text:
            bottom = _write(figure, text, bottom, 9, "normal", GREY, "bottom") + 6
    bottom += 8
    figure.get_layout_engine().set(
        rect=(MARGIN / width, bottom / height, 1 - 2 * MARGIN / width, (top - 6 - bottom) / height),
        w_pad=0.02, h_pad=0.04,
    )  # fmt: skip


def _write(figure: Figure, text: str, y: float, size: float, weight: str, colour: str, align: str) -> float:
    """Write wrapped text from the left margin and return the y of its far edge, in pixels."""
    width, height = figure.canvas.get_width_height()
    lines = wrap(figure, text, size, weight, width - 2 * MARGIN)
    drawn = figure.text(
        MARGIN / width, y / height, "\n".join(lines), size=size, weight=weight, color=colour,
        va=align, ha="left", linespacing=1.25, in_layout=False,
    )  # fmt: skip
    box = drawn.get_window_extent(figure.canvas.get_renderer())
    return box.y0 if align == "top" else box.y1


def text_width(figure: Figure, line: str, size: float, weight: str = "normal") -> float:
    """Return how wide a line is when drawn, in pixels."""
    font = mpl.font_manager.FontProperties(size=size, weight=weight)
    return figure.canvas.get_renderer().get_text_width_height_descent(line, font, False)[0]


def wrap(figure: Figure, text: str, size: float, weight: str, limit: float) -> list[str]:
    """Return the text in lines no wider than limit pixels, about equally long, measured, not estimated."""
    # An amount stays on one line with its currency, a number with its per cent sign.
    words = re.sub(r" (?=%)|(?<=\b[A-Z]{3}) (?=\d)", NO_BREAK, text).split(" ")

    def filled(width: float) -> list[str]:
        lines = words[:1]
        for word in words[1:]:
            longer = f"{lines[-1]} {word}"
            if text_width(figure, longer, size, weight) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    lines = filled(limit)
    if size < 10:
        return lines
    for narrower in range(95, 45, -5):  # a title with one word in its last line looks like an accident
        if len(filled(limit * narrower / 100)) > len(lines):
            return filled(limit * (narrower + 5) / 100)
    return lines
