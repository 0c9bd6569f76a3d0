"""The same jobs on a Dask cluster: nothing is shared but the scheduler's address.

A worker runs a notebook in a folder of its own and sends the files back, so no shared disk is needed.
It has its own copy of the project and refuses a job when that copy is not the sender's.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from warledger.checks import PROJECT
from warledger.errors import ClusterError
from warledger.files import write_whole
from warledger.fresh import file_hash, libraries
from warledger.runs import Job, Outcome, execute

RETRIES = 3  # of a job whose worker was lost
WAITING = 128  # jobs at the scheduler at once, so that every worker always has a next one


@dataclass(frozen=True)
class Sent:
    """What a worker sends back: how it ended, the figures by name, the executed notebook."""

    outcome: Outcome
    figures: dict[str, bytes]
    executed: bytes


class Cluster:
    """Executes notebooks on the workers of a scheduler."""

    at_once = WAITING

    def __init__(self, address: str):
        """Connect to `tcp://host:port`; raises ClusterError where nothing answers or no worker has come."""
        try:
            from distributed import Client
        except ImportError:
            raise ClusterError(
                '--scheduler needs Dask; in the project\'s folder: pip install -e ".[cluster]"'
            ) from None
        try:
            self.client = Client(address, timeout=10, set_as_default=False)
            self.client.wait_for_workers(1, timeout=30)
        except (OSError, ValueError) as error:
            raise ClusterError(f"{address}: no scheduler with a worker answers: {error}") from None

    def start(self) -> None:
        """Take note of the state of the project that workers must have."""
        self.project = fingerprint()

    def execute(self, job: Job, on_cell: Callable[[int], object]) -> Outcome:
        """Let a worker run one notebook, and write what it sends back."""
        from distributed import KilledWorker

        task = self.client.submit(execute_here, job, self.project, retries=RETRIES, pure=False)
        try:
            sent: Sent = task.result()
        except KilledWorker:
            message = f"ClusterError: {RETRIES + 1} workers were lost while they ran it; see the workers' logs"
            return Outcome(job.notebook, 0.0, job.executed, "ClusterError", message)
        except Exception as error:  # whatever happened there, the other jobs go on
            return Outcome(job.notebook, 0.0, job.executed, type(error).__name__, f"{type(error).__name__}: {error}")
        if sent.executed:
            write_whole(job.executed, sent.executed)
        for name, body in sent.figures.items():
            write_whole(job.folder / name, body)
        place = sent.outcome.place.partition("executed notebook: ")[0]
        place = f"{place}executed notebook: {os.path.relpath(job.executed)}" if sent.outcome.place else ""
        opened = tuple(str(PROJECT / path) for path in sent.outcome.opened)
        return replace(sent.outcome, executed=job.executed, place=place, opened=opened)

    def stop(self) -> None:
        """Cancel what waits and disconnect."""
        self.client.close(timeout=1)


def execute_here(job: Job, project: dict[str, str]) -> Sent:
    """Run a job on a worker, in a temporary folder; raises ClusterError where its project is another one."""
    own = fingerprint()
    if differ := sorted(name for name in project.keys() | own.keys() if project.get(name) != own.get(name)):
        more = f" and {len(differ) - 3} more" if len(differ) > 3 else ""
        raise ClusterError(
            f"the worker in {PROJECT} has another {', '.join(differ[:3])}{more}; give it the same commit and libraries"
        )
    with tempfile.TemporaryDirectory(prefix="wl-") as place:
        here = replace(
            job,
            parameters={**job.parameters, "figures_dir": place},
            figures=Path(place),
            executed=Path(place) / "executed" / job.executed.name,
        )
        outcome = execute(here)
        opened = tuple(os.path.relpath(path, PROJECT) for path in outcome.opened if not path.startswith(place))
        figures = {path.name: path.read_bytes() for path in here.folder.glob("*")} if not outcome.error else {}
        executed = here.executed.read_bytes() if here.executed.exists() else b""
    return Sent(replace(outcome, opened=opened), figures, executed)


def fingerprint() -> dict[str, str]:
    """Return the hashes of the ledger's tables, code and notebooks, and the versions of the libraries."""
    patterns = ("data/*.csv", "data/*.json", "data/*.geojson", "notebooks/*.ipynb", "src/**/*.py")
    files = {path for pattern in patterns for path in PROJECT.glob(pattern)}
    return {path.relative_to(PROJECT).as_posix(): file_hash(path) for path in sorted(files)} | libraries()
