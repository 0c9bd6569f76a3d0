"""The first hour of a newcomer: the README's steps, executed as they stand there in a copy of the repository."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from copies import copy_project
from test_release_attack_log import NINE, ROWS
from warledger.checks import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
STEPS = re.search(r"```sh first-hour\n(.*?)```", README, re.DOTALL)[1].splitlines()
LOG = ["time_start", "time_end", "model", "target", "launched", "destroyed", "not_reach_goal", "source"]


@pytest.fixture
def copy(tmp_path):
    """A copy of the repository under version control, with the commands of this environment."""
    root = tmp_path / "ledger"
    copy_project(root)
    (root / ".venv").mkdir()
    (root / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (root / ".venv" / ".ready").touch()
    log = pd.DataFrame(ROWS, columns=LOG).reindex(columns=NINE)
    log.to_csv(root / "missile_attacks_daily.csv", index=False, lineterminator="\n")
    return root


@pytest.mark.slow
def test_the_steps_of_the_first_hour(copy):
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "BROWSER": "true"}

    def step(words):
        command = next(line for line in STEPS if words in line)
        return subprocess.run(
            command, shell=True, cwd=copy, env=environment, capture_output=True, text=True, check=False
        )

    def ends_well(words):
        ran = step(words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def figures(folder):
        return {path.name: path.read_bytes() for path in (copy / folder).glob("*.png")}

    status = ["git", "status", "--porcelain", "--untracked-files=no"]

    ends_well("make figures")
    assert subprocess.run(status, cwd=copy, capture_output=True, text=True, check=True).stdout == ""
    ends_well("webbrowser")
    ends_well("papermill")
    baltic = json.loads((copy / "runs" / "figures" / "pledges" / "donors_ranked.json").read_text(encoding="utf-8"))
    assert baltic["title"].startswith("Most promised: Estonia")
    ends_well("run briefing")
    assert "16 May 2023" in (copy / "mine" / "briefing" / "card.json").read_text(encoding="utf-8")

    ends_well("P9001")
    wrong = step("warledger check")
    assert wrong.returncode == 3
    rows = (copy / "data" / "pledges.csv").read_text(encoding="utf-8").splitlines()
    line = next(number for number, row in enumerate(rows, start=1) if row.startswith("P9001"))
    assert f'pledges.csv:{line}: amount: "1,200"' in wrong.stderr.replace("'1,200'", '"1,200"')
    ends_well("perl")
    ends_well("run pledges")
    assert figures("mine/pledges")["donors_ranked.png"] != figures("figures/pledges")["donors_ranked.png"]
    ends_well("git checkout")

    ends_well("run strikes")
    assert "missile_attacks_daily.csv" in (copy / "mine" / "strikes" / "waves.json").read_text(encoding="utf-8")
    assert "strikes is current" in ends_well("run strikes")
    with (copy / "missile_attacks_daily.csv").open("a", encoding="utf-8") as log:
        log.write((copy / "missile_attacks_daily.csv").read_text(encoding="utf-8").splitlines()[-1] + "\n")
    assert "strikes done" in ends_well("run strikes")  # a release lies outside the project, and counts all the same
    ends_well("sweep briefing")
    assert len(list((copy / "runs" / "briefing").glob("*/"))) >= 10
    assert "current" in ends_well("warledger status")

    ends_well("--site")
    assert '<a href="pledges/race.zip" download>ZIP (' in (copy / "site" / "index.html").read_text(encoding="utf-8")
    with ZipFile(copy / "site" / "pledges" / "race.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            *("race/README.txt", "race/race.csv", "race/race.json", "race/race.png", "race/race.svg")
        ]
    assert subprocess.run(status, cwd=copy, capture_output=True, text=True, check=True).stdout == ""
