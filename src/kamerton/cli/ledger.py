"""`kamerton import`, `batches`, `withdraw` and `restore`: the ledger without a browser."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamerton.cli.main import DONE, tell
from kamerton.cli.options import Parser, add_reading
from kamerton.cli.preload import preload
from kamerton.cli.progress import progress
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import NeedsAnswer
from kamerton.said import from_plain

if TYPE_CHECKING:
    from kamerton.access.models import User
    from kamerton.ledger.models import Batch

NEEDS_ANSWER = 2


def import_files(arguments: Sequence[str]) -> int:
    """Import files or a folder; exit code 2 where the user has to settle something first."""
    options = _import_options(arguments)
    set_up()
    try:
        _import(options)
    except NeedsAnswer as question:
        _ask(question, options.files)
        return NEEDS_ANSWER
    return DONE


def _import_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="kamerton import",
        description="Import a sales export into the ledger; the figures of the portfolio follow.",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--title", default="", help="what the import is called (default: the file's name)")
    add_actor(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress and no closing words")
    add_reading(parser.add_argument_group("reading the file"))
    return parser.parse_intermixed_args(arguments)


def _import(options: argparse.Namespace) -> None:
    from kamerton.cli.answers import choices_from  # noqa: PLC0415
    from kamerton.core import clock  # noqa: PLC0415 - --help needs no Django
    from kamerton.ledger import actions  # noqa: PLC0415

    actor = actor_of(options.user)
    choices = replace(choices_from(options), rates=())  # the ledger has a table of its own for them
    if options.rates:
        actions.import_rates(actor=actor, file=options.rates, now=clock.now())
    preload()
    with progress(quiet=options.quiet) as told:
        done = actions.import_files(
            actor=actor,
            paths=options.files,
            now=clock.now(),
            choices=choices,
            title=options.title,
            progress=told,
        )
    if not options.quiet:
        _close(done.batch, done.told.get("problem", ""))


def _close(batch: Batch, problem: str) -> None:
    counts = [f"{batch.rows_used:,} of {batch.rows_read:,} rows count"]
    if batch.rows_refused:
        counts.append(f"{batch.rows_refused:,} were refused")
    if batch.rows_unassigned:
        counts.append(f"{batch.rows_unassigned:,} name no account")
    print(f"Imported as number {batch.sequence}, {batch.title}: {', '.join(counts)}.")
    print(
        f"{batch.used_turnover:,} {batch.currency} of turnover from {batch.first_date} to {batch.last_date}."
    )
    for sentence in batch.notes:
        print(from_plain(sentence))
    if problem:
        tell(problem)


def _ask(question: NeedsAnswer, files: Sequence[Path]) -> None:
    from kamerton.cli.analyse import answer  # noqa: PLC0415

    lines, first = [question.message], []
    for doubt in question.doubts:
        options = [(answer(doubt, choice.value), choice.label) for choice in doubt.choices]
        lines += ["", f"  {doubt.column or ''}{': ' if doubt.column else ''}{doubt.question}"]
        lines += [f"    {option}   {label}" for option, label in options] or [f"    {doubt.option}"]
        first.append(options[0][0] if options else doubt.option)
    named = " ".join(shlex.quote(str(path)) for path in files)
    lines += ["", f"Add what is right and call again: kamerton import {named} {' '.join(first)}"]
    tell("\n".join(lines))


def batches(arguments: Sequence[str]) -> int:
    """One line for each import, newest first."""
    Parser(prog="kamerton batches", description="List what was imported.").parse_args(arguments)
    set_up()
    from kamerton.ledger import queries  # noqa: PLC0415

    found = list(queries.batches())
    if not found:
        print("Nothing was imported yet: kamerton import FILE does it.")
    for batch in found:
        print(
            f"{batch.sequence:>5}  {batch.get_state_display():<10}  {batch.imported_at:%Y-%m-%d}  "
            f"{batch.rows_used:>12,} rows  {batch.used_turnover:>20,} {batch.currency}  {batch.title}"
        )
    return DONE


def withdraw(arguments: Sequence[str]) -> int:
    """Take one import out of every figure."""
    parser = Parser(prog="kamerton withdraw", description="Take an import out of every figure.")
    parser.add_argument("number", type=int, help="as kamerton batches lists it")
    parser.add_argument("--reason", required=True, help="kept in the trail")
    add_actor(parser)
    options = parser.parse_args(arguments)
    set_up()
    from kamerton.core import clock  # noqa: PLC0415
    from kamerton.ledger import actions  # noqa: PLC0415

    with progress(quiet=False) as told:
        batch = actions.withdraw(
            actor=actor_of(options.user),
            batch=_batch(options.number),
            reason=options.reason,
            now=clock.now(),
            progress=told,
        )
    print(
        f"Number {batch.sequence}, {batch.title}, counts nowhere now. "
        f"kamerton restore {batch.sequence} undoes it."
    )
    return DONE


def restore(arguments: Sequence[str]) -> int:
    """Take one withdrawn import back in."""
    parser = Parser(prog="kamerton restore", description="Take a withdrawn import back in.")
    parser.add_argument("number", type=int, help="as kamerton batches lists it")
    add_actor(parser)
    options = parser.parse_args(arguments)
    set_up()
    from kamerton.core import clock  # noqa: PLC0415
    from kamerton.ledger import actions  # noqa: PLC0415

    with progress(quiet=False) as told:
        batch = actions.restore(
            actor=actor_of(options.user), batch=_batch(options.number), now=clock.now(), progress=told
        )
    what = "counts again" if batch.state == "live" else "is back; later imports brought all of it again"
    print(f"Number {batch.sequence}, {batch.title}, {what}.")
    return DONE


# --- what the commands share -----------------------------------------------------------------------------


def set_up() -> None:
    """Django, and a database that has its tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    import django  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()
    _migrate()


def _migrate() -> None:
    """Looking whether anything is to be done takes a tenth of doing nothing."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def add_actor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--user", metavar="NAME", help="in whose name (default: the first administrator); the trail keeps it"
    )


def actor_of(name: str | None) -> User:
    """Who reaches the records' folder may act for anybody; rights are those of the user that they act as."""
    from kamerton.access.models import User  # noqa: PLC0415

    active = User.objects.filter(is_active=True)
    if name:
        found = active.filter(username=name).first()
        if found is None:
            raise Refused(f"There is no active user {name!r}. Nothing was changed.")
        return found
    found = active.filter(role="administrator").order_by("pk").first()
    if found is None:
        hint = "kamerton run makes the demo's people; kamerton user NAME makes your own."
        raise Refused("There is no administrator yet in whose name to act. Nothing was changed.", hint=hint)
    return found


def _batch(number: int) -> Batch:
    from kamerton.ledger.models import Batch  # noqa: PLC0415

    found = Batch.objects.filter(sequence=number).first()
    if found is None:
        raise Refused(f"There is no import number {number}.", hint="kamerton batches lists them.")
    return found
