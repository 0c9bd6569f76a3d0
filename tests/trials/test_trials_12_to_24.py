"""Trials 12 to 24: wrong parameters, killed kernels, full disks, interrupts, two runs at once, odd machines."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from small import code_of

pytestmark = pytest.mark.slow


def wait_for(path, process, seconds=60):
    """Wait for a file that a kernel writes, and return its text."""
    until = time.monotonic() + seconds
    while not path.exists() or not path.read_text(encoding="utf-8"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    return path.read_text(encoding="utf-8")


@pytest.fixture
def disk(tmp_path_factory):
    """A function that mounts a real file system of a given size, or read-only, on a folder."""
    mounted = []

    def mount(folder, options):
        folder.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False
        )
        if made.returncode:
            pytest.skip(f"a file system cannot be mounted here: {made.stderr.strip()}")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)


def fill(folder, leave):
    """Fill a file system but for some bytes."""
    free = shutil.disk_usage(folder).free
    (folder / "filler").write_bytes(b"x" * (free - leave))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-p", "tpo", "3"], "one has no parameter 'tpo'; did you mean top? It has since, top"),
        (["-p", "top", "five"], "top: 'five' is not a whole number"),
        (["-p", "top", "2022_02"], "top: '2022_02' is not a whole number"),
        (["-p", "share", "nan"], "share: 'nan' is not a number"),
        (["-p", "flag", "yes"], "flag: 'yes' is not true or false"),
        (["-p", "top; import os", "3"], "one has no parameter 'top; import os'"),  # trial 13
        (["-p", "top=1)\nimport os #", "3"], "one has no parameter"),
        (["-f", "p.yaml"], "p.yaml:1: top: a parameter is one text, number, date, true or false"),
    ],
)
def test_12_13_names_types_and_tags_are_refused_before_a_kernel_starts(small, words, sentence):
    small.write("one", ["open('started', 'w')", *code_of("one")])
    (small.root / "p.yaml").write_text("top: !!binary aGVsbG8=\n", encoding="utf-8")
    ran = small.run("run", "one", *words)
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert ran.stdout == ""
    assert not (small.root / "notebooks" / "started").exists()
    assert not (small.root / "figures").exists()


def test_12_a_value_out_of_range_ends_with_2_also_when_only_the_notebook_knows(small):
    small.write("one", code_of("one"))
    ran = small.run("run", "one", "-p", "top", "0")
    assert ran.returncode == 2
    assert "ParameterError: top: 0 is not a number from 1 to 20" in ran.stderr
    assert not (small.root / "runs" / "figures" / "one").exists()


def test_12_values_are_taken_as_they_are_typed(small):
    small.write("one", ["print(repr((since, top, share, flag)))", *code_of("one")])
    (small.root / "p.yaml").write_text("since: 007\ntop: 3\nshare: 1e-1\nflag: true\n", encoding="utf-8")
    ran = small.run("run", "one", "-f", "p.yaml", "-p", "top", "4")
    assert ran.returncode == 0, ran.stderr
    executed = json.loads((small.root / "runs" / "one.ipynb").read_text(encoding="utf-8"))
    printed = ["".join(output.get("text", "")) for cell in executed["cells"] for output in cell.get("outputs", [])]
    assert printed[0] == "('007', 4, 0.1, True)\n"


def test_14_figures_never_leave_through_a_link_or_a_name(one, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    shutil.rmtree(one.root / "figures" / "one")
    (one.root / "figures" / "one").symlink_to(elsewhere)
    for words in (["run"], ["run", "--figures", tmp_path / "link"]):
        ran = one.run(*words)
        assert ran.returncode == 2
        assert "is a link; figures go to a folder" in ran.stderr
    assert list(elsewhere.iterdir()) == []


def test_14_names_of_figures_stay_in_their_folder(small):
    for name, figure in {"one": "../up", "two": "/etc/x", "three": "x" * 300}.items():
        small.write(name, code_of(name, figures=(figure,)))
    ran = small.run("run")
    assert ran.returncode == 1
    assert ran.stderr.count("is no figure name: use a-z, 0-9, - and _, at most 64") == 3
    assert small.figures() == {}


def test_14_a_file_that_is_a_link_is_replaced_and_not_followed(one, tmp_path):
    before = one.figures()
    target = tmp_path / "target"
    target.write_text("mine", encoding="utf-8")
    chart = one.root / "figures" / "one" / "one.png"
    chart.unlink()
    chart.symlink_to(target)
    assert one.run("run").returncode == 0
    assert target.read_text(encoding="utf-8") == "mine"
    assert not chart.is_symlink()
    assert one.figures() == before


@pytest.mark.parametrize("engine", ["forked", "papermill"])
def test_16_a_kernel_killed_in_the_middle(one, engine):
    before = one.figures()
    one.write("one", code_of("one", before_publish=["import os\nos.kill(os.getpid(), 9)"]))
    ran = one.run("run", "--engine", engine)
    assert ran.returncode == 1
    assert "kernel died" in ran.stderr.lower()
    assert one.figures() == before
    assert one.left() == []
    assert one.run("status").stdout == "one: stale: the notebook's code changed\n"


def test_17_an_exception_after_two_of_four_figures(one):
    before = one.figures()
    code = code_of("one", figures=("a", "b", "c", "d"))
    code.insert(4, "first = 1\nvalue = {}['lost']")
    one.write("one", code)
    ran = one.run("run")
    assert ran.returncode == 1
    assert one.figures() == before
    assert "one: KeyError: 'lost'" in ran.stderr
    assert "under \"What is step 5?\", at `value = {}['lost']`, executed notebook: runs/one.ipynb" in ran.stderr
    executed = json.loads((one.root / "runs" / "one.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert outputs[-1]["ename"] == "KeyError"


@pytest.mark.parametrize(
    ("signum", "code", "engine"), [(signal.SIGINT, 130, "forked"), (signal.SIGTERM, 143, "papermill")]
)
def test_18_an_interrupt_ends_everything_within_five_seconds(one, signum, code, engine):
    before = one.figures()
    pid_file = one.root / "pid"
    wait = f"import os, subprocess, time\nsubprocess.Popen(['sleep', '99'])\nopen({str(pid_file)!r}, 'w')"
    one.write("one", code_of("one", before_publish=[f"{wait}.write(str(os.getpid()))\ntime.sleep(99)"]))
    process = one.start("run", "--engine", engine)
    wait_for(pid_file, process)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    started = time.monotonic()
    process.send_signal(signum)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - started < 5
    assert process.returncode == code
    assert "interrupted" in said
    assert "Traceback" not in said
    psutil.wait_procs(family, timeout=2)
    assert [one for one in family if one.is_running()] == []
    assert one.figures() == before
    assert one.left() == []


@pytest.mark.parametrize("seconds", [0.3, 1.2])
def test_18_an_interrupt_while_kernels_start(one, seconds):
    process = one.start("run", "--force")
    time.sleep(seconds)
    family = psutil.Process(process.pid).children(recursive=True)
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - started < 5
    assert process.returncode in (143, 0, -15)  # -15: the command had not yet begun
    assert "Traceback" not in said
    psutil.wait_procs(family, timeout=2)
    assert [one for one in family if one.is_running()] == []
    assert one.left() == []


def test_18_no_kernel_outlives_a_runner_that_was_killed(one):
    pid_file = one.root / "pid"
    wait = f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\ntime.sleep(99)"
    one.write("one", code_of("one", before_publish=[wait]))
    process = one.start("run")
    kernel = psutil.Process(int(wait_for(pid_file, process)))
    process.kill()
    process.communicate()
    kernel.wait(timeout=5)


def test_19_a_disk_that_is_full_at_export(small, disk):
    small.write("one", code_of("one"))
    disk(small.root / "figures", "size=1m")
    assert small.run("run").returncode == 0
    before = small.figures()
    fill(small.root / "figures", 20_000)
    small.write("one", code_of("one", table="timeline", figures=("one", "two")))
    ran = small.run("run")
    assert ran.returncode == 1
    assert "cannot be written: No space left on device" in ran.stderr
    after = small.figures()
    assert after.pop("filler")
    assert after == before


def test_19_a_disk_that_is_full_when_the_notebook_is_written(small, disk):
    disk(small.root / "runs", "size=1m")
    small.write("one", code_of("one"))
    assert small.run("run").returncode == 0
    old, figures = (small.root / "runs" / "one.ipynb").read_bytes(), small.figures()
    fill(small.root / "runs", 4096)
    ran = small.run("run", "--force")
    assert ran.returncode == 1
    assert "one.ipynb: No space left on device" in ran.stderr
    assert (small.root / "runs" / "one.ipynb").read_bytes() == old
    assert small.figures() == figures
    assert small.left() == []


def test_20_two_runs_at_once(one):
    before = one.figures()
    go = one.root / "go"
    pause = f"import os, time\nopen({str(one.root / 'here')!r}, 'w').write('x')\n"
    one.write("one", [*code_of("one")[:3], f"{pause}while not os.path.exists({str(go)!r}):\n    time.sleep(0.05)",
                      *code_of("one")[3:]])  # fmt: skip
    first = one.start("run")
    wait_for(one.root / "here", first)
    second = one.run("run")
    assert second.returncode == 1
    assert "figures: another run is drawing into it; wait until it ends, or name another folder" in second.stderr
    other = one.start("run", "--figures", one.root / "other")  # another folder is free
    go.write_text("", encoding="utf-8")
    assert (first.wait(60), other.wait(60)) == (0, 0)
    assert one.figures() == before == one.figures("other")


def test_21_folders_of_figures_that_cannot_be_written(small, disk):
    small.write("one", ["open('started', 'w')", *code_of("one")])
    disk(small.root / "fixed", "size=1m,ro")
    (small.root / "file").write_text("", encoding="utf-8")
    for name, reason in (("fixed", "Read-only file system"), ("file", "File exists")):
        ran = small.run("run", "--figures", small.root / name)
        assert ran.returncode == 1
        assert f"{small.root / name}: figures cannot be written: {reason}" in ran.stderr
        assert not (small.root / "notebooks" / "started").exists()
    assert small.run("run", "--figures", small.root / "new" / "folder").returncode == 0
    assert "one/one.png" in small.figures("new/folder")


def test_23_the_same_bytes_on_an_odd_machine(one, disk):
    home = one.root / "home"
    disk(home, "size=1m,ro")
    odd = {"LC_ALL": "C", "PYTHONUTF8": "0", "TZ": "Pacific/Kiritimati", "HOME": str(home), "PYTHONHASHSEED": "7"}
    odd |= {name: "" for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR") if name in os.environ}
    for engine in ("forked", "papermill"):
        ran = one.run("run", "--engine", engine, "--figures", one.root / engine, **odd)
        assert ran.returncode == 0, ran.stderr
        assert one.figures(engine) == one.figures()
        assert one.left() == []


def test_24_the_same_bytes_without_a_network(one):
    offline = ["unshare", "--net"]
    if subprocess.run([*offline, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a process without a network cannot be started here")
    look = "import socket; socket.create_connection(('127.0.0.1', 9))"
    assert "unreachable" in subprocess.run(
        [*offline, sys.executable, "-c", look], capture_output=True, text=True, check=False
    ).stderr  # fmt: skip
    ran = one.run("run", "--figures", one.root / "offline", before=offline)
    assert ran.returncode == 0, ran.stderr
    assert one.figures("offline") == one.figures()
