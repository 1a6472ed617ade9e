"""`kamerton user` and `company`: the first person and the company of an installation of one's own."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Sequence

from kamerton.cli.main import DONE
from kamerton.cli.options import Parser
from kamerton.core.refused import Refused


def user(arguments: Sequence[str]) -> int:
    """Add a person who may sign in; the password is asked for, or read with --password -."""
    parser = Parser(prog="kamerton user", description="Add a person who may sign in.", allow_abbrev=False)
    parser.add_argument("name", help="the name to sign in with")
    parser.add_argument("--role", default="administrator", help="administrator (default), director, ...")
    parser.add_argument("--email", default="", help="may be used to sign in too")
    parser.add_argument("--password", choices=["-"], help="- reads it from standard input instead of asking")
    options = parser.parse_args(list(arguments))
    _set_up()
    from kamerton.access import actions  # noqa: PLC0415
    from kamerton.core import clock  # noqa: PLC0415 - --help needs no Django

    password = sys.stdin.readline().rstrip("\n") if options.password else _asked()
    added = actions.create_user(
        actor=None,
        username=options.name,
        role=options.role,
        password=password,
        email=options.email,
        now=clock.now(),
    )
    print(f"{added.username} may sign in as {added.get_role_display()}.")
    return DONE


def _asked() -> str:
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Refused("The two passwords differ; nobody was added.", hint="Call the command again.")
    return first


def company(arguments: Sequence[str]) -> int:
    """Say whose ledger this is, and in which currency."""
    parser = Parser(
        prog="kamerton company", description="Name the company and its currency.", allow_abbrev=False
    )
    parser.add_argument("name", help="as pages show it")
    parser.add_argument("--currency", default="EUR", help="the currency of the books (default: EUR)")
    options = parser.parse_args(list(arguments))
    _set_up()
    from kamerton.core import clock  # noqa: PLC0415
    from kamerton.ledger.company import set_company  # noqa: PLC0415

    kept = set_company(actor=None, name=options.name, currency=options.currency, now=clock.now())
    print(f"{kept.name}, in {kept.currency}.")
    return DONE


def index(arguments: Sequence[str]) -> int:
    """Make the index of the full-text search anew, from the records. Searches go on meanwhile."""
    description = "Make the index of the full-text search anew. It follows every change by itself."
    Parser(prog="kamerton index", description=description, allow_abbrev=False).parse_args(list(arguments))
    _set_up()
    from kamerton.accounts import search  # noqa: PLC0415

    counts = search.rebuild()
    told = ", ".join(f"{count:,} {kind}s" for kind, count in counts.items())
    print(f"{sum(counts.values()):,} rows can be found: {told}.")
    return DONE


def _set_up() -> None:
    """Django, with a database that is ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
