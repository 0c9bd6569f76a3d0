"""Measure the runner against its peers: `make bench`.

All variants take turns in every round, on a copy of the project, so that what else the machine does
meets all of them alike; the ratios of medians are what counts. Writes benchmarks/RESULTS.md.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
COMMAND = [sys.executable, "-c", "import sys; from warledger.cli import main; sys.argv[0] = 'warledger'; main()"]
LIBRARIES = ("papermill", "nbclient", "ipykernel", "nbconvert", "distributed", "matplotlib", "pandas", "seaborn")
SWEPT = "briefing", "as_of"  # or what there is instead


class Bench:
    """A copy of the project, and how long things take in it."""

    def __init__(self, root: Path, sweep: int):
        """Copy the project."""
        self.root, self.sweep = root, sweep
        for name in ("src", "data", "notebooks"):
            shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("*.egg-info"))
        self.environment = os.environ | {"PYTHONPATH": str(root / "src"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        self.notebooks = sorted((root / "notebooks").glob("*.ipynb"))
        self.swept, self.name = (
            SWEPT if root / "notebooks" / "briefing.ipynb" in self.notebooks else ("losses", "until")
        )
        self.turn = 0

    def call(self, *command, **options) -> str:
        """Run a command and return its standard error; a failure ends the bench."""
        ran = subprocess.run(
            [str(word) for word in command], cwd=self.root, env=self.environment, capture_output=True, text=True,
            check=False, **options,
        )  # fmt: skip
        if ran.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{ran.stdout}{ran.stderr}")
        return ran.stderr

    def seconds(self, *command) -> float:
        """Return how long a command takes."""
        started = time.perf_counter()
        self.call(*command)
        return time.perf_counter() - started

    def plain(self) -> float:
        """The same code in one plain process."""
        return self.seconds(sys.executable, HERE / "plain.py", self.root / "plain", *self.notebooks)

    def run(self) -> float:
        """`warledger run`."""
        return self.seconds(*COMMAND, "run", "--force", "-q")

    def run_papermill(self) -> float:
        """`warledger run --engine papermill`."""
        return self.seconds(*COMMAND, "run", "--force", "-q", "--engine", "papermill")

    def papermill_loop(self) -> float:
        """A loop of papermill calls."""
        place = self.root / "loop"
        place.mkdir(exist_ok=True)
        return sum(
            self.seconds(BIN / "papermill", notebook, place / notebook.name, "-p", "figures_dir", place)
            for notebook in self.notebooks
        )

    def nbconvert(self) -> float:
        """`jupyter nbconvert --execute`, one call."""
        words = ["--to", "notebook", "--execute", "--output-dir", self.root / "converted"]
        return self.seconds(BIN / "jupyter", "nbconvert", *words, *self.notebooks)

    def nothing_changed(self) -> float:
        """`warledger run` with nothing changed."""
        return self.seconds(*COMMAND, "run", "-q")

    def one_row(self) -> float:
        """`warledger run` after an edit of one row of losses_oryx.csv, another one each time."""
        table = self.root / "data" / "losses_oryx.csv"
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        cells = lines[-1].split(",")
        place = next(i for i in reversed(range(len(cells))) if cells[i].isdigit())
        cells[place] = str(int(cells[place]) + 1)
        table.write_text("".join([*lines[:-1], ",".join(cells)]), encoding="utf-8")
        self.call(*COMMAND, "check")  # the check of a changed table is not the runner's time
        return self.seconds(*COMMAND, "run", "-q")

    def values(self, number: int) -> list[str]:
        """Return so many days, others in each turn."""
        self.turn += 1
        return [f"2024-{1 + (self.turn + day // 28) % 12:02d}-{1 + day % 28:02d}" for day in range(number)]

    def sweep_rate(self, *options: str) -> float:
        """Return the runs per second of a sweep."""
        shutil.rmtree(self.root / "runs" / self.swept, ignore_errors=True)
        over = ["--over", f"{self.name}={','.join(self.values(self.sweep))}"]
        return self.sweep / self.seconds(*COMMAND, "sweep", self.swept, *over, "-q", *options)

    def sweep_loop_rate(self) -> float:
        """Return the runs per second of a loop of papermill calls, from one call."""
        place, notebook = self.root / "loop", self.root / "notebooks" / f"{self.swept}.ipynb"
        place.mkdir(exist_ok=True)
        words = ["-p", self.name, self.values(1)[0], "-p", "figures_dir", place]
        return 1 / self.seconds(BIN / "papermill", notebook, place / "swept.ipynb", *words)

    def dask_rate(self, workers: int) -> float:
        """Return the runs per second of a sweep on a Dask cluster of so many worker processes."""
        file = self.root / f"scheduler-{workers}.json"
        file.unlink(missing_ok=True)
        dask = [sys.executable, "-m", "dask"]
        common = {"cwd": self.root, "env": self.environment, "stderr": subprocess.DEVNULL}
        scheduler = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file]
        processes = [subprocess.Popen([*dask, *map(str, scheduler)], **common)]
        try:
            while not file.exists():
                time.sleep(0.1)
            address = json.loads(file.read_text(encoding="utf-8"))["address"]
            words = ["worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
            processes += [subprocess.Popen([*dask, *words], **common) for _ in range(workers)]
            time.sleep(5)  # both have come when the clock starts
            return self.sweep_rate("--scheduler", address)
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()

    def export(self) -> float:
        """Return the seconds per figure of its export."""
        notebook = self.root / "notebooks" / "losses.ipynb"
        return float(self.call(sys.executable, HERE / "export.py", self.root / "plain", notebook).splitlines()[-1])


def main() -> None:
    """Measure, print, and write benchmarks/RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sweep", type=int, default=20, help="runs of a sweep in each round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wl-bench-") as place:
        bench = Bench(Path(place), options.sweep)
        variants: dict[str, Callable[[], float]] = {
            "the same code in one plain process": bench.plain,
            "`warledger run`": bench.run,
            "`warledger run --engine papermill`": bench.run_papermill,
            "loop of `papermill` calls": bench.papermill_loop,
            "`jupyter nbconvert --execute`, one call": bench.nbconvert,
            "`warledger run`, nothing changed": bench.nothing_changed,
            "`warledger run`, one row changed": bench.one_row,
            "`warledger sweep`": bench.sweep_rate,
            "`warledger sweep --engine papermill`": lambda: bench.sweep_rate("--engine", "papermill"),
            "loop of `papermill` calls, sweep": bench.sweep_loop_rate,
            "`warledger sweep --scheduler`, 1 worker": lambda: bench.dask_rate(1),
            "`warledger sweep --scheduler`, 2 workers": lambda: bench.dask_rate(2),
            "export of one figure": bench.export,
        }
        bench.run()  # bytecode and font cache are there for all
        measured: dict[str, list[float]] = {name: [] for name in variants}
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        for number in range(options.rounds):
            for name, variant in variants.items():
                measured[name].append(variant())
                print(f"round {number + 1}: {name}: {measured[name][-1]:.2f}", flush=True)
        text = report(measured, bench, options.rounds, load)
    print(text)
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


def report(measured: dict[str, list[float]], bench: Bench, rounds: int, load: float) -> str:
    """Return the results as a page."""
    middle = {name: statistics.median(values) for name, values in measured.items()}
    names = list(measured)
    plain, loop, sweep_loop = middle[names[0]], middle[names[3]], middle[names[9]]

    def row(name: str, unit: str, *ratios: str) -> str:
        spread = f"{min(measured[name]):.2f} to {max(measured[name]):.2f}"
        return f"| {name} | {middle[name]:.2f} {unit} | {spread} | {' | '.join(ratios)} |"

    times = [row(name, "s", f"{middle[name] / plain:.2f}", f"{middle[name] / loop:.2f}") for name in names[:7]]
    rates = [row(name, "/s", f"{middle[name] / sweep_loop:.1f}") for name in names[7:12]]
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    figures = len(list((bench.root / "figures").glob("*/*.png")))
    return f"""# Benchmarks

Written by `make bench`. Medians of {rounds} rounds; in each round every variant ran once, one after the other.

{cpu}, {os.cpu_count()} processors, load {load:.1f} when it started; {platform.system()}, Python \
{platform.python_version()}; {libraries}.

## All notebooks

{len(bench.notebooks)} notebooks with {figures} figures, each written as PNG, SVG, CSV and JSON.

| what | median | lowest to highest | of the plain process | of the papermill loop |
|---|---|---|---|---|
{chr(10).join(times)}

## Sweeps

`{bench.swept}` for {bench.sweep} days in each round, in runs per second; the loop of papermill calls is extrapolated
from one call in each round.

| what | median | lowest to highest | of the papermill loop |
|---|---|---|---|
{chr(10).join(rates)}

## One figure

{row(names[12], "s").strip("| ").replace(" | ", ": ", 1).replace(" | ", ", ")} (compose, PNG, SVG, CSV, JSON, verify).
"""


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    main()
