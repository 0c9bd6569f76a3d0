"""Sweeps on a real Dask scheduler with worker processes of their own, on this machine's loopback only."""

import csv
import json
import signal
import subprocess
import sys
import time

import pytest

from small import Small, code_of

pytestmark = pytest.mark.slow
PAUSE = "import time\ntime.sleep(0.5)"


class Cluster:
    """A scheduler and its workers, each worker in its own copy of a project."""

    def __init__(self, project: Small, folder):
        self.project, self.folder, self.processes = project, folder, []
        self.file = folder / "scheduler.json"
        self.start(project, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self.file)
        until = time.monotonic() + 60
        while not self.file.exists():
            assert time.monotonic() < until
            time.sleep(0.1)
        self.address = json.loads(self.file.read_text(encoding="utf-8"))["address"]

    def start(self, project, kind, *words):
        command = [sys.executable, "-m", "dask", kind, *map(str, words), "--no-dashboard"]
        log = open(self.folder / f"{kind}-{len(self.processes)}.log", "w", encoding="utf-8")  # noqa: SIM115
        here = project.environment(TMPDIR=str(self.folder))
        process = subprocess.Popen(command, cwd=self.folder, env=here, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def worker(self, project):
        """Start a worker process with one thread, which nobody restarts."""
        words = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--local-directory", self.folder]
        return self.start(project, "worker", self.address, *words)

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def cluster(small, tmp_path):
    small.write("one", code_of("one", before_publish=[PAUSE]))
    made = Cluster(small, tmp_path)
    yield made
    made.close()


def test_a_sweep_survives_a_lost_worker_and_gives_the_bytes_of_a_local_one(cluster, small, tmp_path):
    workers = [cluster.worker(small.copy(tmp_path / f"worker-{number}")) for number in (1, 2)]
    local = small.copy(tmp_path / "local")
    words = ["sweep", "one", "--over", "top=1..4"]
    sweep = small.start(*words, "--scheduler", cluster.address)
    while not any((small.root / "runs" / ".state").glob("one-*")):  # a result is here, others are on their way
        assert sweep.poll() is None, sweep.communicate()
        time.sleep(0.05)
    workers[0].send_signal(signal.SIGKILL)
    said, errors = sweep.communicate(timeout=120)
    assert sweep.returncode == 0, errors
    assert said.count(" done ") == 4
    assert workers[0].wait(timeout=5) == -signal.SIGKILL
    ran = local.run(*words)
    assert ran.returncode == 0, ran.stderr
    remote, here = small.figures("runs/one"), local.figures("runs/one")
    assert set(remote) == set(here)
    assert sum(name.endswith(".png") for name in here) == 4
    assert [name for name in here if not name.endswith(".ipynb") and remote[name] != here[name]] == []
    again = small.run(*words)  # what came back is as current as what was made here
    assert again.stdout.count("is current") == 4
    assert small.left() == local.left() == []


def test_a_failure_comes_back_with_its_notebook_and_another_ledger_is_refused(cluster, small, tmp_path):
    other = small.copy(tmp_path / "worker")
    worker = cluster.worker(other)
    ran = small.run("sweep", "one", "--over", "top=0,1", "--scheduler", cluster.address)
    assert ran.returncode == 1
    assert "one top=0: ParameterError: top: 0 is not a number from 1 to 20" in ran.stderr
    assert "executed notebook: runs/one/top=0/one.ipynb" in ran.stderr
    assert (small.root / "runs" / "one" / "top=0" / "one.ipynb").is_file()
    assert worker.poll() is None
    (small.root / "data" / "timeline.csv").write_text(
        (small.root / "data" / "timeline.csv").read_text(encoding="utf-8").replace("begins", "starts", 1),
        encoding="utf-8",
    )
    ran = small.run("sweep", "one", "--over", "top=2", "--scheduler", cluster.address)
    assert ran.returncode == 1
    assert "has another data/timeline.csv; give it the same commit and libraries" in ran.stderr
    rows = list(csv.DictReader((small.root / "runs" / "one" / "sweep.csv").open(encoding="utf-8")))
    assert [row["status"] for row in rows] == ["failed"]


def test_an_interrupted_sweep_leaves_the_cluster_to_others(cluster, small, tmp_path):
    cluster.worker(small.copy(tmp_path / "worker"))
    sweep = small.start("sweep", "one", "--over", "top=1..6", "--scheduler", cluster.address)
    while not any((small.root / "runs" / ".state").glob("one-*")):
        assert sweep.poll() is None, sweep.communicate()
        time.sleep(0.05)
    started = time.monotonic()
    sweep.send_signal(signal.SIGTERM)
    _, errors = sweep.communicate(timeout=20)
    assert time.monotonic() - started < 5
    assert sweep.returncode == 143, errors
    assert "Traceback" not in errors
    ran = small.run("sweep", "one", "--over", "top=1..3", "--scheduler", cluster.address)
    assert ran.returncode == 0, ran.stderr


def test_a_scheduler_that_is_not_there_is_one_sentence(small):
    small.write("one", code_of("one"))
    ran = small.run("sweep", "one", "--over", "top=1", "--scheduler", "tcp://127.0.0.1:9")
    assert ran.returncode == 1
    assert "tcp://127.0.0.1:9: no scheduler with a worker answers" in ran.stderr
    assert "Traceback" not in ran.stderr
