"""What `make lab` adds to JupyterLab and git: a look at a chart changes nothing that a commit would take."""

import json
import re
import subprocess

import nbformat
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager

from warledger import lab
from warledger.checks import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
WRITTEN_BY_PYTHON = {"name": "python", "version": "3.13.0", "codemirror_mode": {"name": "ipython", "version": 3}}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_that_is_saved_unchanged_keeps_its_bytes(path, tmp_path):
    (tmp_path / path.name).write_bytes(path.read_bytes())
    manager = FileContentsManager(root_dir=str(tmp_path))
    lab._load_jupyter_server_extension(type("App", (), {"contents_manager": manager}))
    model = manager.get(path.name)
    model["content"]["metadata"]["language_info"] = WRITTEN_BY_PYTHON
    manager.save(model, path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_git_sees_no_outputs_through_the_filter():
    plan = subprocess.run(["make", "--dry-run", "lab"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    command = re.search(r"git config filter\.notebook\.clean '(.+)'", plan)[1]
    path = NOTEBOOKS[0]
    committed = path.read_text(encoding="utf-8")
    run = nbformat.reads(committed, as_version=4)
    cells = [cell for cell in run.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("stream", text="seen")]
    executed = nbformat.writes(run) + "\n"
    assert json.loads(executed) != json.loads(committed)
    seen = subprocess.run(command, shell=True, cwd=PROJECT, input=executed, capture_output=True, text=True, check=True)
    assert seen.stdout == committed
    attribute = subprocess.run(
        ["git", "check-attr", "filter", str(path)], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert attribute.stdout.strip().endswith("filter: notebook")
