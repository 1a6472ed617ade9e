"""Filling an empty database with the fictional company, once."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.demo import attention, company, export, telling
from kamerton.ledger import actions as ledger
from kamerton.ledger.models import Batch, Rate
from kamerton.portfolio import queries
from kamerton.portfolio.actions import snapshots

#: Published here and printed at every start: it guards nothing but made-up figures.
PASSWORD = "kamerton-demo"  # noqa: S105
#: user name -> (first name, last name, role)
PEOPLE = {
    "anna": ("Anna", "Lindqvist", "administrator"),
    "marco": ("Marco", "Bellandi", "director"),
    "helena": ("Helena", "Drost", "head_of_sales"),
    "irina": ("Irina", "Sokolova", "senior_kam"),
    "claire": ("Claire", "Montrel", "senior_kam"),
    "tomas": ("Tomas", "Hadley", "junior_kam"),
    "marta": ("Marta", "Zielewicz", "sales_manager"),
    "jonas": ("Jonas", "Weidlich", "sales_manager"),
    "pawel": ("Paweł", "Zawada", "sales_support"),
    "oskar": ("Oskar", "Tiller", "department_member"),
    "lena": ("Lena", "Brandtner", "department_member"),
    "ewa": ("Ewa", "Kurecka", "department_member"),
    "nadia": ("Nadia", "Corvi", "hr"),
    "victor": ("Victor", "Amsel", "auditor"),
    "greta": ("Greta", "Holm", "reader"),
}
_TITLE = "Demo company"
_A_YEAR = 365  # days; what has become of the figures since then


def load_once() -> list[str]:
    """Load what is not there yet; sentences for the person who started the server.

    A database that somebody else's company lives in is left alone. What an interrupted start left out is
    completed by the next one; where all is there it takes a few queries.
    """
    now = clock.now()
    if not _is_ours():
        return []
    administrator = _set_up()
    told = [] if _is_loaded() else _load(administrator, now)
    if not telling.is_told() and queries.latest_snapshot(with_figures=False):
        told.append(_tell(now))
    return [*told, *_sign_in()]


def _tell(now: dt.datetime) -> str:
    known = telling.tell(now=now)
    attention.look(now=now)
    return f"Units, coverage, {known} contacts, facts and open matters are written down."


def _is_ours() -> bool:
    """Nothing is there yet, or the demo company is."""
    found = Company.objects.filter(pk=1).first()
    return found.is_demo if found else not User.objects.exists()


@transaction.atomic
def _set_up() -> User:
    """The company and its people: both or neither."""
    Company.objects.get_or_create(
        pk=1,
        defaults={"name": company.COMPANY_NAME, "currency": company.COMPANY_CURRENCY, "is_demo": True},
    )
    known = set(User.objects.values_list("username", flat=True))
    # One hash for all: hashing is slow on purpose, and the password is no secret.
    password = make_password(PASSWORD) if set(PEOPLE) - known else ""
    User.objects.bulk_create(
        User(username=username, password=password, first_name=first, last_name=last, role=role)
        for username, (first, last, role) in PEOPLE.items()
        if username not in known
    )
    return User.objects.get(username="anna")


def _is_loaded() -> bool:
    """The sales were imported (whatever became of them since), and the figures of what is live were taken."""
    snapshot = queries.latest_snapshot()
    live = Batch.objects.filter(state="live").exists()
    return Batch.objects.exists() and (snapshot is not None or not live)


def _load(administrator: User, now: dt.datetime) -> list[str]:
    today = timezone.localdate(now)
    _load_rates(today)
    if Batch.objects.exists():
        snapshots.take_snapshot(actor=administrator, now=now)
        return ["The figures of the demo company are complete again."]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / export.FILE_NAME
        export.write_export(path, today)
        done = ledger.import_files(actor=administrator, paths=[path], now=now, title=_TITLE)
    snapshots.take_snapshot(actor=administrator, now=now, as_of=today - dt.timedelta(days=_A_YEAR))
    sentence = (
        f"The demo company {company.COMPANY_NAME} is loaded: {done.batch.rows_used:,} lines of sales"
        f" from {done.batch.first_date} to {done.batch.last_date}."
    )
    return [sentence, *([done.told["problem"]] if "problem" in done.told else [])]


def _load_rates(today: dt.date) -> None:
    Rate.objects.bulk_create(
        [Rate(currency=code, date=date, rate=rate) for code, date, rate in company.rates(today)],
        ignore_conflicts=True,
    )


def _sign_in() -> list[str]:
    """Who may sign in with the demo password, as long as it is not changed."""
    known = list(User.objects.filter(username__in=PEOPLE, is_active=True).order_by("pk"))
    unchanged = {hashed for hashed in {user.password for user in known} if check_password(PASSWORD, hashed)}
    names = [user for user in known if user.password in unchanged]
    if not names:
        return []
    told = ", ".join(f"{user.username} ({user.get_role_display().lower()})" for user in names)
    return [f"Sign in with the password {PASSWORD} as {told}."]
