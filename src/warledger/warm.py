"""A warm process from which kernels are forked: `python -m warledger.warm`, started by `kernels.py`.

It has imported what every notebook imports, but nothing of the project, so an edited module counts.
One JSON request a line comes in, one number goes out: {"argv", "cwd", "env"} forks a kernel and
answers its process id; {"poll": pid} answers its exit code, or null while it runs. When the requests
end, whatever ended the runner, all kernels are killed.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec

PRELOADED = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "IPython.core.completer",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib_inline.backend_inline",
    "pandas", "PIL.PngImagePlugin", "seaborn", "currency_converter",
)  # fmt: skip


def main() -> None:
    """Answer requests until they end."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as ipykernel does
    for name in PRELOADED:
        import_module(name)
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every page that kernels share
    exits: dict[int, int | None] = {}
    try:
        while line := sys.stdin.readline():
            request = json.loads(line)
            if pid := request.get("poll"):
                answer = exits[pid] = exits[pid] if exits[pid] is not None else _exit_code(pid)
            else:
                answer = _fork(request)
                exits[answer] = None
            os.write(1, f"{json.dumps(answer)}\n".encode())
    finally:
        for pid in [pid for pid, code in exits.items() if code is None]:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _fork(request: dict) -> int:
    """Start a kernel and return its process id, which is its session and process group too.

    Linux shares processors out by session: in one session, all kernels together would get the share of one.
    """
    if pid := os.fork():
        while os.getsid(pid) != pid:
            time.sleep(0.0005)
        return pid
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)  # the pipe to the runner is not the kernel's
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.argv = [find_spec("ipykernel_launcher").origin, *request["argv"]]
        tempfile.tempdir = None  # it may have been looked up already, for this process
        import numpy as np
        from ipykernel.kernelapp import launch_new_instance

        np.random.seed()  # or all kernels would draw the same numbers
        # ipykernel looks for its parent while it is imported; it ends when this process does
        launch_new_instance(argv=[*sys.argv[1:], f"--IPKernelApp.parent_handle={os.getppid()}"])
    finally:
        os._exit(0)


def _exit_code(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


if __name__ == "__main__":
    main()
