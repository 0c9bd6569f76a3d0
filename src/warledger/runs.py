"""Run notebooks with papermill: parameters checked first, source notebooks never touched."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from warledger.checks import PROJECT
from warledger.errors import ParameterError
from warledger.parameters import Parameter, parse_value, read_parameters, unknown_name

NOTEBOOKS = PROJECT / "notebooks"
RUNS = PROJECT / "runs"
FOLDERS = ("figures_dir", "data_dir")  # set by options of the command, for all notebooks alike
RELEASES = ("tracker", "general_staff", "attack_log", "acled")  # paths, or addresses on the web


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended: `error` is empty, or the name and the sentence of what went wrong."""

    notebook: str
    seconds: float
    executed: Path
    error: str = ""
    message: str = ""


def notebook_names() -> list[str]:
    """Return the names of the project's notebooks."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


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
        declared[name] = read_parameters(NOTEBOOKS / f"{name}.ipynb")
    for parameter in given:
        lacking = [name for name in wanted if parameter not in declared[name]]
        if lacking and (names or len(lacking) == len(wanted)):
            raise unknown_name(parameter, declared[lacking[0]], lacking[0])
    folders = {"figures_dir": _absolute(figures), "data_dir": _absolute(data)}
    given = {key: _releases(text) if key in RELEASES else text for key, text in given.items()}
    return {
        name: {key: value for key, value in folders.items() if value}
        | {key: parse_value(declared[name][key], text) for key, text in given.items() if key in declared[name]}
        for name in wanted
    }


def run(plans: Mapping[str, dict], tell: Callable[[str], None] = print) -> list[Outcome]:
    """Execute notebooks one after the other and return how each ended, telling progress."""
    RUNS.mkdir(exist_ok=True)
    outcomes = []
    for number, (name, parameters) in enumerate(plans.items(), start=1):
        tell(f"[{number}/{len(plans)}] {name} ...")
        outcome = _execute(name, parameters)
        outcomes.append(outcome)
        result = f"failed: {outcome.message}" if outcome.error else "done"
        tell(f"[{number}/{len(plans)}] {name} {result} ({outcome.seconds:.1f} s)")
    return outcomes


def _execute(name: str, parameters: dict) -> Outcome:
    executed = RUNS / f"{name}.ipynb"
    started = time.monotonic()
    error = message = ""
    with tempfile.TemporaryDirectory(prefix="wl-") as sockets:
        try:
            papermill.execute_notebook(
                NOTEBOOKS / f"{name}.ipynb",
                executed,
                parameters=parameters,
                kernel_name="python3",
                progress_bar=False,
                # as in JupyterLab; `cwd=` would move the whole process
                resources={"metadata": {"path": str(NOTEBOOKS)}},
                **_transport(sockets),
            )
        except PapermillExecutionError as failure:
            error, message = failure.ename, f"{failure.ename}: {failure.evalue} (see {os.path.relpath(executed)})"
        except Exception as failure:  # a dead kernel, a full disk: the run failed, whatever the class
            error, message = type(failure).__name__, f"{type(failure).__name__}: {failure}"
    return Outcome(name, time.monotonic() - started, executed, error, message)


def _transport(sockets: str) -> dict:
    """Return settings that let kernel and runner talk through files: no port to fight over, none open."""
    if os.name == "nt":
        return {}
    return {"config": Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/k"})}


def _releases(text: str) -> str:
    """Return paths with commas between as absolute ones, since a kernel works elsewhere; addresses as they are."""
    return ",".join(part if "://" in part else _absolute(part.strip()) for part in text.split(","))


def _absolute(folder: str) -> str:
    return str(Path(folder).expanduser().resolve()) if folder else ""
