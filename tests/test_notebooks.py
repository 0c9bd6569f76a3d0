"""Notebooks: readable in their anatomy, and executed whole, from anywhere, with usual and unusual parameters."""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html import escape
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner

from warledger import runs
from warledger.checks import PROJECT
from warledger.cli import main
from warledger.gallery import ORDER
from warledger.notebooks import read_parameters

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
BIN = Path(sys.executable).parent
# What no parameter changes: dates, the level of an interval, the number of member states, names of weapons.
FIXED = r"\d{1,2} (February|July) 20\d\d|\b20\d\d\b|95 per cent|27 members|Kh-22"
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_the_notebooks_are_those_of_the_gallery():
    assert {path.stem for path in NOTEBOOKS} == set(ORDER)


@each_notebook
def test_outputs_are_stripped_and_ids_unique_and_readable(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    for cell in code(path):
        assert cell.outputs == []
        assert cell.execution_count is None
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", cell_id) for cell_id in ids), ids


@each_notebook
def test_cells_come_in_the_order_of_the_house(path):
    cells = read(path).cells
    assert cells[0].cell_type == "markdown"
    assert re.match(r"# .*\?$", cells[0].source.splitlines()[0])
    assert "parameters" in cells[1].metadata.tags
    assert cells[2].source.startswith("from helpers import ")
    prose = [cell.source for cell in cells[1:] if cell.cell_type == "markdown"]
    headings = [source.splitlines()[0] for source in prose if source.startswith("## ")]
    assert headings[-1] == "## What this cannot tell"
    assert all(heading.endswith("?") for heading in headings[:-1]), headings
    assert 15 <= len(cells) <= 30
    assert max(len(cell.source.splitlines()) for cell in code(path)) <= 25


@each_notebook
def test_a_notebook_has_no_path_of_its_own_and_logic_elsewhere(path):
    for cell in code(path):
        for forbidden in ("sys.path", "../", "rcParams", "import matplotlib", "import pandas", "fillna"):
            assert forbidden not in cell.source
        assert not any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(cell.source)))


@each_notebook
def test_prose_has_no_number_that_a_parameter_can_change(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            prose = re.sub(FIXED, "", cell.source)
            assert not re.search(r"\d", prose), (path.stem, cell.id, re.findall(r".{20}\d+.{10}", prose))


@each_notebook
def test_every_notebook_takes_the_common_parameters(path):
    periods = {"press_check": {"published_from", "published_until"}, "briefing": {"as_of", "days_before"}}
    periods["overview"] = {"since", "as_of"}
    period = periods.get(path.stem, {"since", "until"})
    assert {*period, "figures_dir", "data_dir"} <= set(read_parameters(path))


def test_each_notebook_takes_the_parameters_of_its_subject():
    wanted = {
        "overview": {"as_of", "currency"},
        "pledges": {"donors", "currency", "top"},
        "losses": {"item", "side"},
        "strikes": {"oblast", "weapon_class"},
        "press_check": {"publisher"},
        "briefing": {"place", "currency", "hindsight"},
    }
    for name, names in wanted.items():
        assert names <= set(read_parameters(PROJECT / "notebooks" / f"{name}.ipynb"))


def figures_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.slow
def test_a_run_with_defaults_gives_the_committed_figures_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    before = {path: path.read_bytes() for path in NOTEBOOKS}
    result = CliRunner().invoke(main, ["run", "--figures", str(tmp_path / "figures")])
    assert result.exit_code == 0, result.output
    assert f"[{len(NOTEBOOKS)}/{len(NOTEBOOKS)}]" in result.output
    made, committed = figures_of(tmp_path / "figures"), figures_of(PROJECT / "figures")
    committed = {name: body for name, body in committed.items() if name.count("/") == 1}
    assert set(made) == set(committed)
    different = [name for name in made if made[name] != committed[name]]
    assert different == [], "figures/ is not current: run `make figures`"
    assert {path: path.read_bytes() for path in NOTEBOOKS} == before


@pytest.fixture(scope="module")
def unusual(request, tmp_path_factory):
    """The runs that the next test looks at, several at once: its id -> folder and outcome."""
    jobs = {}
    for item in request.session.items:
        if item.function is test_a_run_with_unusual_parameters_gives_figures_or_a_card:
            given, folder = item.callspec.params, tmp_path_factory.mktemp("unusual")
            (job,) = runs.jobs_of(runs.plan([given["name"]], given["parameters"], str(folder)))
            jobs[item.name] = replace(job, executed=folder / "executed.ipynb")
    outcomes = runs.run_jobs(list(jobs.values()), tell=lambda event: None)
    return {name: (job.figures, outcome) for (name, job), outcome in zip(jobs.items(), outcomes, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("pledges", {"donors": "MLT,JPN", "currency": "JPY", "since": "2024-01-01", "top": "1"}, "JPY"),
        ("losses", {"item": "ground_robots", "side": "Ukraine"}, "No weekly claims of ground robots, Ukraine"),
        ("strikes", {"oblast": "UA-30", "weapon_class": "ballistic missile", "until": "2024-03-21"}, "Kyiv"),
        ("losses", {"since": "2025-08-01"}, "August 2026"),
        ("losses", {"item": "uavs", "since": "2026-05-01", "until": "2026-06-01"}, "drones"),
        ("strikes", {"since": "2026-09-01"}, "No waves of 10 or more missiles 2026-09-01"),
    ],
)
def test_a_run_with_unusual_parameters_gives_figures_or_a_card(unusual, request, name, parameters, expected):
    folder, outcome = unusual[request.node.name]
    assert outcome.error == "", outcome.message
    about = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / name).glob("*.json")]
    figures = [entry for entry in about if "title" in entry]
    assert len(figures) >= 3
    assert any(expected in entry["title"] + entry["subtitle"] for entry in figures)
    assert all(str(entry["parameters"][key]) == value for entry in figures for key, value in parameters.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (
            {"publisher": "", "published_from": "", "published_until": ""},
            "Of 41 claims of the press the ledger supports",
        ),
        ({"publisher": "AP", "published_from": "2026-01-01", "published_until": ""}, "No claims of AP, 2026-01-01"),
    ],
)
def test_a_press_check_of_all_claims_or_of_none_gives_its_card(tmp_path, parameters, expected):
    jobs = runs.jobs_of(runs.plan(["press_check"], parameters, str(tmp_path)))
    outcome = runs.run_jobs(jobs, tell=lambda line: None)[0]
    assert outcome.error == "", outcome.message
    about = json.loads((tmp_path / "press_check" / "verdicts.json").read_text(encoding="utf-8"))
    assert about["title"].startswith(expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"as_of": "2022-02-24", "place": "Lviv"}, "Lviv, 24 February 2022: no strike in the ledger"),
        ({"as_of": "2026-10-31", "days_before": "1"}, "Kyiv, 31 October 2026: no strike in the ledger"),
        ({"as_of": "2024-10-27", "hindsight": "true", "currency": "USD"}, "Kyiv, 27 October 2024: "),
        ({"as_of": "2025-07-24", "days_before": "365", "place": "Odesa"}, "Odesa, 24 July 2025: "),
    ],
)
def test_a_briefing_of_any_day_gives_its_figures(tmp_path, parameters, expected):
    jobs = runs.jobs_of(runs.plan(["briefing"], parameters, str(tmp_path)))
    outcome = runs.run_jobs(jobs, tell=lambda line: None)[0]
    assert outcome.error == "", outcome.message
    about = json.loads((tmp_path / "briefing" / "card.json").read_text(encoding="utf-8"))
    assert about["title"].startswith(expected)
    assert len(list((tmp_path / "briefing").glob("*.png"))) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"as_of": "2022-02-23"}, "as_of: 2022-02-23 lies outside the ledger, which runs from 2022-02-24"),
        ({"place": "Kiev"}, "place: 'Kiev' is not known; did you mean Kyiv?"),
    ],
)
def test_a_briefing_refuses_a_day_or_place_that_it_does_not_have(tmp_path, parameters, expected):
    jobs = runs.jobs_of(runs.plan(["briefing"], parameters, str(tmp_path)))
    outcome = runs.run_jobs(jobs, tell=lambda line: None)[0]
    assert outcome.error == "ParameterError"
    assert expected in outcome.message


@pytest.mark.slow
def test_an_overview_of_the_first_day_says_what_had_no_figure_yet(tmp_path):
    parameters = {"as_of": "2022-02-24", "events": "none", "currency": "JPY"}
    jobs = runs.jobs_of(runs.plan(["overview"], parameters, str(tmp_path)))
    outcome = runs.run_jobs(jobs, tell=lambda line: None)[0]
    assert outcome.error == "", outcome.message
    numbers = pd.read_csv(tmp_path / "overview" / "headline_numbers.csv").set_index("what")
    assert numbers.loc["New money promised to Ukraine", "number"].startswith("JPY ")
    assert numbers.loc["Russian troops killed or wounded", "number"] == "no figure"
    assert pd.isna(numbers.loc["Russian troops killed or wounded", "value"])


@pytest.mark.slow
def test_plain_papermill_runs_from_a_foreign_folder(tmp_path):
    notebook = PROJECT / "notebooks" / "losses.ipynb"
    command = [BIN / "papermill", notebook, "out.ipynb", "-p", "since", "2024-01-01", "-p", "figures_dir", "charts"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert (tmp_path / "charts" / "losses" / "claimed_by_week.png").exists()
    outputs = [
        output for cell in read(tmp_path / "out.ipynb").cells if cell.cell_type == "code" for output in cell.outputs
    ]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 6
    for picture in pictures:  # JupyterLab shows the text of the HTML only, other readers that of the metadata
        text = picture.metadata["image/png"]["alt"]
        assert text
        assert f'alt="{escape(text)}"' in picture.data["text/html"]


@pytest.mark.slow
def test_plain_papermill_ends_a_bad_value_in_one_sentence(tmp_path):
    notebook = PROJECT / "notebooks" / "pledges.ipynb"
    command = [BIN / "papermill", notebook, "out.ipynb", "-p", "donors", "DEU,UK", "-p", "figures_dir", "charts"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "ParameterError: donors: 'UK' is not known" in ran.stderr
    outputs = [output for cell in code(tmp_path / "out.ipynb") for output in cell.outputs]
    errors = [output for output in outputs if output.output_type == "error"]
    assert [error.traceback for error in errors] == [[f"ParameterError: {errors[0].evalue}"]]
    assert not (tmp_path / "charts").exists()


def test_help_of_papermill_explains_every_parameter():
    command = [BIN / "papermill", "--help-notebook", PROJECT / "notebooks" / "strikes.ipynb"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for parameter in read_parameters(PROJECT / "notebooks" / "strikes.ipynb").values():
        assert parameter.name in text
        assert parameter.help.split()[0] in text


@pytest.mark.slow
def test_a_run_on_another_folder_of_tables_reads_that_folder(tmp_path, ledger):
    path = ledger / "pledges.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",90000000000,EUR,", ",1000000000,EUR,"), encoding="utf-8")
    plans = runs.plan(["pledges"], {}, str(tmp_path), str(ledger))
    assert runs.run_jobs(runs.jobs_of(plans), tell=lambda line: None)[0].error == ""
    title = json.loads((tmp_path / "pledges" / "donors_ranked.json").read_text(encoding="utf-8"))["title"]
    assert title.startswith("Most promised: United States")  # without the loan of 90bn the Union comes second


def test_a_run_starts_nothing_on_bad_tables(tmp_path, ledger):
    (ledger / "strikes.csv").write_text("strike_id;date_local\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["run", "--figures", str(tmp_path / "f"), "--data", str(ledger)])
    assert result.exit_code == 3
    assert "columns are separated by semicolons" in result.output
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["run", "pledges", "-p", "dnoors", "USA"],
            "pledges has no parameter 'dnoors'; did you mean donors? It has since",
        ),
        (["run", "pledges", "-p", "top", "five"], "top: 'five' is not a whole number"),
        (["run", "pledges", "-p", "import os; donors", "USA"], "pledges has no parameter 'import os; donors'"),
        (
            ["run", "pledge"],
            "no notebook 'pledge'; there are briefing, losses, overview, pledges, press_check, strikes",
        ),
        (["run", "-p", "nothing", "1"], "has no parameter 'nothing'"),
        (["check", "--data", "/nowhere"], "/nowhere: no such folder"),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_starts(arguments, sentence):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert sentence in result.output


@pytest.mark.slow
def test_a_value_that_only_the_notebook_can_judge_also_ends_with_2(tmp_path):
    result = CliRunner().invoke(main, ["run", "losses", "-p", "item", "tank", "--figures", str(tmp_path)])
    assert result.exit_code == 2
    assert "ParameterError: item: 'tank' is not known; did you mean tanks?" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_parameter_of_one_notebook_may_be_given_when_all_run():
    plans = runs.plan([], {"item": "tanks", "since": "2024-01-01"})
    assert plans["losses"] == {"item": "tanks", "since": "2024-01-01"}
    assert plans["pledges"] == {"since": "2024-01-01"}


def test_the_environment_of_the_tests_is_the_one_of_the_kernel():
    assert os.path.realpath(BIN / "python") == os.path.realpath(sys.executable)
