"""Parameters are read from the notebook's cell and checked in one sentence."""

import json

import pandas as pd
import pytest

from warledger import notebooks, parameters, tables
from warledger.checks import PROJECT
from warledger.errors import ParameterError


def notebook(tmp_path, source, tags=("parameters",)):
    path = tmp_path / "n.ipynb"
    cell = {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source.splitlines(keepends=True)}
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return path


def test_names_types_defaults_and_help_are_read(tmp_path):
    read = notebooks.read_parameters(
        notebook(tmp_path, 'since: str = "2022-02-24"  # first day\ntop: int = 15  # how many\n')
    )
    assert read["since"] == notebooks.Parameter("since", "str", "2022-02-24", "first day")
    assert read["top"].default == 15


@pytest.mark.parametrize("line", ["x = 1", "x: list[str] = []", "import os", "x: str | None = None"])
def test_a_line_that_is_no_parameter_is_refused(tmp_path, line):
    with pytest.raises(ParameterError, match="write parameters as"):
        notebooks.read_parameters(notebook(tmp_path, line))


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="0 cells are tagged"):
        notebooks.read_parameters(notebook(tmp_path, "x: int = 1", tags=()))


def test_text_stays_text_and_numbers_become_numbers():
    text = notebooks.Parameter("since", "str", "", "")
    number = notebooks.Parameter("top", "int", 1, "")
    assert notebooks.parse_value(text, "007") == "007"
    assert notebooks.parse_value(number, "7") == 7
    with pytest.raises(ParameterError, match="top: 'five' is not a whole number"):
        notebooks.parse_value(number, "five")
    with pytest.raises(ParameterError, match="flag: 'maybe' is not true or false"):
        notebooks.parse_value(notebooks.Parameter("flag", "bool", True, ""), "maybe")


def test_a_period_has_both_ends_inside():
    period = parameters.check_period("2024-03-20", "2024-03-21")
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-03-19", "2024-03-20", "2024-03-21", "2024-03-22"])})
    assert period.of(frame, "day")["day"].dt.day.tolist() == [20, 21]
    assert str(period) == "2024-03-20 to 2024-03-21"


def test_an_empty_end_means_the_end_of_the_ledger():
    assert str(parameters.check_period("", "")) == "2022-01-01 to 2026-10-31"


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        ("21.03.2024", "", "since: '21.03.2024' is not a day written as 2024-03-21"),
        ("2024-02-30", "", "since: '2024-02-30' is not a day"),
        (20240321, "", "since: 20240321 is not a day"),
        ("20240321", "", "since: '20240321' is not a day"),
        ("2024-W12-4", "", "since: '2024-W12-4' is not a day"),
        ("2024-03-21", "2024-03-20", "since 2024-03-21 is after until 2024-03-20; give the earlier day first"),
        ("2031-01-01", "", "since: 2031-01-01 lies outside the ledger, which runs from 2022-01-01 to 2026-10-31"),
        ("", "1999-01-01", "until: 1999-01-01 lies outside the ledger"),
    ],
)
def test_an_impossible_period_is_one_sentence(since, until, sentence):
    with pytest.raises(ParameterError) as error:
        parameters.check_period(since, until)
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


def test_a_choice_lists_what_is_allowed_and_the_nearest():
    with pytest.raises(ParameterError, match=r"item: 'tank' is not known; did you mean tanks\? Allowed: tanks, ships"):
        parameters.check_choice("item", "tank", ["tanks", "ships"])
    assert parameters.check_choices("donors", "USA, DEU", ["DEU", "USA"]) == ["USA", "DEU"]
    assert parameters.check_choices("donors", "", ["DEU", "USA"]) == ["DEU", "USA"]


@pytest.mark.parametrize("value", [0, 26, "5", True, None, float("nan")])
def test_a_number_outside_its_range_is_refused(value):
    with pytest.raises(ParameterError, match="is not a number from 1 to 25"):
        parameters.check_number("top", value, 1, 25)


@pytest.mark.parametrize("value", ["false", "True", 0, 1, None])
def test_a_text_is_no_flag(value):
    with pytest.raises(ParameterError, match=r"hindsight: .* is not known; allowed: True, False"):
        parameters.check_flag("hindsight", value)
    assert parameters.check_flag("hindsight", False) is False


def test_a_number_in_place_of_a_list_is_one_sentence():
    with pytest.raises(ParameterError, match="donors: '5' is not known"):
        parameters.check_choices("donors", 5, ["USA", "DEU"])
    with pytest.raises(ParameterError, match="events: '5' is not in"):
        tables.chosen_events(5)


def test_an_error_shows_its_sentence_instead_of_a_traceback():
    assert ParameterError("since: no")._render_traceback_() == ["ParameterError: since: no"]


@pytest.mark.parametrize("path", sorted((PROJECT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_parameter_of_the_notebooks_says_what_it_is_for(path):
    for parameter in notebooks.read_parameters(path).values():
        assert len(parameter.help) > 10, parameter
