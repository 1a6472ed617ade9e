"""The hidden folder beside an output in which it is prepared; what a killed process left is removed by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = ".reading-"
_ALIVE = "alive"  # its owner holds a lock on it until it ends, in whatever way
_DAY = 24 * 60 * 60  # seconds


@contextlib.contextmanager
def workroom(parent: Path) -> Iterator[Path]:
    """A folder of its own inside `parent`, gone at the end of the block."""
    _sweep(parent)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with (folder / f"{_ALIVE}.new").open("w") as alive:
            _lock(alive.fileno())
            (folder / f"{_ALIVE}.new").replace(folder / _ALIVE)  # never seen without its lock
            yield folder


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    """Whether nobody holds its lock. One that has no lock yet may be in the making, unless it is a day old."""
    try:
        with (folder / _ALIVE).open() as alive:
            return _lock(alive.fileno())
    except FileNotFoundError:
        return folder.stat().st_mtime < time.time() - _DAY


def _lock(descriptor: int) -> bool:
    """Whether the lock is ours now. Where there are no such locks it never is."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return os.fstat(descriptor).st_nlink > 0
