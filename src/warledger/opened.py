"""What a kernel reads, observed: every file of the project that it opens goes into a log.

The runner starts this inside each kernel, so a notebook need not declare its inputs. Files that a
C library opens without Python, and folders that are only listed, are not seen.
"""

import os
import sys
from importlib.util import source_from_cache

CHECKS = os.path.join(os.path.dirname(__file__), "checks.py")


def log_opened(log: str, *folders: str) -> None:
    """Write the path of each file in the folders that this process opens for reading to `log`, one a line.

    Bytecode counts as its source. What `checks.py` opens does not count: it looks into tables that keys
    point to, and at all modules, and can only stop a run, never change a figure.
    """
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    inside = tuple(os.path.join(folder, "") for folder in folders)
    installed = os.path.join(sys.prefix, "")
    seen = set()

    def hook(event: str, args: tuple) -> None:
        if event != "open" or not isinstance(args[0], str | os.PathLike) or args[2] & (os.O_WRONLY | os.O_RDWR):
            return
        path = os.path.abspath(args[0])
        if path.endswith(".pyc") and "__pycache__" in path:
            path = source_from_cache(path)
        if path in seen or not path.startswith(inside) or path.startswith(installed) or _is_a_check():
            return
        seen.add(path)
        os.write(stream, os.fsencode(path) + b"\n")

    sys.addaudithook(hook)


def _is_a_check() -> bool:
    """Return whether a function of `checks.py` is at work."""
    frame = sys._getframe(2)
    while frame:
        if frame.f_code.co_filename == CHECKS and frame.f_code.co_name != "<module>":
            return True
        frame = frame.f_back
    return False
