"""The pages: every figure with its text, sources and numbers, and nothing that a hostile row could slip in."""

import base64
import csv
import hashlib
import io
import shutil
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest
from click.testing import CliRunner

from warledger import charts_pledges, figures, style
from warledger.checks import PROJECT
from warledger.cli import main
from warledger.errors import FigureError
from warledger.gallery import write_gallery

HOSTILE = '<script>alert(1)</script> " onerror="x | ] ['


class Page(HTMLParser):
    """Collects the elements of a page, and the cells of its tables."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.rows, self.style = [], [], ""
        self.inside = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside in ("td", "th"):
            self.rows[-1][-1] += data
        if self.inside == "style":
            self.style += data

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture
def folder(tmp_path):
    figure_set = figures.open_figures("pledges", {"since": "2024-01-01"}, str(tmp_path))
    data = pd.DataFrame({"military": [2.0, 1.0]}, index=pd.Index(["Norway", "<b>Malta</b>"], name="donor"))
    rows = pd.DataFrame(
        {
            "publisher": [HOSTILE, "B"],
            "via": [None, None],
            "source_url": ["javascript:alert(1)", "https://b.org/?a=1&b=2"],
        }
    )
    figure, axes = style.new_figure("tall")
    charts_pledges.stacked_ranking(axes, data, "EUR", "Purpose")
    words = {"title": HOSTILE, "subtitle": "s", "alt": HOSTILE, "note": HOSTILE}
    figure_set.save_figure(figure, "bars", **words, data=data, sources=rows)
    figure_set.publish()
    return tmp_path


def page_of(folder):
    write_gallery(folder)
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def test_no_script_handler_or_script_link_gets_into_the_page(folder):
    page = page_of(folder)
    assert page.all("script") == []
    for _tag, attrs in page.elements:
        assert not any(name.startswith("on") for name in attrs)
        for name in ("href", "src"):
            assert not (attrs.get(name) or "").lower().startswith(("javascript", "data:", "//"))


def test_every_picture_has_a_text_and_every_link_leads_to_a_file(folder):
    page = page_of(folder)
    for picture in page.all("img"):
        assert picture["alt"].strip()
        assert int(picture["width"]) == 1200
        assert (folder / unquote(picture["src"])).is_file()
    ids = [attrs["id"] for _tag, attrs in page.elements if "id" in attrs]
    assert len(set(ids)) == len(ids)
    for link in page.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids
        elif not link["href"].startswith("https://"):
            assert (folder / unquote(link["href"])).is_file()


def test_the_page_has_landmarks_a_language_and_a_strict_policy(folder):
    page = page_of(folder)
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == 1
    for landmark in ("header", "nav", "main", "footer"):
        assert page.all(landmark)
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"'sha256-{digest}'" in policy


def test_the_table_holds_the_numbers_drawn(folder):
    page = page_of(folder)
    drawn = list(csv.reader(io.StringIO((folder / "pledges" / "bars.csv").read_text(encoding="utf-8"))))
    assert [row for row in page.rows if row] == drawn


def test_two_writings_give_the_same_bytes_and_the_readme_lists_every_figure(folder):
    write_gallery(folder)
    first = {name: (folder / name).read_bytes() for name in ("index.html", "README.md")}
    write_gallery(folder)
    assert {name: (folder / name).read_bytes() for name in first} == first
    assert "pledges/bars.png" in first["README.md"].decode()
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "index.html", "pledges"]


def test_a_damaged_manifest_is_named_and_nothing_is_written(folder):
    (folder / "pledges" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(FigureError, match="manifest"):
        write_gallery(folder)
    assert not (folder / "index.html").exists()
    assert CliRunner().invoke(main, ["gallery", "--figures", str(folder)]).exit_code == 1


def test_the_committed_pages_are_current(tmp_path):
    copy = tmp_path / "figures"
    shutil.copytree(PROJECT / "figures", copy)
    page = page_of(copy)
    for name in ("index.html", "README.md"):
        assert (copy / name).read_bytes() == (PROJECT / "figures" / name).read_bytes(), "run `make figures`"
    assert len(page.all("img")) == len(list(copy.glob("*/*.png")))
