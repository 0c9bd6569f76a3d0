"""Run notebooks: parameters checked first, only what changed, several at a time, all or nothing.

papermill executes. The source notebooks are never touched; executed ones are kept in `runs/`.
"""

import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from warledger import fresh
from warledger.checks import DATA, PROJECT
from warledger.errors import FigureError, ParameterError
from warledger.files import write_whole
from warledger.notebooks import (
    Parameter,
    figures_parent,
    heading_of,
    notebook_names,
    parse_value,
    read_parameters,
    source_of,
    unknown_name,
)

RUNS = PROJECT / "runs"
FOLDERS = ("figures_dir", "data_dir")  # options of the command, for all notebooks alike
RELEASES = ("tracker", "general_staff", "attack_log", "acled")  # paths, or addresses on the web
# Elsewhere, libraries of the system may not stand a fork, and nobody tried.
ENGINES = ("forked", "papermill") if sys.platform == "linux" else ("papermill", "forked")
STOP_SECONDS = 3  # how long an interrupted run waits for its kernels' threads


@dataclass(frozen=True)
class Job:
    """One notebook to run: values by parameter, the parent of its folder of figures, the notebook to keep."""

    notebook: str
    parameters: dict
    figures: Path
    executed: Path
    title: str  # what people read: the notebook's name, or that of one run of a sweep

    @property
    def folder(self) -> Path:
        """Return the folder of its figures."""
        return self.figures / self.notebook


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended: `error` is empty, or the name and the sentence of what went wrong."""

    notebook: str
    seconds: float
    executed: Path
    error: str = ""
    message: str = ""
    place: str = ""  # heading and line of what failed, and where the executed notebook is
    current: bool = False  # nothing had changed, so nothing was executed
    opened: tuple[str, ...] = ()  # files of the project that the kernel read


@dataclass(frozen=True)
class Event:
    """One thing to tell while notebooks run; as text it is one line."""

    number: int
    of: int
    notebook: str
    kind: str  # started, current, done, failed
    seconds: float = 0.0
    message: str = ""

    def __str__(self) -> str:
        """Return the line for a log."""
        says = {"started": "...", "current": "is current", "done": "done", "failed": "failed"}
        seconds = f" ({self.seconds:.1f} s)" if self.kind in ("done", "failed") else ""
        return f"[{self.number}/{self.of}] {self.notebook} {says[self.kind]}{seconds}"


def plan(names: Sequence[str], given: Mapping[str, str], figures: str = "", data: str = "") -> dict[str, dict]:
    """Return the parameters of each notebook to run, as values of the declared types.

    `given` holds texts by parameter name; a notebook that lacks one of them is an error when it was
    named, and every parameter must belong to at least one notebook. Raises ParameterError before
    anything starts.
    """
    wanted = list(names) or notebook_names()
    declared: dict[str, dict[str, Parameter]] = {}
    for name in wanted:
        if name not in notebook_names():
            raise ParameterError(f"no notebook {name!r}; there are {', '.join(notebook_names())}")
        declared[name] = read_parameters(source_of(name))
    for parameter in given:
        lacking = [name for name in wanted if parameter not in declared[name]]
        if lacking and (names or len(lacking) == len(wanted)):
            raise unknown_name(parameter, declared[lacking[0]], lacking[0])
    figures, data = given.get("figures_dir", figures), given.get("data_dir", data)
    if data and not figures:
        figures = str(RUNS / "figures")  # what is committed is only ever drawn from the project's own tables
    folders = {"figures_dir": _absolute(figures), "data_dir": _absolute(data)}
    given = {key: _releases(text) if key in RELEASES else text for key, text in given.items()}
    for name in wanted:
        _refuse_links(Path(figures).expanduser() if figures else PROJECT / "figures", name)
    return {
        name: {key: value for key, value in folders.items() if value}
        | {
            key: parse_value(declared[name][key], text)
            for key, text in given.items()
            if key in declared[name] and key not in folders
        }
        for name in wanted
    }


def jobs_of(plans: Mapping[str, dict]) -> list[Job]:
    """Return the jobs of a plan."""
    jobs = []
    for name, parameters in plans.items():
        figures = figures_parent(name, parameters, parameters.get("figures_dir", ""))
        jobs.append(Job(name, parameters, figures, RUNS / f"{name}.ipynb", name))
    return jobs


class Local:
    """Executes notebooks on this machine: in threads, each with a kernel of its own."""

    def __init__(self, engine: str = ENGINES[0], at_once: int = 0):
        """`at_once` is how many; 0 means one more than there are processors, since a kernel idles a little."""
        self.engine, self.at_once = engine, at_once or (os.cpu_count() or 1) + 1

    def start(self) -> None:
        """Get ready."""
        from warledger import kernels

        kernels.allow()
        if self.engine == "forked":
            kernels.warm_process()  # it imports its libraries while papermill is imported here

    def execute(self, job: Job, on_cell: Callable[[int], object]) -> Outcome:
        """Execute one notebook."""
        return execute(job, self.engine, on_cell)

    def stop(self) -> None:
        """End at once what is being executed."""
        from warledger import kernels

        kernels.kill_all()


def run_jobs(
    jobs: Sequence[Job],
    tell: Callable[[Event], object] = print,
    *,
    force: bool = False,
    where: Local | None = None,
    lock: Path | None = None,
    on_cell: Callable[[str, int], object] = lambda title, cell: None,
) -> list[Outcome]:
    """Execute the jobs whose figures are not current, several at once, and return how each ended, in order.

    `where` executes them; `lock` is the folder that no other run may use meanwhile, otherwise the
    folders of figures. An exception, an interrupt too, ends all kernels and is raised again. Raises
    FigureError where the folders cannot be written or another run is drawing into them.
    """
    outcomes: dict[int, Outcome] = {}
    began = time.time()
    with _locked([lock] if lock else {job.figures for job in jobs}):
        todo = []
        for index, job in enumerate(jobs):
            identity = fresh.identity(job.notebook, job.parameters)
            if not force and fresh.judge(job.notebook, identity, job.folder).state == "current":
                outcomes[index] = Outcome(job.notebook, 0.0, job.executed, current=True)
                tell(Event(index + 1, len(jobs), job.title, "current"))
            else:
                todo.append((index, job, identity))
        if todo:
            outcomes |= _execute_all(todo, began, len(jobs), tell, where or Local(), on_cell)
            fresh.forget_gone()
    return [outcomes[index] for index in range(len(jobs))]


def _execute_all(
    todo: list[tuple[int, Job, dict]], began: float, of: int, tell, where: Local, on_cell
) -> dict[int, Outcome]:
    """Return the outcomes by number of the job; each success is recorded as what it was when the run began."""
    telling = threading.Lock()

    def say(*about) -> None:
        with telling:
            tell(Event(*about))

    def one(index: int, job: Job, identity: dict) -> Outcome:
        say(index + 1, of, job.title, "started")
        outcome = where.execute(job, lambda cell: on_cell(job.title, cell))
        if not outcome.error:
            try:
                fresh.remember(job.notebook, identity, job.folder, [*outcome.opened, *_release_inputs(job)], began)
            except OSError as failure:
                message = f"{fresh.STATE}: what was read cannot be recorded: {failure.strerror}"
                outcome = replace(outcome, error="OSError", message=message)
        kind = "failed" if outcome.error else "done"
        say(index + 1, of, job.title, kind, outcome.seconds, outcome.message)
        return outcome

    pool = ThreadPoolExecutor(min(where.at_once, len(todo)))
    futures = {}
    try:
        where.start()
        futures = {pool.submit(one, *entry): entry[0] for entry in todo}
        return {futures[future]: future.result() for future in as_completed(futures)}
    except BaseException:
        where.stop()
        pool.shutdown(wait=False, cancel_futures=True)
        wait(futures, timeout=STOP_SECONDS)
        raise
    finally:
        pool.shutdown(wait=False)


def execute(job: Job, engine: str = ENGINES[0], on_cell: Callable[[int], object] = lambda cell: None) -> Outcome:
    """Execute one notebook whatever its state, and keep the executed copy."""
    # nbformat imports jsonschema, and that, for a format which no notebook has, a grammar that takes a second
    sys.modules.setdefault("rfc3987_syntax", None)
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from warledger import kernels

    started = time.monotonic()
    outcome = Outcome(job.notebook, 0.0, job.executed)
    with tempfile.TemporaryDirectory(prefix="wl-") as place:
        draft, opened = Path(place) / f"{job.notebook}.ipynb", Path(place) / "opened"
        watch = f"__import__('warledger.opened').opened.log_opened({str(opened)!r}, {str(PROJECT)!r}, {_data(job)!r})"
        settings = {"connection_file": f"{place}/kernel.json"}
        if os.name != "nt" and len(place) < 90:  # no port to fight over, none open; a socket's path is at most 104 long
            settings |= {"transport": "ipc", "ip": f"{place}/k"}
        try:
            papermill.execute_notebook(
                source_of(job.notebook),
                draft,
                parameters=job.parameters,
                kernel_name="python3",
                progress_bar=False,
                # as in JupyterLab; `cwd=` would move the whole process
                resources={"metadata": {"path": str(source_of(job.notebook).parent)}},
                config=Config(KernelManager=settings),
                kernel_manager_class=kernels.ForkingManager if engine == "forked" else kernels.Manager,
                shutdown_kernel="immediate",
                extra_arguments=[f"--IPKernelApp.exec_lines={watch}"],
                on_cell_start=lambda cell, cell_index: on_cell(cell_index),
            )
            outcome = replace(outcome, opened=tuple(opened.read_text(encoding="utf-8").splitlines()))
        except PapermillExecutionError as failure:
            message = f"{failure.ename}: {failure.evalue}"
            outcome = replace(outcome, error=failure.ename, message=message, place=_place(job, failure))
        except Exception as failure:  # a dead kernel, a full disk: the run failed, whatever the class
            outcome = replace(outcome, error=type(failure).__name__, message=f"{type(failure).__name__}: {failure}")
        try:
            if draft.exists():
                write_whole(job.executed, draft.read_bytes())
        except OSError as failure:
            outcome = replace(outcome, error="OSError", message=f"{job.executed}: {failure.strerror}")
    return replace(outcome, seconds=time.monotonic() - started)


def _place(job: Job, failure) -> str:
    """Return the heading above the cell that failed and its line, where they are known, and the executed notebook."""
    heading = heading_of(job.notebook, failure.source)
    found = re.search(r"Cell In\[\d+\], line (\d+)", re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(failure.traceback)))
    line = failure.source.splitlines()[int(found[1]) - 1].strip() if found else ""
    parts = [f'under "{heading}"' if heading else "", f"at `{line}`" if line else ""]
    return ", ".join(filter(None, [*parts, f"executed notebook: {os.path.relpath(job.executed)}"]))


@contextmanager
def _locked(folders: Iterable[Path]) -> Iterator[None]:
    """Hold the folders of figures for one run, after a look whether they can be written.

    The lock is on the folder itself, so no file is left, and it ends with the process.
    """
    held = []
    try:
        for folder in sorted(folders):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    pass
                if os.name != "nt":
                    import fcntl

                    held.append(os.open(folder, os.O_RDONLY))
                    fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FigureError(
                    f"{folder}: another run is drawing into it; wait until it ends, or name another folder"
                ) from None
            except OSError as error:
                raise FigureError(f"{folder}: figures cannot be written: {error.strerror}") from None
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)


def _refuse_links(figures: Path, notebook: str) -> None:
    """Raise ParameterError where figures would be written through a link, to a place that nobody named."""
    for folder in (figures, figures / notebook):
        if folder.is_symlink():
            raise ParameterError(f"{folder}: is a link; figures go to a folder. Name {folder.resolve()} instead")


def _data(job: Job) -> str:
    return job.parameters.get("data_dir") or str(DATA)


def _release_inputs(job: Job) -> list[str]:
    """Return the paths and addresses of the releases that a run reads; they lie outside what the kernel's log sees."""
    return [part for key in RELEASES for part in job.parameters.get(key, "").split(",") if part]


def _releases(text: str) -> str:
    """Return paths with commas between as absolute ones, since a kernel works elsewhere; addresses as they are."""
    return ",".join(part if "://" in part else _absolute(part.strip()) for part in text.split(","))


def _absolute(folder: str) -> str:
    return str(Path(folder).expanduser().resolve()) if folder else ""
