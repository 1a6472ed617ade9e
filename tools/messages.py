"""Collect the translatable strings into the catalogues and compile them: `make messages`.

Collecting needs GNU gettext (Debian: apt-get install gettext); compiling, which `make run` does too, needs
nothing but Python. `--compile` only compiles. What is not translated yet is counted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

import django
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.core.management.commands import makemessages

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "kamerton"
LANGUAGES = ("it", "pl", "ru")


#: Texts of the analytic core, which knows no translation: written out for xgettext while it collects.
_BORROWED = PACKAGE / "web" / "_texts_of_analytics.py"


def collect() -> None:
    from kamerton.analytics.definitions import DEFINITIONS  # noqa: PLC0415 - compiling needs none of it

    texts = [text for each in DEFINITIONS.values() for text in (each.name, each.rule, each.formula)]
    _BORROWED.write_text("".join(f"gettext({text!r})\n" for text in texts), encoding="utf-8")
    try:
        _collect()
    finally:
        _BORROWED.unlink()


class _Collector(makemessages.Command):
    """Said("...") counts as marked: the reader and the analytic core know no gettext (kamerton.said)."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=Said:1"]


def _collect() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    django.setup()
    with contextlib.chdir(PACKAGE):
        call_command(_Collector(), locale=list(LANGUAGES), no_location=True, no_wrap=True, no_obsolete=True)
    for catalogue in PACKAGE.glob("locale/*/LC_MESSAGES/django.po"):
        lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith('"POT-Creation-Date')]
        catalogue.write_text("".join(kept), encoding="utf-8")


def compile_all() -> None:
    """Write a .mo beside every .po, and say what is missing."""
    for path in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po")):
        with path.open("rb") as source:
            catalogue = read_po(source)
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
        missing = [message for message in catalogue if message.id and (not message.string or message.fuzzy)]
        print(f"{path.parent.parent.name}: {len(catalogue)} texts, {len(missing)} not translated yet")


def main(arguments: list[str]) -> int:
    if "--compile" not in arguments:
        if not shutil.which("xgettext"):
            print(
                "GNU gettext is needed to collect texts (Debian: apt-get install gettext).", file=sys.stderr
            )
            return 1
        collect()
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
