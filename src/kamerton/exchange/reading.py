"""The files of a run, read again for each step: a file of contacts is small beside the ledger's."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from kamerton.core.spreadsheets import harmless
from kamerton.exchange import rules
from kamerton.exchange.planning import Outcome, Planned, Planner
from kamerton.exchange.read.columns import find_system, settled_roles, shape_of
from kamerton.exchange.read.model import Fault, Table, Told
from kamerton.exchange.read.tables import missing, read_tables, told_rows
from kamerton.ledger.read.model import NeedsAnswer
from kamerton.said import to_plain

CHUNK = 500  # rows a transaction
_SAMPLES = 3


def contents(paths: Sequence[Path], answers: Mapping[str, Any]) -> tuple[Table, ...]:
    return read_tables(paths, rules.settled(answers), memory_bytes=settings.LEDGER_MEMORY_BYTES)


def columns_of(tables: Sequence[Table]) -> tuple[str, ...]:
    """Of all tables, each name once, in order of appearance."""
    return tuple(dict.fromkeys(name for table in tables for name in table.columns))


def mapping_of(tables: Sequence[Table], answers: Mapping[str, Any]) -> dict[str, str]:
    """Column -> role. Each table is understood by itself: two may mean different things by one name, the first wins."""
    found: dict[str, str] = {}
    for table in tables:
        found = {**settled_roles(table.columns, answers.get("mapping", {})), **found}
    return found


def rows_of(tables: Sequence[Table], answers: Mapping[str, Any]) -> list[Told | Fault]:
    """Every row of the files, those that could not be read among them at the end."""
    told: list[Told | Fault] = list(told_rows(tables, mapping_of(tables, answers)))
    return [*told, *(fault for table in tables for fault in table.faults)]


def inspected(tables: Sequence[Table], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the look step shows."""
    mapping, names = mapping_of(tables, answers), columns_of(tables)
    first = tables[0]
    return {
        "files": [dict(table.facts) for table in tables],
        "rows": sum(len(table.rows) + len(table.faults) for table in tables),
        "columns": [
            {"name": name, "role": mapping.get(name, ""), "samples": _samples(tables, name)} for name in names
        ],
        "missing": list(missing(mapping)),
        "doubts": [],
        "notes": [to_plain(note) for table in tables for note in table.notes],
        "system": find_system(names),
        "shape": shape_of(names),
        "heads": list(first.columns),
        "first_rows": [[cell[:200] for cell in row.cells] for row in first.rows[:10]],
    }


def asked(question: NeedsAnswer) -> dict[str, Any]:
    """The look step of a file of which nothing is known before somebody chooses."""
    doubts = [
        {
            "key": doubt.key, "question": to_plain(doubt.question),
            "choices": [[choice.value, to_plain(choice.label)] for choice in doubt.choices],
        }
        for doubt in question.doubts
    ]  # fmt: skip
    return {
        "files": [], "rows": 0, "columns": [], "missing": [], "doubts": doubts, "notes": [], "system": "crm",
        "shape": "", "heads": [], "first_rows": [],
    }  # fmt: skip


def _samples(tables: Sequence[Table], name: str) -> list[str]:
    found: dict[str, None] = {}
    for table in tables:
        if name in table.columns:
            at = table.columns.index(name)
            for row in table.rows[:200]:
                if row.cells[at]:
                    found.setdefault(row.cells[at][:60])
                if len(found) == _SAMPLES:
                    return list(found)
    return list(found)


def source_hash(files: Sequence[Mapping[str, Any]]) -> str:
    """Names a set of files by their bytes, whatever their names and order."""
    return hashlib.sha256("\n".join(sorted(each["sha256"] for each in files)).encode()).hexdigest()


def chunks(rows: Sequence[Told | Fault], first: int = 0) -> Iterator[tuple[int, Sequence[Told | Fault]]]:
    for at in range(first, len(rows), CHUNK):
        yield at, rows[at : at + CHUNK]


class Tally:
    """What became of rows, as it is found out: counted, with the first rows of each kind; all of them in a report."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._shown: dict[str, list[Any]] = {
            name: [] for name in ("questions", "added", "filled", "conflicts", "refused")
        }
        self._lines: list[Sequence[object]] = []

    def add(self, planned: Planned) -> None:
        self._counts.update(rules.counted(planned))
        for each in planned.outcomes:
            for name, told in _told(each):
                if len(self._shown[name]) < rules.SHOWN:
                    self._shown[name].append(told)
            self._lines += rules.report_rows(each)

    def result(self) -> dict[str, Any]:
        return {"counts": dict(self._counts), **self._shown}

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(rules.REPORT_HEADS)
            writer.writerows([harmless(value) for value in line] for line in self._lines)


def dry_run(
    rows: Sequence[Told | Fault],
    planner: Planner,
    report: Path | None,
    progress: Callable[[int, int, str], None],
) -> dict[str, Any]:
    """What the import would do; row by row in `report`."""
    tally = Tally()
    for at, part in chunks(rows):
        progress(at, len(rows), "")
        tally.add(planner.plan(part))
    if report is not None:
        tally.write(report)
    return tally.result()


def _told(each: Outcome) -> Iterator[tuple[str, Any]]:
    if each.kind == "double":
        yield "questions", rules.question(each)
    elif each.kind == "refused":
        yield "refused", rules.refused(each)
    elif each.kind in {"add", "fill"}:
        yield "added" if each.kind == "add" else "filled", rules.row(each)
    for conflict in rules.conflicts(each):
        yield "conflicts", conflict
