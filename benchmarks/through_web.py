"""The same figures by the command line and by the web, and both against the answers.

A file goes into an empty home through the actions behind the pages of an import (take, look, try, import); what the
pages then show is read back from the snapshots. Each account and every figure of the company has to be what `kamerton
analyse --json` writes for the same file and profile; and what the snapshots keep has to agree with the answers.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

LOW_SHARE, LOW_AMOUNT = 0.01, Decimal(50000)
#: What a company may set, and the command line too. The answers tell who is key by the first and by the second.
PROFILES: tuple[Mapping[str, Any], ...] = (
    {"basis": "turnover"},
    {"basis": "turnover", "share_key": LOW_SHARE, "amount_key": LOW_AMOUNT},
    {},
)
_USUAL = {"basis": "income", "share_key": 0.1, "amount_key": None}
_CURRENCY = "USD"
#: Key of an account in the JSON -> column of AccountFigure, where they differ; None: no page shows it.
_COLUMNS = {"key": "is_key", "first_purchase": None}
#: Key in the JSON -> how the names of the same figures begin in a snapshot.
_SPREAD = {"concentration": "concentration", "concentration_income": "income_concentration"}
#: Keys in the JSON that a snapshot names alike.
_ALIKE = ("as_of", "currency", "basis", "basis_note", "totals", "years", "sellers", "retention")
_MONEY = frozenset(
    {"turnover", "cost", "income", "returned", "gross", "unassigned_turnover", "window_turnover"}
    | {"window_income", "previous_turnover", "previous_income"}
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one of the two says: by account, and of the company."""

    accounts: Mapping[str, Mapping[str, Any]]
    company: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that the web shows of one file: for each profile both sayings, and what the last snapshot keeps."""

    both: Sequence[tuple[Said, Said]]  # of PROFILES: the command line, the web
    kept: Any  # in the shape of an Analysis


@contextmanager
def empty_home() -> Iterator[None]:
    """A home of its own with its tables, for every file of this process; removed at the end.

    Tables are made from the models: that migrations end at the same is checked elsewhere, and takes half a minute.
    Jobs wait for a worker that never comes: a change of the profile would take a snapshot that nobody compares.
    """
    with tempfile.TemporaryDirectory(prefix="kamerton-web-", ignore_cleanup_errors=True) as home:
        os.environ.update(
            KAMERTON_HOME=home,
            KAMERTON_DATABASE_URL="",
            DJANGO_SETTINGS_MODULE="kamerton.settings",
        )
        import django
        from django.apps import apps
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
        call_command("migrate", run_syncdb=True, verbosity=0)
        yield


def shown(file: Path, folder: Path, as_of: dt.date) -> Shown:
    """Import the file into the home, emptied before, and ask both by every profile."""
    from kamerton.portfolio.actions import profile as profiles
    from kamerton.portfolio.actions import snapshots

    now, actor = _emptied(), _administrator()
    _imported(file, actor, now)
    both = []
    for at, profile in enumerate(PROFILES):
        profiles.set_profile(actor=actor, now=now, **(_USUAL | profile))
        snapshot = snapshots.take_snapshot(actor=actor, now=now, as_of=as_of)
        both.append((by_command(file, folder / f"{at}.json", profile, as_of), by_web(snapshot)))
    return Shown(both=both, kept=as_analysis(snapshot))


def _emptied() -> dt.datetime:
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    call_command("flush", interactive=False, verbosity=0)
    for folder in (settings.LEDGER_DIR, settings.UPLOAD_DIR, settings.FILES_DIR):
        shutil.rmtree(folder, ignore_errors=True)
    return timezone.now()


def _administrator() -> Any:
    from kamerton.access.models import User

    return User.objects.create_user("administrator", role="administrator")


def _imported(file: Path, actor: Any, now: dt.datetime) -> None:
    """As the pages of an import do it, one step after the other."""
    from kamerton.ledger import actions
    from kamerton.ledger.company import set_company

    set_company(actor=actor, name="Verification", currency=_CURRENCY, now=now)
    draft = actions.create_draft(actor=actor, files=[file], now=now)
    for step in (actions.inspect_draft, actions.check_draft):
        draft = step(actor=actor, draft=draft, now=now)
    actions.import_draft(actor=actor, draft=draft, now=now)


# --- what the two say ------------------------------------------------------------------------------------


def by_command(file: Path, out: Path, profile: Mapping[str, Any], as_of: dt.date) -> Said:
    from kamerton.cli.main import main

    asked = ["--json", str(out), "--quiet", "--currency", _CURRENCY, "--as-of", as_of.isoformat()]
    for name, value in profile.items():
        asked += ["--basis", value] if name == "basis" else ["--set", f"{name}={value}"]
    if main(["analyse", str(file), *asked]) != 0:
        raise RuntimeError(f"kamerton analyse {' '.join(asked)} did not end well.")
    told = json.loads(out.read_text(encoding="utf-8"))
    spread = {
        f"{ours}_{part}": value
        for name, ours in _SPREAD.items()
        for part, value in (told[name] or {}).items()
    }
    alike = {name: told[name] for name in _ALIKE}
    return Said(
        accounts={each["account"]: _of_command(each) for each in told["accounts"]},
        company=plain({**alike, **spread, "key_share": told["key_accounts"]["share"]}),
    )


def _of_command(account: Mapping[str, Any]) -> dict[str, Any]:
    """By the names of the columns of the web."""
    named = {_COLUMNS.get(name, name): value for name, value in account.items()}
    return {name: plain(value) for name, value in named.items() if name is not None}


def by_web(snapshot: Any) -> Said:
    from kamerton.portfolio import queries

    rows = queries.account_figures(snapshot).select_related("series")
    return Said(accounts={row.account: _Row(row) for row in rows}, company=plain(snapshot.figures))


class _Row(dict[str, Any]):
    """A row of AccountFigure by the names of its columns, each looked at when it is asked for."""

    def __init__(self, row: Any) -> None:
        super().__init__()
        self._row = row

    def __missing__(self, name: str) -> Any:
        return plain(getattr(self._row, name))


def plain(value: Any) -> Any:
    """One way to write it, whoever says it: numbers to twelve digits, dates as text, an empty text as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f"{float(value) + 0.0:.12g}"  # no negative zero
    if isinstance(value, str):
        return _amount_in(value) or None
    return value.isoformat() if isinstance(value, dt.date) else value


def _amount_in(text: str) -> str:
    """A snapshot keeps the company's amounts as text with two decimals."""
    is_amount = text[-3:-2] == "." and text.removeprefix("-").replace(".", "", 1).isdecimal()
    return plain(Decimal(text)) if is_amount else text


def within(theirs: Any, ours: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    """Every figure that the command line writes, with the one of the web: (where, web, command line)."""
    if isinstance(theirs, Mapping):
        for name, value in theirs.items():
            part = ours.get(name) if isinstance(ours, Mapping) else None
            yield from within(value, part, f"{where} {name}")
    elif isinstance(theirs, list) and theirs and isinstance(theirs[0], Mapping):
        yield f"{where} count", len(ours or []), len(theirs)
        for at, value in enumerate(theirs):
            yield from within(value, ours[at] if ours and at < len(ours) else None, f"{where} {at + 1}")
    else:
        yield where, ours, theirs


def apart(command: Said, web: Said) -> Iterator[tuple[str, Any, Any]]:
    """Every figure of both, with where it stands: (where, web, command line)."""
    yield "accounts", sorted(web.accounts), sorted(command.accounts)
    for account, told in command.accounts.items():
        shows = web.accounts.get(account)
        for name, value in told.items():
            yield f"account {account} {name}", None if shows is None else shows[name], value
    yield from within(command.company, web.company, "company")


# --- what the snapshots keep, in the shape of an Analysis ------------------------------------------------


def as_analysis(snapshot: Any) -> Any:
    """What the checks against the answers ask of an Analysis, from what is stored."""
    from kamerton.portfolio import queries

    figures = snapshot.figures
    rows = queries.account_figures(snapshot).select_related("series")
    return SimpleNamespace(
        totals=_record(figures["totals"]),
        years=[_record(each) for each in figures["years"]],
        sellers=[_record(each) for each in figures["sellers"]],
        concentration_all_time=_record(figures["concentration_all_time"]),
        concentration_window=_record(figures["concentration_window"]),
        concentration_by_year={
            int(year): _record(each) for year, each in figures["concentration_by_year"].items()
        },
        accounts=[_account(row) for row in rows.order_by("rank")],
    )


def _account(row: Any) -> Any:
    names = ("account", "name", "rank", "turnover", "cost", "income", "share_turnover", "share_income")
    return SimpleNamespace(
        **{name: getattr(row, name) for name in names},
        window_turnover=row.window_turnover,
        by_year={int(year): _record(each) for year, each in row.by_year.items()},
        growth={int(year): rate for year, rate in row.growth.items()},
    )


def _record(stored: Mapping[str, Any]) -> Any:
    """Amounts are kept as text."""
    return SimpleNamespace(
        **{
            name: Decimal(value) if name in _MONEY and value is not None else value
            for name, value in stored.items()
        }
    )
