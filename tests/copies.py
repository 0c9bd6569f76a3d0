"""A copy of the project under version control, for tests that change files or ask git."""

import shutil
import subprocess
from pathlib import Path

from warledger.checks import PROJECT


def copy_project(root: Path) -> None:
    """Copy what git tracks, or would, with its times, which make looks at; commit it there."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listing, cwd=PROJECT, text=True).split("\0")[:-1]:
        if (PROJECT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, root / name)
    who = ["-c", "user.name=A reader", "-c", "user.email=reader@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *words], cwd=root, check=True)
