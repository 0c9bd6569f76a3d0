"""A saved figure carries its numbers, its text and its sources, or is not saved."""

import base64
import io
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

from warledger import charts_pledges, figures, style
from warledger.checks import PROJECT
from warledger.errors import FigureError

SVG = "{http://www.w3.org/2000/svg}"
ROWS = pd.DataFrame(
    {
        "publisher": ["A", "B", "A"],
        "via": [None, "C", None],
        "source_url": ["https://a.org/1", "https://b.org", "https://a.org/2"],
    }
)
DATA = pd.DataFrame(
    {"military": [2.0, 1.0], "estimated": [1.0, None]}, index=pd.Index(["Norway", "=Malta"], name="donor")
)


@pytest.fixture
def figure_set(tmp_path):
    return figures.open_figures(
        "pledges", {"since": "2024-01-01"}, str(tmp_path), selection="from Malta, 2024-01-01 to 2024-01-31"
    )


def draw(data=DATA):
    figure, axes = style.new_figure("wide")
    charts_pledges.stacked_ranking(axes, data, "EUR", "Purpose")
    return figure


def save(figure_set, figure=None, data=DATA, **changes):
    words = {"title": "A & <B>", "subtitle": "EUR", "alt": "Bars of two donors", "note": "n", "sources": ROWS} | changes
    return figure_set.save_figure(figure or draw(data), "bars", data=data, **words)


def test_four_files_with_the_exact_size_and_a_manifest(figure_set, tmp_path):
    save(figure_set)
    figure_set.publish()
    folder = tmp_path / "pledges"
    assert sorted(path.name for path in folder.iterdir()) == [
        "bars.csv",
        "bars.json",
        "bars.png",
        "bars.svg",
        "manifest.json",
    ]
    assert Image.open(folder / "bars.png").size == (1200, 675)
    assert [path for path in tmp_path.iterdir() if path != folder] == []


def test_the_picture_says_what_it_is(figure_set):
    shown = save(figure_set)
    assert shown.alt == "Bars of two donors"
    root = ElementTree.fromstring(figure_set.files["bars.svg"])
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "A & <B>"
    assert root.find(f"{SVG}desc").text == "Bars of two donors"
    texts = {"".join(element.itertext()) for element in root.iter(f"{SVG}text")}
    assert {"A & <B>", "Norway", "EUR 3.0bn"} <= texts
    meta = Image.open(io.BytesIO(figure_set.files["bars.png"])).text
    assert "Software" not in meta
    assert meta["Description"] == "Bars of two donors"


def test_the_notebook_shows_the_saved_picture_with_its_text_and_nothing_else(figure_set):
    alt = 'Bars of "two" <img src=x onerror=alert(1)> donors'
    shown, metadata = save(figure_set, alt=alt)._repr_mimebundle_()
    saved = base64.b64encode(figure_set.files["bars.png"]).decode()
    assert shown["image/png"].replace("\n", "") == saved
    assert metadata["image/png"]["alt"] == alt
    elements = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: elements.append((tag, dict(attributes)))
    parser.feed(shown["text/html"])
    assert elements == [("img", {"src": f"data:image/png;base64,{saved}", "alt": alt, "width": "900"})]


def test_the_csv_is_what_was_drawn_and_no_formula(figure_set):
    save(figure_set)
    assert figure_set.files["bars.csv"].decode() == "donor,military,estimated\nNorway,2,1\n'=Malta,1,\n"


def test_the_json_names_sources_parameters_and_state(figure_set):
    save(figure_set)
    about = json.loads(figure_set.files["bars.json"])
    assert about["sources"] == [
        {"publisher": "A", "via": "", "rows": 2, "links": ["https://a.org/1", "https://a.org/2"]},
        {"publisher": "B", "via": "C", "rows": 1, "links": ["https://b.org"]},
    ]
    assert about["source_line"].startswith("Source: A and B (via C).")
    assert about["parameters"] == {"since": "2024-01-01"}
    assert about["licence"] == "CC-BY-4.0"
    assert about["data_version"] == "1.0.0"
    assert set(about["tools"]) == {"matplotlib", "numpy", "pandas", "seaborn"}


def test_two_drawings_give_the_same_bytes(figure_set):
    save(figure_set)
    first = dict(figure_set.files)
    save(figure_set)
    assert figure_set.files == first


@pytest.mark.parametrize(
    "lacking", [{"title": ""}, {"title": " "}, {"alt": ""}, {"sources": ROWS.head(0)}, {"sources": None}]
)
def test_a_figure_without_title_alt_or_sources_is_refused(figure_set, lacking):
    with pytest.raises(FigureError, match="bars: a figure needs"):
        save(figure_set, **lacking)


@pytest.mark.parametrize("lacking", ["title", "alt", "data", "sources"])
def test_the_call_demands_them(figure_set, lacking):
    words = {"title": "t", "subtitle": "s", "alt": "a", "data": DATA, "sources": ROWS}
    words.pop(lacking)
    with pytest.raises(TypeError, match=lacking):
        figure_set.save_figure(draw(), "bars", **words)


def test_a_source_without_a_link_is_refused(figure_set):
    with pytest.raises(FigureError, match="without publisher or source_url"):
        save(figure_set, sources=ROWS.assign(source_url=None))


@pytest.mark.parametrize("name", ["../up", "/etc/x", "Bars", "a b", "", "x" * 300, "bars.png"])
def test_a_name_cannot_leave_the_folder(figure_set, name):
    with pytest.raises(FigureError, match="is no figure name"):
        figure_set.save_figure(draw(), name, title="t", subtitle="s", alt="a", data=DATA, sources=ROWS)


def test_nothing_to_draw_gives_a_card_that_says_so(figure_set):
    shown = save(figure_set, figure=draw(DATA.head(0)), data=DATA.head(0), sources=[], title="No pledges")
    sentence = "No pledges from Malta, 2024-01-01 to 2024-01-31"
    assert shown.alt == f"A card without a chart: {sentence}."
    assert json.loads(figure_set.files["bars.json"])["title"] == sentence
    root = ElementTree.fromstring(figure_set.files["bars.svg"])
    assert root.find(f"{SVG}title").text == sentence
    assert "No rows for these parameters" in "".join(root.itertext())


def test_a_label_outside_the_canvas_is_an_error_that_names_it(figure_set):
    figure = draw()
    figure.text(0.99, 0.5, "far out on the right")
    with pytest.raises(FigureError, match="bars: 'far out on the right' lies outside the canvas"):
        save(figure_set, figure)


def test_overlapping_labels_are_an_error_that_names_both(figure_set):
    figure = draw()
    figure.text(0.5, 0.5, "one label")
    figure.text(0.5, 0.5, "another label")
    with pytest.raises(FigureError, match="'one label' and 'another label' overlap"):
        save(figure_set, figure)


def test_a_missing_glyph_is_an_error(figure_set):
    with pytest.raises(FigureError, match=r"bars: Glyph .* missing"):
        save(figure_set, title="旗")


def test_a_missing_font_is_an_error_that_names_the_text(figure_set):
    figure = draw()
    figure.text(0.5, 0.97, "odd", family="No Such Font")
    with pytest.raises(FigureError, match=r"bars: 'odd' asks for the font \['No Such Font'\], which is not installed"):
        save(figure_set, figure)


def test_cyrillic_and_dollars_are_drawn_as_written(figure_set):
    save(figure_set, title="Київ: US$1bn to US$2bn")
    assert "Київ: US$1bn to US$2bn" in figure_set.files["bars.svg"].decode()


@pytest.mark.parametrize("name", ["x" * 200, "US$1bn $\\frac{1}$", "Ґ" * 40, "=cmd()"])
def test_hostile_labels_give_a_figure_and_no_traceback(figure_set, name):
    data = pd.DataFrame({"military": [2.0, 1.0]}, index=pd.Index(["Norway", name], name="donor"))
    save(figure_set, figure=draw(data), data=data)
    assert len(figure_set.files) == 4


@pytest.mark.parametrize("number", [1, 20])
def test_one_donor_and_many_donors_fit(figure_set, number):
    names = pd.Index([f"Donor {place:02d}" for place in range(number)], name="donor")
    data = pd.DataFrame({"military": [float(place + 1) for place in range(number)]}, index=names)
    figure, axes = style.new_figure("tall")
    charts_pledges.stacked_ranking(axes, data, "EUR", "Purpose")
    save(figure_set, figure=figure, data=data)


ONE_FIGURE = """
import sys, pandas as pd
from warledger import charts_pledges, figures, style
f = figures.open_figures('pledges', {}, sys.argv[1])
i = pd.date_range('2024-01-01', periods=3, freq='MS')
d = pd.DataFrame({'Europe': [1.0, 2.0, None]}, index=i).rename_axis('month')
s = pd.DataFrame({'publisher': ['Київ'], 'via': [None], 'source_url': ['https://x.org']})
g, a = style.new_figure('wide')
charts_pledges.monthly_columns(a, d, 'EUR')
f.save_figure(g, 'x', title='Київ', subtitle='s', alt='a', data=d, sources=s)
f.publish()
"""


def test_the_bytes_do_not_depend_on_locale_time_zone_font_cache_or_home(tmp_path):
    script = tmp_path / "one.py"
    script.write_text(ONE_FIGURE, encoding="utf-8")
    cold = {"LC_ALL": "C", "PYTHONUTF8": "0", "TZ": "Pacific/Kiritimati", "MPLCONFIGDIR": str(tmp_path / "cold")}
    made = []
    for place, changes in enumerate([{}, cold, {"HOME": "/proc/nowhere", "LC_ALL": "tr_TR.UTF-8"}]):
        folder = tmp_path / str(place)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | changes
        subprocess.run([sys.executable, script, folder], env=environment, check=True, capture_output=True)
        made.append({path.name: path.read_bytes() for path in (folder / "pledges").iterdir()})
    assert made[0] == made[1] == made[2]


def test_a_failed_run_leaves_the_old_figures_whole(figure_set, tmp_path, monkeypatch):
    save(figure_set)
    figure_set.publish()
    before = {path.name: path.read_bytes() for path in (tmp_path / "pledges").iterdir()}
    save(figure_set, title="Another title")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(FigureError, match=r"pledges: cannot be written: No space left on device"):
        figure_set.publish()
    assert {path.name: path.read_bytes() for path in (tmp_path / "pledges").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["pledges"]


def test_a_figure_that_is_no_longer_made_is_removed_and_strangers_stay(figure_set, tmp_path):
    save(figure_set)
    figure_set.publish()
    (tmp_path / "pledges" / "mine.txt").write_text("kept", encoding="utf-8")
    later = figures.open_figures("pledges", {"since": "2024-01-01"}, str(tmp_path))
    later.save_figure(draw(), "other", title="t", subtitle="s", alt="a", data=DATA, sources=ROWS)
    later.publish()
    names = {path.name for path in (tmp_path / "pledges").iterdir()}
    assert names == {"other.png", "other.svg", "other.csv", "other.json", "manifest.json", "mine.txt"}


def test_only_the_defaults_are_drawn_into_the_committed_folder():
    assert figures.open_figures("losses", {"item": "personnel"}).folder == PROJECT / "figures" / "losses"
    assert figures.open_figures("losses", {"item": "tanks"}).folder == PROJECT / "runs" / "figures" / "losses"


def test_figures_do_not_follow_a_link_out(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "pledges").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FigureError, match="figures go to a folder, and this is none"):
        figures.open_figures("pledges", {}, str(tmp_path))


def test_colours_of_text_reach_the_contrast_that_reading_needs():
    for colour in {*style.COLOURS.values(), style.GREY, style.INK}:
        shade = style.ink(colour)
        rgb = tuple(int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert style.contrast_on_white(rgb) >= 4.45
    assert style.contrast_on_white((0, 0, 0)) == pytest.approx(21)
    assert style.ink(style.GREY) == style.GREY


def test_a_long_series_of_publishers_is_cut_and_counted():
    rows = pd.DataFrame({"publisher": list("AABCDEF"), "via": None, "source_url": "https://x.org"})
    assert figures.source_text(rows, "bars") == "Sources: A, B, C and 3 more; links to all 7 rows in bars.json"
