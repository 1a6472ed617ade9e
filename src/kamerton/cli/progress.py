"""Progress on a terminal's standard error, and only when the work takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kamerton.ledger.read.model import Progress

PATIENCE_SECONDS = 1.0


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Yield what a long action calls with (done, total, note). Nothing is drawn where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield _ignore
        return
    bar = _Bar()
    timer = threading.Timer(PATIENCE_SECONDS, bar.show)
    timer.daemon = True
    timer.start()
    try:
        yield bar.tell
    finally:
        timer.cancel()
        bar.hide()


def _ignore(_done: int, _total: int, _note: str) -> None:
    return


class _Bar:
    """A bar that appears late: rich is loaded only when it does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0, "Reading")
        self._bar: Any = None
        self._task: Any = None
        self._over = False

    def show(self) -> None:
        from rich.console import Console  # noqa: PLC0415  a tenth of a second that short work never pays
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        with self._lock:
            if self._over:
                return
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._last[2], total=None)
            self._bar.start()
            self._draw()

    def tell(self, done: int, total: int, note: str) -> None:
        with self._lock:
            self._last = (done, total, note)
            if self._bar is not None:
                self._draw()

    def hide(self) -> None:
        with self._lock:
            self._over = True
            if self._bar is not None:
                self._bar.stop()

    def _draw(self) -> None:
        done, total, note = self._last
        self._bar.update(self._task, description=note, completed=done, total=total or None)
