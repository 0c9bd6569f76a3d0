"""Kernels for papermill: each in a folder of its own, forked from a warm process where that can be.

Starting Python and importing pandas, matplotlib and seaborn takes longer than most notebooks
compute. A fork has them already, and is as separate from other kernels as any process is.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import suppress
from functools import cache

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import default

_started: set["Manager"] = set()
_stopping = threading.Event()
_warm_lock = threading.Lock()


class WarmProcess:
    """The process that forks kernels; requests are answered one by one."""

    def __init__(self):
        """Start it; it answers when it has imported its libraries."""
        self.lock = threading.Lock()
        self.place = tempfile.TemporaryDirectory(prefix="wl-")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "warledger.warm"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env=_environment(self.place.name),
            start_new_session=True,  # an interrupt in the terminal is the runner's to handle
        )  # fmt: skip

    def ask(self, **request) -> int | None:
        """Return the answer to a request."""
        with self.lock:
            try:
                print(json.dumps(request), file=self.process.stdin, flush=True)
                return json.loads(self.process.stdout.readline())
            except (OSError, ValueError):
                raise RuntimeError("the process that forks kernels died; try --engine papermill") from None

    def close(self) -> None:
        """End it and all its kernels."""
        self.process.stdin.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()  # a kernel of it that is left sees that it is gone
            self.process.wait()
        self.process.stdout.close()
        self.place.cleanup()


@cache
def _warm_process() -> WarmProcess:
    warm = WarmProcess()
    atexit.register(warm.close)
    return warm


def warm_process() -> WarmProcess:
    """Return this process's one warm process, which is started by the first call and ends with us."""
    with _warm_lock:
        return _warm_process()


class ForkedProcess:
    """A kernel forked from the warm process, as jupyter_client sees a process."""

    stdin = stdout = stderr = None

    def __init__(self, warm: WarmProcess, argv: list[str], cwd: str, env: dict[str, str]):
        """Fork it."""
        self.warm = warm
        self.pid = warm.ask(argv=argv, cwd=cwd, env=env)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return its exit code, or None while it runs."""
        if self.returncode is None:
            self.returncode = self.warm.ask(poll=self.pid)
        return self.returncode

    def wait(self) -> int:
        """Return its exit code when it has ended."""
        while (code := self.poll()) is None:
            time.sleep(0.02)
        return code

    def send_signal(self, signum: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, signum)


class ForkingProvisioner(LocalProvisioner):
    """Starts a kernel by a fork of the warm process; all else is jupyter_client's."""

    async def launch_kernel(self, cmd: list[str], **kwargs):
        """Fork a kernel with the arguments that would have followed `python -m ipykernel_launcher`."""
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = ForkedProcess(warm_process(), arguments, kwargs["cwd"], kwargs["env"])
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class Manager(AsyncKernelManager):
    """Starts an ordinary kernel of this very Python, and can be told to kill it from outside its thread."""

    @default("kernel_spec_manager")
    def _only_our_python(self) -> KernelSpecManager:
        """Leave out kernels that somebody installed for themselves under the same name."""
        return KernelSpecManager(kernel_dirs=[])

    async def start_kernel(self, **kwargs) -> None:
        """Start a kernel that keeps its temporary files, IPython's too, beside its sockets."""
        _started.add(self)
        await super().start_kernel(env=_environment(os.path.dirname(self.connection_file)), **kwargs)
        if _stopping.is_set():
            self.kill()

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Forget a kernel that has ended."""
        _started.discard(self)
        await super().cleanup_resources(restart=restart)

    def kill(self) -> None:
        """Kill the kernel and its children at once."""
        if pid := getattr(self.provisioner, "pid", None):
            with suppress(OSError):  # it may have ended by itself; the others still have to be killed
                if hasattr(os, "killpg"):
                    os.killpg(pid, signal.SIGKILL)
                else:
                    os.kill(pid, signal.SIGTERM)


class ForkingManager(Manager):
    """Starts a forked kernel."""

    async def start_kernel(self, **kwargs) -> None:
        """Start a kernel by a fork."""
        self.kernel_id = str(uuid.uuid4())
        self.provisioner = ForkingProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        await super().start_kernel(**kwargs)


def _environment(folder: str) -> dict[str, str]:
    """Return the environment of a process whose temporary files, IPython's too, belong into a folder."""
    return os.environ | {"TMPDIR": folder, "IPYTHONDIR": os.path.join(folder, "ipython")}


def allow() -> None:
    """Let kernels start, after an earlier run of this process was stopped."""
    _stopping.clear()


def kill_all() -> None:
    """Kill every kernel, also one that is just being started."""
    _stopping.set()
    for manager in list(_started):
        manager.kill()
