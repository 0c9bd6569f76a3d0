"""The folder for a web server: the same figures, a zip of each, and a page that offers it."""

import io
import json
import re
import zipfile

import pytest
import yaml
from click.testing import CliRunner

from warledger.checks import PROJECT
from warledger.cli import main

FIGURES = PROJECT / "figures"


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "site"
    result = CliRunner().invoke(main, ["gallery", "--site", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


def test_it_holds_the_figures_their_zips_and_one_page(site):
    made = contents(site)
    figures = {name: body for name, body in contents(FIGURES).items() if re.fullmatch(r"[^/]+/[^.]+\.\w+", name)}
    pictures = [name.removesuffix(".png") for name in figures if name.endswith(".png")]
    assert pictures
    kept = {name: body for name, body in figures.items() if not name.endswith("manifest.json")}
    assert made == kept | {f"{name}.zip": made[f"{name}.zip"] for name in pictures} | {"index.html": made["index.html"]}
    page = made["index.html"].decode("utf-8")
    assert all(f'<a href="{name}.zip" download>ZIP (' in page for name in pictures)


def test_a_zip_holds_the_four_files_and_how_to_cite_them(site):
    with zipfile.ZipFile(io.BytesIO((site / "pledges" / "race.zip").read_bytes())) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    read_me = files.pop("race/README.txt").decode("utf-8")
    assert files == {f"race/race.{kind}": (FIGURES / f"pledges/race.{kind}").read_bytes() for kind in
                     ("png", "svg", "csv", "json")}  # fmt: skip
    about = json.loads(files["race/race.json"])
    for part in (about["title"], about["alt"], about["source_line"], about["licence"]):
        assert part in read_me
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    year = citation["date-released"].year
    cited = f"{citation['authors'][0]['name']} ({year}), {citation['title']}, version {citation['version']}."
    assert f"Cite as: {cited}\n" in read_me
    assert f"Cite as: {cited}" in (PROJECT / "README.md").read_text(encoding="utf-8").replace("*", "")


def test_a_second_writing_gives_the_same_bytes(site):
    before = contents(site)
    assert CliRunner().invoke(main, ["gallery", "--site", str(site)]).exit_code == 0
    assert contents(site) == before


def test_a_site_among_the_figures_is_refused():
    result = CliRunner().invoke(main, ["gallery", "--site", str(FIGURES / "site")])
    assert result.exit_code == 1
    assert "name another folder" in result.output
    assert not (FIGURES / "site").exists()
