"""What a review sees of the whole base, and what its page shows: a fixed number of queries, whatever the size."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Interaction, Need
from kamerton.portfolio import status_evidence, status_queries, status_rules
from kamerton.portfolio.models import AccountFigure, KeyProfile, KeyStatus, Review, SegmentNote, Snapshot
from kamerton.portfolio.models.review import segments


def current() -> Review | None:
    """The one under way, else the last one. One query."""
    return Review.objects.select_related("begun_by", "closed_by").first()


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A row of a review to come."""

    account: Account
    change: str
    definitions: tuple[str, ...]
    reasons: tuple[str, ...]
    level: str = "company"
    of: str = ""


def last_contact(accounts: Collection[int] | None = None) -> dict[int, dt.date]:
    """Account -> day of the last contact. One query."""
    rows = Interaction.objects.order_by()
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    return dict(rows.values_list("account").annotate(Max("on")))


def propose(actor: User, written: KeyProfile, today: dt.date) -> Iterator[Proposed]:
    """Over everybody, most money first. About twenty queries."""
    ground = status_evidence.ground_of_all(actor, today)
    held = {row.account_id: row for row in KeyStatus.objects.held().prefetch_related("reasons")}
    classes, growing = _classes(ground.snapshot)
    touched = last_contact()
    for account in _by_money(ground):
        six = status_evidence.six(ground, account)
        counted = [each for each in six if each.holds and each.definition in written.definitions]
        # Old evidence keeps a status until somebody looks; it makes nobody key.
        holds = tuple(each for each in counted if account.pk in held or not each.is_stale)
        last = touched.get(account.pk)
        seen = status_rules.Seen(
            is_key=account.pk in held,
            holds=tuple(each.definition for each in holds),
            is_small=classes.get(account.number, "") in ("", "C"),
            has_long_term_potential=account.number in growing or _has_room(ground, account),
            silent_days=(today - last).days if last else None,
        )
        change = status_rules.proposed(seen, written.silence_days)
        if change:
            yield _row(account, change, holds, ground, held.get(account.pk), last)


def _by_money(ground: status_evidence.Ground) -> list[Account]:
    share = ground.share
    return sorted(
        Account.objects.current(), key=lambda each: (-(share.get(each.number) or 0.0), each.name, each.pk)
    )


def _classes(snapshot: Snapshot | None) -> tuple[dict[str, str], frozenset[str]]:
    """Class of each account, and the small ones that grow fast."""
    if snapshot is None:
        return {}, frozenset()
    told = (
        AccountFigure.objects.filter(snapshot=snapshot)
        .order_by()
        .values_list("account", "abc", "is_neglected")
    )
    rows = list(told)
    return {number: abc for number, abc, _n in rows}, frozenset(
        number for number, _abc, grows in rows if grows
    )


def _has_room(ground: status_evidence.Ground, account: Account) -> bool:
    """An estimate shows that it could buy more, or the questionnaire that need is there."""
    estimate = ground.estimates.get(account.pk)
    if estimate is not None and estimate.gap > 0:
        return True
    one = ground.answers.get((status_evidence.POTENTIAL, account.pk))
    return one is not None and one.result in ("potential", "prospect")


def _row(
    account: Account,
    change: str,
    holds: tuple[status_rules.Evidence, ...],
    ground: status_evidence.Ground,
    status: KeyStatus | None,
    last: dt.date | None,
) -> Proposed:
    if change == "promote":
        at = next(iter(ground.key_at.get(account.number, ())), None)
        place = {"level": at.level, "of": at.of} if at else {}
        return Proposed(
            account=account, change=change, definitions=tuple(each.definition for each in holds),
            reasons=tuple(each.text for each in holds), **place,
        )  # fmt: skip
    if change == "demote":
        was = (
            tuple(each.definition for each in status.reasons.all() if each.ended_at is None) if status else ()
        )
        told = tuple(each.text for each in status_evidence.six(ground, account) if each.definition in was)
        return Proposed(account=account, change=change, definitions=was, reasons=told)
    text = (
        _("Small, with long-term potential, and never any contact.")
        if last is None
        else _("Small, with long-term potential, and no contact for long.")
    )
    return Proposed(account=account, change=change, definitions=(), reasons=(text,))


# --- what the page shows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of the base: how many, what they bring, what is open, what they expect."""

    key: str
    accounts: int
    amount: Decimal
    open_needs: int
    note: SegmentNote | None


def segments_of(snapshot: Snapshot | None, actor: User) -> list[Segment]:
    """Everybody in one segment each: who is key first. Seven queries."""
    keys = status_queries.key_numbers()
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    counted = rows.exclude(account__in=keys).values_list("abc").annotate(Count("pk"), Sum("basis_amount"))
    found = {abc or "none": (count, amount or Decimal(0)) for abc, count, amount in counted}
    beyond = Account.objects.current().exclude(number__in=rows.values("account")).exclude(number__in=keys)
    count, amount = found.get("none", (0, Decimal(0)))
    found["none"] = (count + beyond.count(), amount)
    held = rows.filter(account__in=keys).aggregate(amount=Sum("basis_amount"))["amount"] or Decimal(0)
    found["key"] = (len(keys), held)
    needs = _needs_by_segment(rows, keys, actor)
    notes = {row.segment: row for row in SegmentNote.objects.select_related("by")}
    return [
        Segment(key, *found.get(key, (0, Decimal(0))), needs.get(key, 0), notes.get(key))
        for key, _label in segments()
    ]


def _needs_by_segment(rows: object, keys: Collection[str], actor: User) -> Counter[str]:
    """Open needs, each counted in the segment of its account."""
    asked = policy.scope(Need.objects.filter(state="open"), actor, "accounts.view")
    numbers = list(asked.order_by().values_list("account__number", flat=True))
    classes = dict(rows.filter(account__in=set(numbers)).values_list("account", "abc"))  # type: ignore[attr-defined]
    return Counter("key" if number in keys else classes.get(number) or "none" for number in numbers)


def due_on(written: KeyProfile | None) -> dt.date | None:
    """When the whole base is to be looked at again; None: no profile, or a review is under way. Two queries."""
    if written is None or Review.objects.filter(is_open=True).exists():
        return None
    last = status_queries.last_review_on() or timezone.localdate(written.at)
    return status_rules.months_later(last, written.review_months)
