"""The gallery as readers meet it: a file without network, a keyboard, a phone, a dark room, paper."""

import csv
import io
import json
import re
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from xml.etree import ElementTree

import pytest
from PIL import Image

from warledger.checks import PROJECT
from warledger.site import write_site

FIGURES = len(list((PROJECT / "figures").glob("*/*.png")))
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
REACHABLE = "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(one => one.checkVisibility())"


@pytest.fixture
def gallery(open_page):
    """Opens the committed page as a file, without network; whatever is done, it says and fetches nothing."""
    folder = (PROJECT / "figures").as_uri()
    heard = []

    def opened(**options):
        page, ear = open_page(f"{folder}/index.html", f"{folder}/", offline=True, **options)
        heard.append(ear)
        return page

    yield opened
    assert heard
    assert [ear.messages + ear.outside for ear in heard] == [[]] * len(heard)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 320)])
def test_axe_finds_no_violation(gallery, axe, scheme, width):
    page = gallery(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate(OPEN_ALL)
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations', 'passes']})")
    assert {"color-contrast", "image-alt"} <= {rule["id"] for rule in found["passes"]}
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]] == []


def test_a_dark_room_gets_a_dark_page(gallery):
    papers = [
        gallery(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert papers == ["rgb(255, 255, 255)", "rgb(22, 24, 28)"]


@pytest.mark.parametrize("width", [320, 1400])
def test_nothing_sticks_out_of_the_page(gallery, width):
    page = gallery(viewport={"width": width, "height": 900})
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth") == width
    assert page.locator("img").first.bounding_box()["width"] > 0.7 * min(width, 1200)  # and is no stamp


def test_every_picture_is_shown(gallery):
    page = gallery()
    pictures = page.locator("img").all()
    assert len(pictures) == FIGURES
    for picture in pictures:
        picture.scroll_into_view_if_needed()
        picture.evaluate("one => one.decode()")
        assert picture.evaluate("one => one.naturalWidth") == 1200


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(gallery):
    page = gallery(viewport={"width": 1000, "height": 800})
    page.evaluate(f"window.reachable = {REACHABLE}")
    wanted = page.evaluate("reachable.length")
    assert wanted > 6 * FIGURES
    for number in range(wanted):
        page.keyboard.press("Tab")
        place, outline, width, seen = page.evaluate(
            """(() => {
                const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
                const seen = box.bottom > 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth;
                return [reachable.indexOf(one), style.outlineStyle, parseFloat(style.outlineWidth), seen];
            })()"""
        )
        assert (place, outline, width, seen) == (number, "solid", 3, True)


def test_the_keyboard_skips_to_the_figures_and_opens_a_table(gallery):
    page = gallery()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "Main"
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("table").first.is_visible()
    for _ in range(2):  # over the link to the CSV to the table, which scrolls
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_it_prints_all_figures(gallery):
    page = gallery()
    printed = page.pdf(format="A4", print_background=True)
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type */Page\b", printed)) > FIGURES / 2
    pictures = [
        (int(width), int(height))
        for width, height in re.findall(rb"/Subtype */Image\s*/Width (\d+)\s*/Height (\d+)", printed)
    ]
    assert len([size for size in pictures if size[0] == 1200]) >= FIGURES


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The folder that `warledger gallery --site` makes for a web server, and its address on one."""
    folder = tmp_path_factory.mktemp("site")
    write_site(PROJECT / "figures", folder)
    handler = partial(QuietHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing of each request."""


def test_every_download_is_the_file_and_can_be_read(served, open_page):
    folder, address = served
    page, heard = open_page(f"{address}index.html", address)
    links = page.locator(".files a[download]").all()
    assert len(links) == 5 * FIGURES
    for number, link in enumerate(links):
        if number % 10 == 9:
            page.wait_for_timeout(1100)  # Chromium drops more than ten downloads in a second
        name = link.get_attribute("href")
        with page.expect_download() as waiting:
            link.click()
        assert waiting.value.suggested_filename == name.rpartition("/")[2]
        body = waiting.value.path().read_bytes()
        assert body == (folder / name).read_bytes()
        read(name, body)
    assert heard.messages + heard.outside == []


def read(name, body):
    """Read a file of a figure with what its kind is read with."""
    match name.rpartition(".")[2]:
        case "png":
            Image.open(io.BytesIO(body)).verify()
        case "svg":
            assert ElementTree.fromstring(body).tag == "{http://www.w3.org/2000/svg}svg"
        case "csv":
            assert len(list(csv.reader(io.StringIO(body.decode("utf-8"))))) > 1
        case "json":
            assert json.loads(body)["title"]
        case "zip":
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                names = [inside for inside in archive.namelist() if not inside.endswith("README.txt")]
                assert len(names) == 4
                for inside in names:
                    read(inside, archive.read(inside))
        case _:
            pytest.fail(f"{name} is of no known kind")
