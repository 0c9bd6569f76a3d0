"""Trials 15, 22 and 25: hostile text in a page, a figure that cannot be read, odd selections; each as a whole run."""

import csv
import json
from html.parser import HTMLParser

import pytest

from small import FIGURE, code_of

pytestmark = pytest.mark.slow

HOSTILE = '<script>alert(1)</script> " onerror="alert(2)" x="'
RANKING = """
from helpers import charts_pledges
import pandas as pd
frame = pd.DataFrame({{"military": [float(n + 1) for n in range({number})]}})
frame.index = pd.Index([{label} for n in range({number})], name="donor")
figure, axes = new_figure("tall")
charts_pledges.stacked_ranking(axes, frame.head(20), "EUR", "Purpose")
words = dict(title={title!r}, subtitle="New money", alt="Bars.")
figures.save_figure(figure, "ranking", **words, data=frame.head(20), sources=table.head(len(frame)))
"""


class Elements(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def change(path, row, column, value):
    """Write a value into one cell of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    rows[row][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def test_15_hostile_text_reaches_no_page_as_an_element_or_attribute(small):
    change(small.root / "data" / "timeline.csv", 0, "note", HOSTILE)
    figure = FIGURE.replace("data=table.iloc[:, [0]]", 'data=table[["event_id", "note"]]')
    code = [code_of("one", table="timeline")[0], 'table = load("timeline", data_dir).head(3)']
    code += [
        figure.format(figure="one"),
        "print(figures.publish())",
    ]
    small.write("one", code)
    ran = small.run("run")
    assert ran.returncode == 0, ran.stderr
    assert small.run("gallery").returncode == 0
    page = (small.root / "figures" / "index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page  # the text is shown, as text
    for tag, attributes in Elements(page).found:
        assert tag not in ("script", "iframe", "object", "embed")
        assert not any(name.startswith("on") for name in attributes)
        assert not any((attributes.get(name) or "").lower().startswith("javascript:") for name in ("href", "src"))
    readme = (small.root / "figures" / "README.md").read_text(encoding="utf-8")
    assert "<script" not in readme


def test_15_a_link_that_is_a_script_is_refused_as_bad_data(one):
    change(one.root / "data" / "timeline.csv", 0, "source_url", "javascript:alert(1)")
    ran = one.run("check")
    assert ran.returncode == 3
    assert "timeline.csv:2: source_url" in ran.stderr


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ('figure.text(1.2, 0.5, "far away")', "one: 'far away' lies outside the canvas"),
        ('figure.text(0.5, 0.5, "first"); figure.text(0.5, 0.5, "second")', "one: 'first' and 'second' overlap"),
        ('figure.text(0.5, 0.5, "\\U0001f680")', "one: "),
        ('figure.text(0.5, 0.5, "type", family="No Such Font")', "asks for the font"),
    ],
    ids=["outside", "overlap", "glyph", "font"],
)
def test_22_a_figure_that_cannot_be_read_ends_the_run_and_leaves_the_old_ones(one, fault, said):
    before = one.figures()
    code = code_of("one")
    code[2] = code[2].replace("words = dict", f"{fault}\nwords = dict")
    one.write("one", code)
    ran = one.run("run")
    assert ran.returncode == 1
    assert "FigureError" in ran.stderr
    assert said in ran.stderr
    assert one.figures() == before


@pytest.mark.parametrize(
    ("number", "label", "title"),
    [
        (200, 'f"Donor {n}"', "200 donors"),
        (1, '"Norway"', "One donor"),
        (3, '"x" * (200 + n)', "Labels of 200 letters"),
        (2, '"US$1bn $x_1$ " + str(n)', "From US$1bn to US$2bn, $\\frac{1}{2}$"),
        (0, '""', "No pledges"),
    ],
    ids=["many", "one", "long", "dollars", "none"],
)
def test_25_odd_selections_give_a_figure_or_a_card(small, number, label, title):
    drawn = RANKING.format(number=number, label=label, title=title)
    small.write("one", [code_of("one")[0], 'table = load("oblasts", data_dir)', drawn, "print(figures.publish())"])
    ran = small.run("run", "-p", "top", "20", "--figures", small.root / "out")
    assert ran.returncode == 0, ran.stderr
    about = json.loads(small.figures("out")["one/ranking.json"])
    assert about["title"].startswith(title)
    assert len(small.figures("out")["one/ranking.png"]) > 5000  # text was drawn: no blank picture
