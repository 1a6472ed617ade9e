"""`kamerton analyse`: a sales export in, the key accounts out. No database, no Django."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kamerton.analytics.model import Analysis, Question, Thresholds
from kamerton.cli.answers import choices_from, saved_mapping
from kamerton.cli.main import DONE, tell
from kamerton.cli.options import parse
from kamerton.cli.outputs import STANDARD_OUTPUT, check_outputs, write_outputs
from kamerton.cli.preload import preload
from kamerton.cli.progress import progress
from kamerton.cli.reports.model import Report, listed_refusals
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import Choices, Doubt, Limits, NeedsAnswer, Progress, Reading

NEEDS_ANSWER = 2
LINES = "lines"  # the table that the reader fills
NEEDED = ("account", "account_name", "group", "date", "document", "amount", "cost", "seller", "kind")

_OUTPUTS = ("json", "html", "xlsx", "refused", "save_mapping")


def analyse(arguments: Sequence[str]) -> int:
    """Carry out the command; the exit code is 0, or 2 where the user has to settle something first.

    Raises Refused for input that cannot be used and for an output that cannot be written.
    """
    options = parse(arguments)
    check_outputs(_wanted(options), options.files)
    choices = choices_from(options)
    try:
        _run(options, choices)
    except NeedsAnswer as question:
        _ask(question, options)
        return NEEDS_ANSWER
    return DONE


def _wanted(options: argparse.Namespace) -> dict[str, str]:
    """Option -> where to, of everything that is to be written."""
    given = {name: getattr(options, name) for name in _OUTPUTS}
    return {f"--{name.replace('_', '-')}": str(where) for name, where in given.items() if where is not None}


def _run(options: argparse.Namespace, choices: Choices) -> None:
    with tempfile.TemporaryDirectory(prefix="kamerton-", ignore_cleanup_errors=True) as folder:
        try:
            with progress(quiet=options.quiet) as told:
                report = _report(options, choices, Path(folder), told)
                documents = dict(_documents(options, choices, report, told))
        except (BrokenPipeError, Refused):
            raise
        except OSError as error:
            raise _machine_says_no(error, folder) from error
        except MemoryError as error:
            raise Refused(
                "The machine has too little memory for this file.", hint="Nothing was written."
            ) from error
        write_outputs(documents)
        _close(options, report)


def _machine_says_no(error: OSError, folder: str) -> Refused:
    hint = f"Working files go to {Path(folder).parent}; TMPDIR names another place. Nothing was written."
    return Refused(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", hint=hint)


# --- from file to figures --------------------------------------------------------------------------------


def _report(options: argparse.Namespace, choices: Choices, folder: Path, told: Progress) -> Report:
    """The lines stay in one DuckDB between reading and figures: nothing is packed only to be unpacked."""
    from kamerton.ledger.read import connect, read_table  # noqa: PLC0415  --help needs no engine

    limits = Limits(threads=options.threads, queries=True)
    connection = connect(limits, folder)
    try:
        preload()
        reading = read_table(
            options.files,
            choices=choices,
            limits=limits,
            con=connection,
            table=LINES,
            folder=folder,
            keep=NEEDED,
            progress=told,
        )
        _check_usable(options, reading)
        told(0, 0, "Working out the figures")
        analysis = _figures(options, reading, connection)
        return Report(analysis=analysis, reading=reading, refused=listed_refusals(reading))
    finally:
        connection.close()


def _check_usable(options: argparse.Namespace, reading: Reading) -> None:
    counts = reading.counts
    if not counts.used:
        raise Refused(_why_unusable(reading), hint="--map ROLE=COLUMN says which column is what.")
    if options.group_by == "group" and "group" not in reading.inspection.mapping:
        hint = "Add --map group=COLUMN, or leave --group-by out."
        raise Refused("No column says which group an account belongs to.", hint=hint)
    if options.as_of and reading.first_date and options.as_of < reading.first_date:
        raise Refused(f"There is no sale on or before {options.as_of}.", hint=_span(reading))


def _span(reading: Reading) -> str:
    return f"The data go from {reading.first_date} to {reading.last_date}."


def _why_unusable(reading: Reading) -> str:
    counts = reading.counts
    if counts.unassigned and not counts.refused:
        return f"None of the {counts.read:,} rows names an account."
    if not reading.refused_head:
        return "The input has no rows."
    first = reading.refused_head[0]
    return (
        f"None of the {counts.read:,} rows can be used. The first was refused because its "
        f"{first.column or 'line'} {first.value!r:.60} {first.reason.rstrip('.')} (line {first.line})."
    )


def _figures(options: argparse.Namespace, reading: Reading, connection: Any) -> Analysis:
    import ibis  # noqa: PLC0415

    from kamerton.analytics.analyse import analyse as work_out  # noqa: PLC0415
    from kamerton.analytics.cubes import NothingToAnalyse  # noqa: PLC0415
    from kamerton.ledger.read.stages import names_beside  # noqa: PLC0415

    question = Question(
        as_of=options.as_of,
        basis=options.basis,
        level=options.group_by,
        currency=options.currency or reading.currency or "",
        thresholds=replace(Thresholds(), **dict(options.set)),
    )
    try:
        tables = ibis.duckdb.from_connection(connection)
        return work_out(tables.table(LINES), question, tables.table(names_beside(LINES)))
    except NothingToAnalyse:
        raise Refused(f"There is no sale on or before {options.as_of}.", hint=_span(reading)) from None


# --- from figures to documents ---------------------------------------------------------------------------


def _documents(
    options: argparse.Namespace, choices: Choices, report: Report, told: Progress
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Where to -> content. Without a report asked for, the terminal gets one."""
    for name, write in _WRITERS.items():
        where = getattr(options, name)
        if where is not None:
            told(0, 0, f"Writing {where if where != STANDARD_OUTPUT else name}")
            yield where, (write(report),)
    if options.refused is not None:
        yield options.refused, _refused_rows(report)
    if options.save_mapping is not None:
        toml = options.save_mapping.suffix.lower() == ".toml"
        yield str(options.save_mapping), (saved_mapping(choices, report.reading, toml=toml),)
    if not any(getattr(options, name) for name in _WRITERS) and options.refused != STANDARD_OUTPUT:
        yield STANDARD_OUTPUT, (_terminal(report),)


def _json(report: Report) -> bytes:
    from kamerton.cli.reports.json_report import write_json  # noqa: PLC0415

    return write_json(report)


def _html(report: Report) -> bytes:
    from kamerton.cli.reports.html import write_html  # noqa: PLC0415

    return write_html(report)


def _xlsx(report: Report) -> bytes:
    from kamerton.cli.reports.xlsx import write_xlsx  # noqa: PLC0415

    return write_xlsx(report)


_WRITERS: dict[str, Callable[[Report], bytes]] = {"json": _json, "html": _html, "xlsx": _xlsx}


def _terminal(report: Report) -> bytes:
    from kamerton.cli.reports.terminal import Paper, write_terminal  # noqa: PLC0415

    encoding = sys.stdout.encoding or "utf-8"
    paper = Paper(width=shutil.get_terminal_size((100, 24)).columns, colour=_colour(), encoding=encoding)
    return write_terminal(report, paper).encode(encoding, "replace")


def _colour() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _refused_rows(report: Report) -> Iterable[bytes]:
    from kamerton.cli.reports.refused import write_refused  # noqa: PLC0415

    return write_refused(report.reading)


# --- words at the end ------------------------------------------------------------------------------------


def _close(options: argparse.Namespace, report: Report) -> None:
    """Say what was written, on standard error."""
    if options.quiet:
        return
    files = [where for where in _wanted(options).values() if where != STANDARD_OUTPUT]
    if files:
        tell(f"wrote {', '.join(files)}.")
    counts = report.reading.counts
    if counts.refused and any(getattr(options, name) for name in _WRITERS) and options.refused is None:
        tell(f"{counts.refused:,} of {counts.read:,} rows were refused; --refused FILE lists them.")


def _ask(question: NeedsAnswer, options: argparse.Namespace) -> None:
    lines = [question.message]
    for doubt in question.doubts:
        column = f"{doubt.column}: " if doubt.column else ""
        lines += ["", f"  {column}{doubt.question}"]
        answers = [(answer(doubt, choice.value), choice.label) for choice in doubt.choices]
        width = max((len(option) for option, _ in answers), default=0)
        lines += [f"    {option:<{width}}   {label}" for option, label in answers]
        if not answers:
            lines.append(f"    {doubt.option}")
    files = " ".join(shlex.quote(str(path)) for path in options.files)
    lines += ["", f"Add what is right and call again: kamerton analyse {files} {_first_answer(question)}"]
    tell("\n".join(lines))


def _first_answer(question: NeedsAnswer) -> str:
    return " ".join(
        answer(doubt, doubt.choices[0].value) if doubt.choices else doubt.option for doubt in question.doubts
    )


def answer(doubt: Doubt, value: str) -> str:
    """The option that settles a doubt with one of its choices, ready for the shell."""
    if doubt.key.startswith("role:"):
        pair = f"{doubt.key.removeprefix('role:')}={value}"
        return f"--map {shlex.quote(pair)}"
    if doubt.key.startswith("kind:"):
        pair = f"{doubt.key.removeprefix('kind:')}={value}"
        return f"--kind {shlex.quote(pair)}"
    if doubt.key == "company_currency":
        return f"--currency {value}" + (" --rates FILE" if "--rates" in doubt.option else "")
    if doubt.key in {"dates", "decimal", "sheet", "delimiter", "encoding"}:
        return f"--{doubt.key} {shlex.quote('tab' if value == chr(9) else value)}"
    return doubt.option
