"""Files written whole: at any moment a reader finds the old one or the new one."""

import os
import threading
from pathlib import Path


def write_whole(path: Path, body: bytes) -> None:
    """Write a file in one step, with the permissions that it had; no draft is left behind, and its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        draft.write_bytes(body)
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
