"""The options of `kamerton analyse`, checked as far as they can be without opening a file."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from kamerton.analytics.lines import ROLES
from kamerton.analytics.model import Thresholds
from kamerton.cli.main import REFUSED

_DESCRIPTION = """\
Turn a sales export into a key account analysis: who is key and why, how dependent
you are, who slips and who was lost. No set-up, nothing leaves this machine.

FILE is an export of sales lines: CSV in any dialect and encoding, XLSX or XLS,
Parquet, JSON lines, compressed or not; several files or a folder are read as one.
A .sql file is a DuckDB query over your own files, its paths relative to it.
"""

_EPILOGUE = """\
examples:
  kamerton analyse sales.csv
  kamerton analyse sales.xlsx --sheet 2024 --html report.html --xlsx figures.xlsx
  kamerton analyse 2023.csv 2024.csv --map account=Debitor --dates dmy --json -

roles: """

_AFTER = """

exit codes: 0 done; 1 refused, with the reason on standard error; 2 the file can be
read in more than one way: the choices are printed, add one and call again.
"""


class Parser(argparse.ArgumentParser):
    """A wrong option is refused input: exit 1. Exit 2 says only that an answer is needed."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"kamerton: {message}.\n{self.prog} --help tells the options.\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options as a namespace; a wrong one ends the command with a line on standard error."""
    parser = _parser()
    options = parser.parse_intermixed_args(arguments)
    _check_standard_output(parser, options)
    return options


def _parser() -> Parser:
    parser = Parser(
        prog="kamerton analyse",
        description=_DESCRIPTION,
        epilog=_EPILOGUE + ", ".join(ROLES) + _AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    reading = parser.add_argument_group("reading the file")
    add_reading(reading)
    _add_machine(reading)
    _add_question(parser.add_argument_group("what to work out"))
    _add_outputs(parser.add_argument_group("where to put it (- is standard output; default: a report here)"))
    return parser


def add_reading(group: argparse._ArgumentGroup) -> None:
    """What a user may settle about a file, the same for every command that reads one."""
    group.add_argument(
        "--map", action="append", default=[], type=_role, metavar="ROLE=COLUMN",
        help="say which column has a role; ROLE= says that none has; repeat for more",
    )  # fmt: skip
    group.add_argument(
        "--kind", action="append", default=[], type=_kind, metavar="VALUE=KIND",
        help="say that a value of the kind column is a sale, return or cancellation; repeat for more",
    )  # fmt: skip
    group.add_argument("--mapping", type=Path, metavar="FILE", help="answers kept by --save-mapping")
    group.add_argument("--dates", choices=("dmy", "mdy", "ymd"), help="the order of day, month and year")
    group.add_argument("--decimal", choices=(".", ","), help="the sign before the decimals")
    group.add_argument("--sheet", help="the sheet of a workbook, by name")
    group.add_argument("--delimiter", type=_delimiter, help="the sign between fields: comma, tab, ...")
    group.add_argument("--encoding", help="the encoding of a text file, such as utf-8 or cp1250")
    group.add_argument("--currency", type=_currency, metavar="CODE", help="the currency to work in")
    group.add_argument(
        "--rates", type=Path, metavar="FILE",
        help="a CSV with currency,date,rate: one unit of it is so many of --currency from that date on",
    )  # fmt: skip
    group.add_argument(
        "--drop-duplicates", action="store_true", help="leave out rows that repeat another one exactly"
    )


def _add_machine(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--save-mapping", type=Path, metavar="FILE", help="keep the answers for the next file of this shape"
    )
    group.add_argument("--threads", type=_threads, metavar="N", help="how many threads to use (default: all)")


def _add_question(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--as-of",
        type=_date,
        metavar="DATE",
        help="look back from this day, 2024-12-31 (default: the last in the data)",
    )
    group.add_argument(
        "--basis", choices=("income", "turnover"), default="income",
        help="what shares are of (default: income, where cost is recorded)",
    )  # fmt: skip
    group.add_argument(
        "--set", action="append", default=[], type=_threshold, metavar="NAME=VALUE",
        help="a threshold as your profile has it, such as share_key=0.05; repeat for more",
    )  # fmt: skip
    group.add_argument(
        "--group-by", choices=("account", "group"), default="account", help="who counts as one customer"
    )


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--html", metavar="OUT", help="one self-contained page with pictures")
    group.add_argument("--xlsx", metavar="OUT", help="a workbook with all figures")
    group.add_argument("--json", metavar="OUT", help="the figures for programs, kamerton.analysis/1")
    group.add_argument("--refused", metavar="OUT", help="a CSV of every row that could not be read, and why")
    group.add_argument("--quiet", action="store_true", help="no progress and no closing words")


def _role(text: str) -> tuple[str, str]:
    role, equals, column = text.partition("=")
    role = role.strip().lower()
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not ROLE=COLUMN")
    if role not in ROLES:
        raise argparse.ArgumentTypeError(f"{role!r} is no role; the roles are {', '.join(ROLES)}")
    return role, column


def _kind(text: str) -> tuple[str, str]:
    value, equals, kind = text.rpartition("=")
    if not equals or kind not in {"sale", "return", "cancellation"}:
        raise argparse.ArgumentTypeError(f"{text!r} is not VALUE=sale, VALUE=return or VALUE=cancellation")
    return value, kind


_DELIMITERS = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|", "space": " "}


def _delimiter(text: str) -> str:
    sign = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|", "space": " "}.get(
        text, text
    )
    if len(sign.encode()) != 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not one sign")
    return sign


#: Thresholds that are one value; pairs (abc, xyz, key_share_norm) stay as they are.
SETTABLE = {
    field.name: str(field.type) for field in fields(Thresholds) if not str(field.type).startswith("tuple")
}


def _threshold(text: str) -> tuple[str, float | int | Decimal]:
    name, equals, value = text.partition("=")
    kind = SETTABLE.get(name.strip())
    if not equals or kind is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE; the names are {', '.join(SETTABLE)}")
    try:
        number = Decimal(value.strip())
        told = number if kind.startswith("Decimal") else int(value) if kind == "int" else float(number)
    except (ArithmeticError, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r}: {value!r} is no number for {name.strip()}") from None
    if not number.is_finite() or number < 0 or (name.strip().startswith("share_") and number > 1):
        raise argparse.ArgumentTypeError(f"{text!r}: {name.strip()} is a part of one" if number > 1
                                         else f"{text!r}: {name.strip()} is not below zero")  # fmt: skip
    return name.strip(), told


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a three-letter currency code")
    return text.upper()


def _threads(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads")
    return int(text)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2024-12-31") from None


def _check_standard_output(parser: Parser, options: argparse.Namespace) -> None:
    streams = [name for name in ("json", "html", "xlsx", "refused") if getattr(options, name) == "-"]
    if len(streams) > 1:
        parser.error(f"only one of {', '.join(f'--{name}' for name in streams)} can go to standard output")
    if streams == ["xlsx"] and sys.stdout.isatty():
        parser.error("a workbook is no text for a terminal: name a file or a pipe")
