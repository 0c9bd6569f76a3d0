"""Forked kernels do what ordinary kernels do."""

import json

import pytest

from small import code_of

pytestmark = pytest.mark.slow

RICH = """
import sys, time
from IPython.display import Markdown, display
print("first"); sys.stdout.flush()
display(Markdown("**second**"))
print("third"); sys.stdout.flush()
time.sleep(0.2)
print("fourth", file=sys.stderr); sys.stderr.flush()
"fifth"
"""
STATE = """
import builtins, os, random, subprocess, sys, tempfile
import matplotlib, numpy as np
print(hasattr(builtins, "left_behind"), "left_behind" in globals(), os.path.basename(sys.argv[0]))
builtins.left_behind = left_behind = True
np.seterr(all="raise"); matplotlib.rcParams["font.size"] = 99
"""
SAME = """
print(matplotlib.get_backend(), __name__, os.getcwd(), repr(sys.stdin.read()), sys.path[-1], sys.executable)
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout, threading.active_count() > 0)
"""
RANDOM = "print(np.random.random(), random.random(), tempfile.gettempdir())"


def outputs(project, name):
    executed = json.loads((project.root / "runs" / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [cell["outputs"] for cell in executed["cells"] if cell["cell_type"] == "code"]


def both(project, name):
    """The outputs of a notebook by either engine; the figures must be the same bytes."""
    found, figures = [], []
    for engine in ("forked", "papermill"):
        ran = project.run("run", name, "--force", "--engine", engine)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        found.append(outputs(project, name))
        figures.append(project.figures())
    assert figures[0] == figures[1]
    return found


def test_output_comes_in_order_and_figures_are_the_same(small):
    small.write("one", [RICH, *code_of("one")])
    forked, ordinary = both(small, "one")
    assert forked == ordinary
    kinds = [(output["output_type"], "".join(output.get("text", ""))) for output in forked[1]]
    assert kinds == [("stream", "first\n"), ("display_data", ""), ("stream", "third\n"), ("stream", "fourth\n"),
                     ("execute_result", "")]  # fmt: skip


def test_a_kernel_inherits_nothing_and_its_surroundings_are_the_same(small):
    for name in ("one", "two"):
        small.write(name, [STATE, f"import threading\n{SAME}", RANDOM, *code_of(name)])
    ran = small.run("run", "-j", "1")
    assert ran.returncode == 0, ran.stderr
    first, second = outputs(small, "one"), outputs(small, "two")
    assert first[1][0]["text"] == second[1][0]["text"] == ["False False ipykernel_launcher.py\n"]
    assert first[3][0]["text"] != second[3][0]["text"]
    forked, ordinary = both(small, "one")
    assert forked[1:3] == ordinary[1:3]


def test_a_traceback_names_cell_and_line_and_a_cell_may_raise_when_it_is_tagged(small):
    small.write("one", [*code_of("one"), "def f():\n    return 1 / 0\n\nf()"])
    tracebacks = []
    for engine in ("forked", "papermill"):
        ran = small.run("run", "--engine", engine)
        assert ran.returncode == 1
        assert "one: ZeroDivisionError: division by zero" in ran.stderr
        assert 'under "What is step 5?", at `f()`' in ran.stderr
        tracebacks.append(outputs(small, "one")[-1])
    assert tracebacks[0] == tracebacks[1]


def test_a_kernel_that_forks_children_is_gone_with_them(small):
    """Pools of processes inside a notebook work in a forked kernel too."""
    small.write("one", ["import os\npid = os.fork()\nif not pid:\n    os._exit(3)\nprint(os.waitpid(pid, 0)[1] >> 8)",
                        *code_of("one")])  # fmt: skip
    assert [found[1][0]["text"] for found in both(small, "one")] == [["3\n"], ["3\n"]]
