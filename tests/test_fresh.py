"""Only what changed runs again, whatever it was that changed."""

import os
import time

import pytest

from small import code_of
from warledger import fresh

pytestmark = pytest.mark.slow

LEAN = """
from warledger.figures import open_figures
from warledger.style import new_figure
from warledger.tables import load
figures = open_figures("two", {"since": since, "top": top, "share": share, "flag": flag}, figures_dir)
"""


def ran(project, *words):
    """The notebooks that a run executed."""
    result = project.run("run", *words)
    assert result.returncode == 0, result.stderr
    assert project.left() == []
    return [line.split()[1] for line in result.stdout.splitlines() if " done " in line]


def status(project):
    result = project.run("status")
    assert result.returncode == (0 if result.stdout.count(": current") == len(result.stdout.splitlines()) else 1)
    return dict(line.split(": ", 1) for line in result.stdout.splitlines())


def edit(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.fixture
def two(one):
    """A project with two notebooks: `one` reads oblasts through helpers, `two` the timeline without them."""
    one.write("two", [LEAN, *code_of("two", table="timeline")[1:]])
    assert status(one) == {"one": "current", "two": "never run"}
    assert ran(one) == ["two"]
    return one


def test_nothing_changed_runs_nothing_and_a_touched_file_is_not_changed(two):
    os.utime(two.root / "data" / "oblasts.csv")
    os.utime(two.root / "src" / "helpers.py", (4e9, 4e9))  # a date in the future
    assert ran(two) == []
    assert status(two) == {"one": "current", "two": "current"}


def test_a_row_runs_exactly_the_notebooks_that_read_its_table(two):
    edit(two.root / "data" / "timeline.csv", "invasion begins", "invasion starts")
    assert status(two)["one"] == "current"
    assert status(two)["two"] == "stale: data/timeline.csv changed"
    assert ran(two) == ["two"]
    # both tables have keys into publishers.csv, which only the check looks at
    edit(two.root / "data" / "publishers.csv", "Italian news agency", "Italian agency")
    assert ran(two) == []


def test_a_module_runs_only_the_notebooks_whose_kernels_imported_it(two):
    def touch(module):
        with open(two.root / "src" / "warledger" / f"{module}.py", "a", encoding="utf-8") as stream:
            stream.write("# edited\n")

    for module in ("gallery", "runs", "rules"):
        touch(module)
    assert status(two) == {"one": "current", "two": "current"}
    touch("money")
    assert status(two) == {"one": "stale: src/warledger/money.py changed", "two": "current"}
    assert ran(two) == ["one"]
    touch("style")
    assert status(two) == dict.fromkeys(("one", "two"), "stale: src/warledger/style.py changed")


def test_the_descriptor_counts(two):
    edit(two.root / "data" / "datapackage.json", '"title": ', '"title":  ')
    assert status(two) == dict.fromkeys(("one", "two"), "stale: data/datapackage.json changed")


def test_code_counts_and_prose_does_not(one):
    one.write("one", code_of("one"), note="Said better.")
    assert ran(one) == []
    one.write("one", [*code_of("one"), "more = 1"])
    assert status(one) == {"one": "stale: the notebook's code changed"}
    assert ran(one) == ["one"]
    assert ran(one) == []


def test_parameters_count_when_they_differ_from_the_defaults(one):
    assert ran(one, "-p", "top", "5") == []  # as the default is
    assert ran(one, "-p", "top", "6") == ["one"]
    assert ran(one, "-p", "top", "6") == []
    assert one.run("run", "-p", "top", "7", "--dry-run").stdout == "one: stale: top 6 -> 7\n"
    assert status(one) == {"one": "current"}  # others than the defaults have a folder of their own


def test_deleted_and_edited_figures_are_restored(one):
    before = one.figures()
    chart = one.root / "figures" / "one" / "one.png"
    chart.unlink()
    assert status(one) == {"one": "stale: figures/one/one.png is missing"}
    assert ran(one) == ["one"]
    chart.with_suffix(".csv").write_text("by hand", encoding="utf-8")
    assert status(one) == {"one": "edited by hand: figures/one/one.csv changed"}
    assert one.run("run", "--dry-run").stdout == "one: edited by hand: figures/one/one.csv changed\n"
    assert ran(one) == ["one"]
    assert one.figures() == before


def test_versions_of_libraries_count_and_a_damaged_record_is_none(one):
    (record,) = (one.root / "runs" / ".state").glob("one-*.json")
    edit(record, '"matplotlib": "', '"matplotlib": "0.')
    assert status(one)["one"].startswith("stale: matplotlib 0.")
    record.write_text("[]", encoding="utf-8")
    assert status(one) == {"one": "never run"}
    record.write_text('{"code": "', encoding="utf-8")
    assert status(one) == {"one": "never run"}


def test_force_runs_what_is_current(one):
    assert ran(one, "--force") == ["one"]
    assert one.run("run", "--force", "--dry-run").stdout == "one: would run: forced\n"


def test_a_failed_run_is_run_again(one):
    edit(one.root / "src" / "helpers.py", '"""What a notebook imports', '1 / 0\n"""What a notebook imports')
    assert one.run("run").returncode == 1
    assert one.run("run").returncode == 1
    assert status(one)["one"] == "stale: src/helpers.py changed"


def test_a_file_that_changes_while_it_is_read_is_not_trusted(one):
    table = one.root / "data" / "oblasts.csv"
    one.write("one", [*code_of("one"), f"open({str(table)!r}, 'a').close()\nimport os\nos.utime({str(table)!r})"])
    assert ran(one) == ["one"]
    assert status(one) == {"one": "stale: data/oblasts.csv changed"}


def test_a_notebook_that_is_edited_while_it_runs_is_stale(one):
    edits = f"from pathlib import Path\np = Path({str(one.root / 'notebooks' / 'one.ipynb')!r})\n"
    one.write(
        "one", [*code_of("one"), edits + "p.write_text(p.read_text().replace('first = 1', 'first = 2'))", "first = 1"]
    )
    assert ran(one) == ["one"]
    assert status(one) == {"one": "stale: the notebook's code changed"}


def test_a_file_that_is_opened_by_hand_counts_too(one):
    note = one.root / "notebooks" / "note.txt"
    note.write_text("a", encoding="utf-8")
    one.write("one", [*code_of("one"), "print(open('note.txt').read())"])
    assert ran(one) == ["one"]
    assert ran(one) == []
    note.write_text("b", encoding="utf-8")
    assert status(one) == {"one": "stale: notebooks/note.txt changed"}


def test_a_run_with_nothing_to_do_imports_neither_pandas_nor_papermill(one):
    script = (
        "import sys; from warledger.cli import main; sys.argv = ['warledger', 'run']; main(standalone_mode=False); "
        "print(sorted({'pandas', 'papermill', 'matplotlib', 'frictionless', 'yaml', 'rich'} & set(sys.modules)))"
    )
    import subprocess
    import sys

    result = subprocess.run(
        [sys.executable, "-c", script], cwd=one.root, env=one.environment(), capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines() == ["[1/1] one is current", "[]"]


def test_a_release_counts_wherever_it_lies_and_one_on_the_web_is_never_current(tmp_path, monkeypatch):
    monkeypatch.setattr(fresh, "STATE", tmp_path / "state")
    folder, log = tmp_path / "strikes", tmp_path / "elsewhere" / "log.csv"
    log.parent.mkdir()
    log.write_text("a\n", encoding="utf-8")
    folder.mkdir()
    what = fresh.identity("strikes", {})

    def state(*opened):
        fresh.remember("strikes", what, folder, opened, time.time() + 60)
        return str(fresh.judge("strikes", what, folder))

    assert state(str(log)) == "current"
    log.write_text("b\n", encoding="utf-8")
    assert str(fresh.judge("strikes", what, folder)) == f"stale: {log} changed"
    assert state("https://example.org/log.csv") == "stale: https://example.org/log.csv may have changed"
