"""A small project to damage: the ledger's code and tables, and notebooks that take a second."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from warledger.checks import PROJECT, REMEMBERED

PARAMETERS = """
since: str = "2024-01-01"  # first day
top: int = 5  # how many
share: float = 0.5  # a number
flag: bool = False  # yes or no
figures_dir: str = ""  # folder for the figures
data_dir: str = ""  # folder of the tables
"""
IMPORTS = """
from helpers import check_number, load, new_figure, open_figures
check_number("top", top, 1, 20)
figures = open_figures("{name}", {{"since": since, "top": top, "share": share, "flag": flag}}, figures_dir)
"""
LOAD = """table = load("{table}", data_dir).head(top)"""
FIGURE = """
figure, axes = new_figure("wide")
axes.bar(range(len(table)), range(len(table)))
words = dict(title="{figure} of rows", subtitle="Rows of a table", alt="Bars that rise.")
figures.save_figure(figure, "{figure}", **words, data=table.iloc[:, [0]], sources=table)
"""
PUBLISH = "print(figures.publish())"


def code_of(name, table="oblasts", figures=("one",), before_publish=()):
    """The code cells of a small notebook that reads one table."""
    drawn = [FIGURE.format(figure=figure) for figure in figures]
    return [IMPORTS.format(name=name), LOAD.format(table=table), *drawn, *before_publish, PUBLISH]


class Small:
    """A project of its own in a folder, and its command."""

    def __init__(self, root: Path):
        self.root, self.temporary = root, root / "tmp"
        if root.exists():
            return
        shutil.copytree(PROJECT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        shutil.copytree(PROJECT / "data", root / "data")
        (root / "notebooks").mkdir()
        (root / "runs").mkdir()
        if REMEMBERED.exists():  # same content, so what was found right there is right here
            shutil.copy(REMEMBERED, root / "runs")
        self.temporary.mkdir()

    def write(self, name, code, parameters=PARAMETERS, note=""):
        """Write a notebook: title, parameters, code cells each under a heading."""
        cells = [cell("markdown", f"# What does {name} show?\n{note}"), cell("code", parameters.strip(), "parameters")]
        for number, source in enumerate(code, start=1):
            cells += [cell("markdown", f"## What is step {number}?"), cell("code", source.strip())]
        for number, one in enumerate(cells):
            one["id"] = f"cell-{number}"
        kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        content = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (self.root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")

    def command(self, *words, before=()):
        script = "import sys; from warledger.cli import main; sys.argv[0] = 'warledger'; main()"
        return [*before, sys.executable, "-P", "-c", script, *map(str, words)]

    def environment(self, **changed):
        here = {"PYTHONPATH": str(self.root / "src"), "TMPDIR": str(self.temporary)}
        return {**os.environ, **here, **changed}

    def run(self, *words, before=(), **environment):
        """Run the command to its end."""
        return subprocess.run(
            self.command(*words, before=before), cwd=self.root, env=self.environment(**environment),
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def start(self, *words):
        """Start the command."""
        return subprocess.Popen(
            self.command(*words), cwd=self.root, env=self.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def copy(self, root):
        """A copy in another folder; records of runs hold there too."""
        shutil.copytree(self.root, root)
        return Small(root)

    def figures(self, folder="figures"):
        """The files of a folder of figures, by path."""
        folder = self.root / folder
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def left(self):
        """Temporary files and drafts that should not be there."""
        drafts = [path for path in self.root.rglob(".*") if path.name != ".state"]
        return [*self.temporary.iterdir(), *drafts]


def cell(kind, source, tag=""):
    made = {"cell_type": kind, "metadata": {"tags": [tag]} if tag else {}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
