"""Cards: whatever stands in the table, the picture passes the layout gate and tells verdicts apart without colour."""

import pandas as pd
import pytest

from warledger.cards import VERDICT_MARKS, Column, draw_table_card
from warledger.comparing import VERDICTS
from warledger.figures import open_figures
from warledger.layout import wrap
from warledger.style import contrast_on_white, ink, new_figure

COLUMNS = [
    Column("short", "It says", 0.36),
    Column("found", "The ledger has", 0.235),
    Column("kind", "Which is", 0.16, quiet=True),
    Column("verdict", "Verdict", 0.245, marks=VERDICT_MARKS),
]
SOURCES = pd.DataFrame({"publisher": ["A paper"], "via": [""], "source_url": ["https://example.org/a"]})


def drawn(tmp_path, table, form="tall"):
    figures = open_figures("press_check", {}, str(tmp_path))
    figure, axes = new_figure(form)
    draw_table_card(axes, table, COLUMNS)
    figures.save_figure(figure, "card", title="A card", subtitle="", alt="A card", data=table, sources=SOURCES)
    return figure, [text.get_text() for text in axes.texts]


def rows(*shorts, found="433,840", verdict="supported"):
    return pd.DataFrame({"short": shorts, "found": found, "kind": "claimed by Ukraine", "verdict": verdict})


@pytest.mark.parametrize("number", [1, 8, 21, 24])
def test_any_number_of_rows_up_to_a_full_card_is_drawn_whole(tmp_path, number):
    shorts = [f"Claim {place} of the story in few words" for place in range(number)]
    _, texts = drawn(tmp_path, rows(*shorts))
    assert all(short in texts for short in shorts)
    assert texts.count("✓") == number


def test_long_text_is_set_smaller_in_two_lines_and_cut(tmp_path):
    long = "A claim of two hundred letters that goes on and on " * 4
    _, texts = drawn(tmp_path, rows(long, "x" * 200, "$5 and $6 of 100 % <b>", found=long))
    cut = [text for text in texts if "\n" in text]
    assert len(cut) == 4  # one claim, and what was found in each of three rows
    assert all(text.endswith("…") for text in cut)
    assert any(text.startswith("xxxx") and text.endswith("…") for text in texts)
    assert "$5 and $6 of 100 % <b>" in texts


def test_a_short_text_is_as_large_as_the_rows_allow(tmp_path):
    figure, _ = drawn(tmp_path, rows(*["Kyiv hit early on a Thursday"] * 21))
    axes = figure.axes[0]
    size = next(text.get_size() for text in axes.texts if text.get_text().startswith("Kyiv"))
    assert size * figure.dpi / 72 >= 20  # pixels of 1200: seven on a phone that is 400 wide
    assert len(wrap(figure, "Kyiv hit early on a Thursday", size, "normal", 388)) == 1


def test_an_empty_table_gives_a_card_that_says_so(tmp_path):
    drawn(tmp_path, rows().head(0))


def test_verdicts_differ_in_sign_and_have_contrast():
    assert set(VERDICT_MARKS) == set(VERDICTS)
    assert len({sign for sign, _ in VERDICT_MARKS.values()}) == len(VERDICTS)
    for _, colour in VERDICT_MARKS.values():
        red, green, blue = (int(ink(colour)[place : place + 2], 16) / 255 for place in (1, 3, 5))
        assert contrast_on_white((red, green, blue)) >= 4.5


def test_a_card_without_headings_has_strong_numbers_with_a_line_under_their_text(tmp_path):
    table = pd.DataFrame({"number": ["1,472,640"], "what": ["Troops"], "told": ["claimed by Ukraine"]})
    figures = open_figures("overview", {}, str(tmp_path))
    figure, axes = new_figure("tall")
    draw_table_card(axes, table, [Column("number", "", 0.3, strong=True), Column("what", "", 0.7, under="told")])
    figures.save_figure(figure, "card", title="A card", subtitle="", alt="A card", data=table, sources=SOURCES)
    number, what, told = axes.texts
    assert (number.get_weight(), what.get_weight()) == ("bold", "normal")
    assert number.get_size() > what.get_size() > told.get_size()
    assert told.get_text() == "claimed by Ukraine"
    assert told.get_position()[1] > what.get_position()[1]  # rows run downwards
