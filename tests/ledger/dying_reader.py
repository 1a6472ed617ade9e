"""A process of its own that reads a file and is killed, or waits: `python -m tests.ledger.dying_reader WHEN FILE OUT`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def main() -> None:
    from kamerton.ledger.read import read, stages
    from kamerton.ledger.read.model import Choices, Limits

    when, file, out = sys.argv[1:4]
    publish = stages.ParquetStage.publish

    def tell(_done: int, _total: int, note: str) -> None:
        if when == note.split(maxsplit=1)[0]:
            _die()

    def and_die(stage: stages.ParquetStage) -> None:
        if when == "written":
            _die()
        publish(stage)
        if when == "published":
            _die()

    stages.ParquetStage.publish = and_die  # type: ignore[method-assign]
    progress = _wait if when == "wait" else tell
    read([Path(file)], choices=Choices(), limits=Limits(), out=Path(out), progress=progress)


def _wait(_done: int, _total: int, _note: str) -> None:
    """Tell the test that reading has begun, and let it decide when it goes on."""
    print("inside", flush=True)
    sys.stdin.readline()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
