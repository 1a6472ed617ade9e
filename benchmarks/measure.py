"""Runs a command and tells how long it took and how much memory it and its children held."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: wall seconds, and the highest resident memory in bytes, children included."""

    seconds: float
    processor_seconds: float
    peak_bytes: int
    output: str


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Several runs of one thing."""

    seconds: tuple[float, ...]
    processor_seconds: tuple[
        float, ...
    ] = ()  # of all cores together; says what other work on the machine hides
    peak_bytes: int = 0  # highest of the runs

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        parts = [f"{_time(min(self.seconds))} to {_time(max(self.seconds))}"] if len(self.seconds) > 1 else []
        parts.append(f"{len(self.seconds)} run{'s' if len(self.seconds) > 1 else ''}")
        if self.processor_seconds:
            parts.append(f"processor {_time(statistics.median(self.processor_seconds))}")
        return f"{_time(self.median)} ({', '.join(parts)})"


class Failed(Exception):
    """The command ended with an error; the message carries the end of what it printed."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None, said: str = "") -> Run:
    """Raises Failed when the command does not end with 0. `said` goes to its standard input."""
    before, start = _children(), time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if said else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    watch = _Watch(process.pid)
    watch.start()
    output, _ = process.communicate(said or None)
    seconds = time.perf_counter() - start
    watch.stop()
    if process.returncode:
        raise Failed(output[-2000:])
    return Run(
        seconds=seconds,
        processor_seconds=_children() - before,
        peak_bytes=watch.peak,
        output=output.strip(),
    )


def sample(runs: Sequence[Run]) -> Sample:
    return Sample(
        seconds=tuple(each.seconds for each in runs),
        processor_seconds=tuple(each.processor_seconds for each in runs),
        peak_bytes=max(each.peak_bytes for each in runs),
    )


def side_by_side(commands: Mapping[str, Sequence[str]], times: int) -> dict[str, Sample]:
    """Every command in turn, and all of them again: other work on the machine then falls on all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            print(f"  {name} ...", end=" ", flush=True, file=sys.stderr)
            runs[name].append(run(command))
            last = runs[name][-1]
            print(f"{last.seconds:.2f} s, {last.peak_bytes / 1e6:.0f} MB", file=sys.stderr)
    return {name: sample(each) for name, each in runs.items()}


class _Watch(threading.Thread):
    """Looks at /proc twenty times a second; where there is no /proc the peak stays 0."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self._done = pid, 0, threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.05):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _family(self.pid)))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            children = (thread / "children").read_text().split()
            found += [each for child in children for each in _family(int(child))]
    except OSError:  # ended while we looked
        pass
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _children() -> float:
    """Processor seconds of all processes that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
