"""The README is true: its commands exist, and its tables list what there is."""

import json
import re
import subprocess

import pytest
from click.testing import CliRunner

from warledger import checks, runs, tables
from warledger.checks import PROJECT
from warledger.cli import main
from warledger.errors import FigureError
from warledger.notebooks import read_parameters
from warledger.readme import MARKS, numbers_block, write_numbers

README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh(?: first-hour)?\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]


def test_the_first_screen_shows_chart_limits_and_two_commands():
    head = README[: README.index("## Notebooks")]
    for needed in ("![", "What it cannot tell", "make figures", "make test", "papermill notebooks/", "make lab"):
        assert needed in head


@pytest.mark.parametrize("target", re.findall(r"^make ([a-z]+)", "\n".join(COMMANDS), re.MULTILINE))
def test_make_knows_the_targets(target):
    plan = subprocess.run(["make", "--dry-run", target], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert plan.returncode == 0, plan.stderr


@pytest.mark.parametrize("command", [c for c in COMMANDS if "warledger" in c or "papermill" in c])
def test_commands_name_things_that_exist(command):
    words = command.split()
    if "papermill" in words[0]:
        assert (PROJECT / words[1]).exists()
        names = words[words.index("-p") + 1 :: 3]
        assert set(names) <= set(read_parameters(PROJECT / words[1]))
    else:
        assert CliRunner().invoke(main, [words[1], "--help"]).exit_code == 0
        notebooks = [word for word in words[2:] if word in runs.notebook_names()]
        given = {words[i + 1]: words[i + 2] for i, word in enumerate(words) if word == "-p"}
        if words[1] == "run":
            assert runs.plan(notebooks, given)


def test_every_link_into_the_repository_leads_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", README):
        assert (PROJECT / target).exists(), target


def test_every_notebook_parameter_and_figure_is_listed():
    for name in runs.notebook_names():
        assert f"notebooks/{name}.ipynb" in README
        for parameter in read_parameters(PROJECT / "notebooks" / f"{name}.ipynb"):
            assert f"`{parameter}`" in README, parameter
    for picture in sorted((PROJECT / "figures").glob("*/*.png")):
        assert picture.relative_to(PROJECT).as_posix() in README


def test_every_table_is_listed_with_its_number_of_rows():
    for name in checks.names():
        line = next(line for line in README.splitlines() if line.startswith(f"| [{name}](data/"))
        assert line.endswith(f"| {len(tables.load(name))} |"), name


def test_what_the_first_screen_says_of_the_story_is_in_the_tables():
    assert "433,840" in README
    weekly = tables.load("losses_weekly")
    assert 433_840 in weekly["personnel"].tolist()


def test_licences_and_citation_are_there_and_agree_on_the_version():
    for name in ("LICENSE", "data/LICENSE", "CITATION.cff"):
        assert (PROJECT / name).stat().st_size > 200
    version = tables.release().version
    assert f"\nversion: {version}\n" in (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version {version}" in README
    assert f"## {version} " in (PROJECT / "data" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_nothing_in_the_repository_names_a_path_of_a_machine():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert tracked
    paths = re.compile(r"(?<![\w.])(/home/\w+/|/Users/\w+/|/root/|[A-Z]:\\\\?Users)")
    for name in tracked:
        path = PROJECT / name
        if path.suffix in (".png", ".geojson") or not path.is_file():
            continue
        if name != "tests/test_readme.py":
            assert not paths.search(path.read_text(encoding="utf-8")), name


def test_the_numbers_and_the_first_picture_are_those_of_the_figures():
    block = numbers_block(PROJECT / "figures")
    assert README.count(f"{MARKS[0]}{block}{MARKS[1]}") == 1, "README.md is not current: run `make figures`"
    alt = json.loads((PROJECT / "figures" / "overview" / "war_in_numbers.json").read_text(encoding="utf-8"))["alt"]
    assert re.search(r"!\[(.*?)\]\((.*?)\)", README).groups() == (alt, "figures/overview/war_in_numbers.png")


def test_numbers_are_written_between_the_marks_and_nowhere_else(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{MARKS[0]}old\n{MARKS[1]}\nafter\n", encoding="utf-8")
    write_numbers(readme, PROJECT / "figures")
    written = readme.read_text(encoding="utf-8")
    assert written == f"before\n{MARKS[0]}{numbers_block(PROJECT / 'figures')}{MARKS[1]}\nafter\n"
    write_numbers(readme, PROJECT / "figures")
    assert readme.read_text(encoding="utf-8") == written


def test_lost_marks_or_figures_are_named_and_nothing_is_written(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("no marks\n", encoding="utf-8")
    with pytest.raises(FigureError, match="put back the lines <!-- numbers -->"):
        write_numbers(readme, PROJECT / "figures")
    assert readme.read_text(encoding="utf-8") == "no marks\n"
    with pytest.raises(FigureError, match="run the notebook overview first"):
        numbers_block(tmp_path)
