"""`kamerton contacts`: accounts and contacts from files, without a browser."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamerton.cli.ledger import NEEDS_ANSWER, actor_of, add_actor, set_up
from kamerton.cli.main import DONE, tell
from kamerton.cli.options import Parser
from kamerton.cli.progress import progress
from kamerton.core.refused import Refused
from kamerton.exchange.read.model import ROLES
from kamerton.ledger.read.model import NeedsAnswer

if TYPE_CHECKING:
    from kamerton.exchange.models import Run


def import_contacts(arguments: Sequence[str]) -> int:
    """Import files; exit code 2 where the user has to choose a sheet first."""
    options = _options(arguments)
    set_up()
    try:
        _import(options)
    except NeedsAnswer as question:
        _ask(question, options.files)
        return NEEDS_ANSWER
    return DONE


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="kamerton contacts",
        description="Import contacts and accounts from vCard, CSV or Excel files.",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    parser.add_argument("--report", type=Path, metavar="CSV", help="every row and what becomes of it")
    parser.add_argument(
        "--add-companies", action="store_true", help="add companies that are not there as prospects"
    )
    parser.add_argument(
        "--doubles",
        choices=("skip", "same", "another"),
        default="skip",
        help="rows that may mean somebody who is there: leave them out (default), the same, or another",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ROLE=COLUMN",
        help=f"what a column means: {', '.join(ROLES)}",
    )
    parser.add_argument("--sheet", help="the sheet of a workbook")
    parser.add_argument("--system", help="the program whose account numbers these are")
    add_actor(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress and no closing words")
    return parser.parse_intermixed_args(arguments)


def _answers(options: argparse.Namespace) -> dict[str, Any]:
    answers: dict[str, Any] = {"add_companies": options.add_companies}
    if options.sheet:
        answers["sheet"] = options.sheet
    if options.system:
        answers["system"] = options.system
    mapping = {}
    for told in options.map:
        role, sign, column = told.partition("=")
        if not sign or role not in ROLES or not column:
            raise Refused(
                f"--map {told} does not say ROLE=COLUMN.", hint=f"The roles are {', '.join(ROLES)}."
            )
        mapping[column] = role
    return answers | ({"mapping": mapping} if mapping else {})


def _import(options: argparse.Namespace) -> None:
    from kamerton.core import clock  # noqa: PLC0415 - --help needs no Django
    from kamerton.exchange import actions, importing  # noqa: PLC0415

    actor, now = actor_of(options.user), clock.now()
    with progress(quiet=options.quiet) as told:
        run = actions.import_files(
            actor=actor, paths=options.files, answers=_answers(options), now=now, dry_run=options.dry_run,
            doubles=options.doubles, progress=told,
        )  # fmt: skip
    if options.report:
        shutil.copyfile(importing.report_path(run), options.report)
    if not options.quiet:
        _close(run, dry=options.dry_run)
    if options.dry_run:
        actions.abandon(actor=actor, run=run, now=now)


def _close(run: Run, *, dry: bool) -> None:
    counts = (run.result or {})["counts"] if dry else run.counts
    would = "would be " if dry else ""
    print(
        f"{counts.get('rows', 0):,} rows: {counts.get('contacts_added', 0):,} contacts {would}added, "
        f"{counts.get('contacts_filled', 0):,} {would}filled in, {counts.get('rows_same', 0):,} are there already."
    )
    if counts.get("accounts_added") or counts.get("accounts_filled"):
        print(
            f"{counts.get('accounts_added', 0):,} companies {would}added as prospects, "
            f"{counts.get('accounts_filled', 0):,} accounts {would}filled in."
        )
    if counts.get("rows_double"):
        print(f"{counts['rows_double']:,} may mean somebody who is there: left out. --doubles decides.")
    refused = (run.result or {}).get("refused", [])
    if counts.get("rows_refused"):
        print(f"{counts['rows_refused']:,} were refused; --report FILE tells each with its reason.")
    for row in refused[:5]:
        from kamerton.said import from_plain  # noqa: PLC0415

        print(
            f"  {row['file']}, line {row['line']}, {row['column']} {row['value']!r}: {from_plain(row['reason'])}"
        )


def _ask(question: NeedsAnswer, files: Sequence[Path]) -> None:
    named = " ".join(shlex.quote(str(path)) for path in files)
    lines = [question.message]
    for doubt in question.doubts:
        lines += ["", f"  {doubt.question}"]
        lines += [f"    --sheet {shlex.quote(choice.value)}" for choice in doubt.choices]
    first = question.doubts[0].choices[0].value
    lines += ["", f"Add what is right and call again: kamerton contacts {named} --sheet {shlex.quote(first)}"]
    tell("\n".join(lines))
