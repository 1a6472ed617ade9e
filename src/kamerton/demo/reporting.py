"""Reports that are owed: a monthly one with one that is missing and one that came late, and two visits told alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from kamerton.access.models import User
from kamerton.accounts.actions import contacts
from kamerton.accounts.models import Account
from kamerton.work import report_rules as rules
from kamerton.work.actions import reports
from kamerton.work.report_models import ReportDue

_FROM = ("irina", "claire", "tomas")
_SAID = "Saw the buyer, showed the new bearings, talked about prices and terms; he will ask the head of production"


def tell(
    *, users: Mapping[str, User], account: Callable[[str], Account], at: Callable[[int], dt.datetime]
) -> None:
    duty = reports.ask(
        actor=users["marco"], name="Month of the key accounts", period="monthly", days_after=5, now=at(130),
        people=[users[each] for each in _FROM],
        what="What moved at each key account, what was agreed, what you need from others.",
    )  # fmt: skip
    for ago in (95, 65, 32, 1):  # the months since then, as their ends came
        reports.every_day(now=at(ago), actor=None)
    newest = rules.last_ended("monthly", at(0).date())
    for row in ReportDue.objects.filter(duty=duty).select_related("person").order_by("pk"):
        if row.period_start == newest.start and row.person.username == "tomas":
            continue  # his last one is missing
        wait = 9 if row.person.username == "claire" else 3
        on = min(dt.datetime.combine(row.period_end + dt.timedelta(days=wait), at(1).timetz()), at(0))
        text = f"{row.period_end:%B}: all plans go on; details in the account plans."
        reports.hand_in(actor=row.person, due=row, text=text, now=on)
    _alike(users["claire"], account("Quellmark Anlagenbau"), at)


def _alike(person: User, account: Account, at: Callable[[int], dt.datetime]) -> None:
    contact = account.contacts.present().filter(is_found=True).order_by("pk").first()
    for ago in (44, 16):
        contacts.log_interaction(
            actor=person,
            account=account,
            contact=contact,
            kind="meeting",
            on=at(ago).date(),
            summary=_SAID,
            now=at(ago),
        )
