"""Sweeps: what --over means, where results go, and that one failure stops nothing."""

import csv
import json
import re
import signal
import time

import pytest

from small import code_of
from warledger import sweeps
from warledger.errors import ParameterError


@pytest.mark.parametrize(
    ("overs", "expected"),
    [
        (["since=2024-02-28..2024-03-01"], ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (["since=2024-01-01..2024-01-20..7"], ["2024-01-01", "2024-01-08", "2024-01-15"]),
        (["top=9..11"], ["9", "10", "11"]),
        (["share=0..0.3..0.1"], ["0.0", "0.1", "0.2", "0.3"]),
        (["oblast=UA-30,,UA-05"], ["UA-30", "", "UA-05"]),
        (["since=2024-01-01"], ["2024-01-01"]),
    ],
)
def test_ranges_and_lists(overs, expected):
    assert [next(iter(values.values())) for values in sweeps._grid(overs)] == expected


def test_several_make_a_grid_and_files_give_columns_or_rows(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("\ufefftop,since\n3,2024-01-01\n4,2024-01-02\n", encoding="utf-8")
    rows = [{"top": "3", "since": "2024-01-01"}, {"top": "4", "since": "2024-01-02"}]
    assert sweeps._grid([f"@{path}"]) == rows
    assert sweeps._grid([f"top=@{path}"]) == [{"top": "3"}, {"top": "4"}]
    assert sweeps._grid(["flag=true,false", f"top=@{path}"]) == [
        {"flag": flag, "top": top} for flag in ("true", "false") for top in ("3", "4")
    ]


@pytest.mark.parametrize(
    ("overs", "sentence"),
    [
        (["until=2024-02-30..2024-03-02"], "until: '2024-02-30..2024-03-02' is no range; write 2024-01-01..2024-12-31"),
        (["until=2024-03-02..2024-03-01"], "is no range"),
        (["until=2024-03-02..2025-03-01..0"], "is no range"),
        (["smoothing=1..10..-1"], "is no range"),
        (["smoothing=1..inf"], "is no range"),
        (["smoothing=1.."], "is no range"),
        (["until=../x"], "is no range"),
        (["smoothing=1..200", "until=2024-01-01..2024-12-31"], "asks for 73,200 runs; a sweep has at most 10,000"),
        (["smoothing=1..100000"], "is no range"),
        (["smoothing"], "'smoothing': write NAME=VALUES or @file.csv"),
        (["untli=2024-01-01"], "losses has no parameter 'untli'; did you mean until?"),
        (["smoothing=a,b"], "smoothing: 'a' is not a whole number"),
        (["smoothing=1", "smoothing=2"], "--over varies smoothing twice"),
        (["item=tanks"], "item: given by -p or -f and varied by --over"),
        (["figures_dir=a,b"], "figures_dir: a sweep has its own folder"),
        (["@/nowhere.csv"], "/nowhere.csv: cannot be read"),
    ],
)
def test_what_is_no_sweep_is_one_sentence(overs, sentence):
    with pytest.raises(ParameterError) as error:
        sweeps.plan("losses", overs, {"item": "ships"})
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_with_ragged_rows_is_refused(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("top,since\n3\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"runs\.csv:2: not as many cells as the header"):
        sweeps.plan("losses", [f"@{path}"], {})


def test_doubles_run_once_and_fixed_parameters_go_along():
    jobs = sweeps.plan("losses", ["until=2024-01-01,2024-01-01,2024-01-02"], {"item": "ships"})
    assert [job.title for job in jobs] == ["losses until=2024-01-01", "losses until=2024-01-02"]
    assert all(job.parameters["item"] == "ships" for job in jobs)
    assert jobs[0].folder == sweeps.RUNS / "losses" / "until=2024-01-01" / "losses"


@pytest.mark.parametrize("value", ["../../up", "/etc/x", "x" * 300, "Kyïv", "a b", "<script>", ".."])
def test_a_folder_of_a_sweep_is_a_plain_name_whatever_the_value(value):
    name = sweeps.slug({"place": value})
    assert re.fullmatch(r"place=[A-Za-z0-9_.,=+-]+-[0-9a-f]{8}", name)
    assert ".." not in name
    assert len(name) < 120
    assert sweeps.slug({"place": value + " "}) != name


@pytest.mark.slow
def test_a_sweep_goes_past_failures_and_resumes(small):
    mark = small.root / "mark"
    fails = (
        f"import os\nif top == 3 and not os.path.exists({str(mark)!r}): raise ValueError('<script>alert(1)</script>')"
    )
    small.write("one", code_of("one", before_publish=[fails]))
    words = ["sweep", "one", "--over", "top=2..4", "--over", "since==x,2024-01-01"]
    ran = small.run(*words)
    assert ran.returncode == 1
    errors = ran.stderr.splitlines()
    assert errors[0].startswith("one top=3,since==x: ValueError: <script>")
    assert errors[-1] == "warledger: 2 of 6 runs failed"
    page = (small.root / "runs" / "one" / "index.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert page.count('alt="Bars that rise."') == 4
    for link in re.findall(r'src="([^"]+)"', page):
        assert (small.root / "runs" / "one" / link.replace("%3D", "=").replace("%2C", ",")).is_file(), link
    table = small.root / "runs" / "one" / "sweep.csv"
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    assert [(row["top"], row["since"], row["status"]) for row in rows][:3] == [
        ("2", "'=x", "done"), ("2", "2024-01-01", "done"), ("3", "'=x", "failed")]  # fmt: skip
    mark.write_text("", encoding="utf-8")
    again = small.run(*words, "--json")
    assert again.returncode == 0, again.stderr
    kinds = [json.loads(line)["kind"] for line in again.stdout.splitlines()]
    assert (kinds.count("current"), kinds.count("done")) == (4, 2)
    assert {row["status"] for row in csv.DictReader(table.open(encoding="utf-8"))} == {"done"}
    assert small.left() == []


@pytest.mark.slow
def test_a_sweep_that_was_interrupted_goes_on_where_it_stopped(small):
    small.write("one", code_of("one", before_publish=["import time\nif top > 1: time.sleep(1)"]))
    words = ["sweep", "one", "--over", "top=1..3", "-j", "1"]
    process = small.start(*words)
    while not any((small.root / "runs" / ".state").glob("one-*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130
    done = len(list((small.root / "runs" / ".state").glob("one-*")))
    assert 1 <= done < 3
    again = small.run(*words)
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("is current") == done
    assert again.stdout.count(" done ") == 3 - done
    assert small.left() == []
