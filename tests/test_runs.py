"""What a run tells people and machines, and what it knows of parameters."""

import json
import os
import pty
import subprocess

import pytest
from click.testing import CliRunner

from small import code_of
from warledger import runs
from warledger.cli import main
from warledger.notebooks import NOTEBOOKS, heading_of, read_parameters, source_of


@pytest.mark.slow
def test_in_a_terminal_a_table_is_drawn_while_notebooks_run(one):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        one.command("run", "--force"), cwd=one.root, env=one.environment(TERM="xterm", COLUMNS="100"),
        stdout=theirs, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(30) == 0, process.stderr.read()
    process.stderr.close()
    text = seen.decode()
    assert "notebook" in text
    assert "0 of 1 ended" in text
    assert "[1/1] one done" in text


@pytest.mark.slow
def test_quiet_says_only_what_failed_and_json_one_object_a_line(one):
    assert one.run("run", "--force", "--quiet").stdout == ""
    one.write("one", [*code_of("one"), "raise ValueError('é\\n2')"])
    ran = one.run("run", "--json")
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [event["kind"] for event in events] == ["started", "failed"]
    assert events[1]["message"] == "ValueError: é\n2"
    assert ran.returncode == 1
    quiet = one.run("run", "-q")
    assert quiet.stdout == ""
    assert "one: ValueError: é" in quiet.stderr


def test_parameters_are_listed_as_papermill_knows_them():
    from papermill import inspect_notebook

    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        said = CliRunner().invoke(main, ["run", path.stem, "--help-parameters"])
        assert said.exit_code == 0
        known = inspect_notebook(path)
        assert list(known) == list(read_parameters(path))
        for name, parameter in known.items():
            line = next(line for line in said.output.splitlines() if line.startswith(f"  {name}: "))
            assert line.startswith(f"  {name}: {parameter['inferred_type_name']} (default ")
            assert line.endswith(parameter["help"])
    assert CliRunner().invoke(main, ["run", "pledge", "--help-parameters"]).exit_code == 2


def test_tables_of_another_folder_never_draw_into_the_committed_figures(tmp_path):
    (job,) = runs.jobs_of(runs.plan(["losses"], {}, data=str(tmp_path)))
    assert job.folder == runs.RUNS / "figures" / "losses"
    (given,) = runs.jobs_of(runs.plan(["losses"], {"data_dir": str(tmp_path), "figures_dir": str(tmp_path / "f")}))
    assert given.folder == tmp_path / "f" / "losses"
    assert runs.jobs_of(runs.plan(["losses"], {}))[0].folder == runs.PROJECT / "figures" / "losses"


def test_the_heading_above_a_cell_is_found():
    last = json.loads(source_of("losses").read_text(encoding="utf-8"))["cells"][-1]
    assert heading_of("losses", "".join(last["source"])) == "What this cannot tell"
    assert heading_of("losses", "no such code") == ""
