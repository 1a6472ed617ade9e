"""What pages ask of the room. Every row goes through `signals`, which goes through policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.rights import RIGHTS
from kamerton.accounts.models import Account, Coverage
from kamerton.signals import registry
from kamerton.signals.evaluating import Setting
from kamerton.signals.models import Evaluation, RuleSetting, Signal, SignalQuerySet
from kamerton.work.queries import duty_holders

#: Whoever sees figures sees signals; what a rule tells besides needs the rule's own right.
RIGHT = "portfolio.view"


def settings() -> dict[str, Setting]:
    """How every rule is set. One query."""
    kept = {row.rule: row for row in RuleSetting.objects.all()}
    return {rule.key: _setting(rule, kept.get(rule.key)) for rule in registry.all_rules()}


def _setting(rule: registry.Rule, row: RuleSetting | None) -> Setting:
    if row is None:
        return Setting(values=rule.defaults())
    own = {name: value for name, value in row.thresholds.items() if name in rule.defaults()}
    return Setting(is_on=row.is_on, values={**rule.defaults(), **own})


def signals(actor: User, day: dt.date | None = None) -> SignalQuerySet:
    """Every signal that `actor` may see: of accounts in reach as far as secrecy allows, of people in one's line,

    of the company for who sees its figures; each only with the right of its rule. One query when asked.
    """
    if not policy.can(actor, RIGHT, on=day):
        return Signal.objects.none()
    of_accounts = policy.scope(Signal.objects.filter(account__isnull=False), actor, RIGHT, on=day)
    wanted = Q(pk__in=of_accounts.values("pk")) if _is_narrow(of_accounts) else Q(account__isnull=False)
    wanted |= _of_people(actor, day)
    if policy.can(actor, "portfolio.view_all", on=day):
        wanted |= Q(account=None, person=None)
    return Signal.objects.filter(wanted, rule__in=rules_seen(actor, day))


def _is_narrow(rows: QuerySet[Signal]) -> bool:
    """Whether policy has added anything: whoever reaches everything needs no list of keys."""
    return str(rows.query) != str(Signal.objects.filter(account__isnull=False).query)


def _of_people(actor: User, day: dt.date | None) -> Q:
    """Of oneself and one's line; who leads everybody sees all."""
    if actor.held_role.breadth == "all" and policy.can(actor, "accounts.assign", on=day):
        return Q(person__isnull=False)
    return Q(person__in=policy.people_in_reach(actor, on=day))


def rules_seen(actor: User, day: dt.date | None = None) -> list[str]:
    """The rules whose right `actor` holds. Rules that no room has any more are seen by nobody."""
    held = {right for right in {rule.right for rule in registry.all_rules()} if right in RIGHTS}
    mine = {right for right in held if policy.can(actor, right, on=day)}
    return [rule.key for rule in registry.all_rules() if rule.right in mine]


def with_all(rows: SignalQuerySet) -> SignalQuerySet:
    """With what a line shows of each."""
    return rows.select_related("account", "person", "task", "snoozed_by")


def concerning(actor: User, day: dt.date) -> SignalQuerySet:
    """What Today shows: what waits of the accounts in one's reach. Of who reaches every account without leading those

    who sell, of the accounts that they look after themselves, where there are any.
    """
    rows = with_all(signals(actor, day)).waiting(day).most_costly_first()
    if actor.held_role.breadth != "all" or policy.can(actor, "accounts.assign", on=day):
        return rows
    own = Coverage.objects.on(day).filter(person__in=duty_holders(actor, day))
    return rows.filter(Q(account__in=own.values("account")) | Q(account=None)) if own.exists() else rows


def of_account(actor: User, account: Account) -> SignalQuerySet:
    return with_all(signals(actor)).filter(account=account)


def last_evaluation() -> Evaluation:
    return Evaluation.objects.filter(pk=1).first() or Evaluation(pk=1)


# --- how often rules fire --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fired:
    """Of one rule, as far as the asker sees: open now; of those opened within the year, and what became of them."""

    open: int = 0
    quarter: int = 0  # opened within 90 days
    year: int = 0
    acted: int = 0
    snoozed: int = 0
    by_itself: int = 0  # closed without anybody having acted


def fired(actor: User, now: dt.datetime) -> Mapping[str, Fired]:
    """By rule. One query."""
    quarter, year = now - dt.timedelta(days=90), now - dt.timedelta(days=365)
    within = Q(opened_at__gte=year)
    rows = (
        signals(actor)
        .order_by()
        .values_list("rule")
        .annotate(
            open=Count("pk", filter=Q(closed_at=None)),
            quarter=Count("pk", filter=Q(opened_at__gte=quarter)),
            year=Count("pk", filter=within),
            acted=Count("pk", filter=within & Q(acted_at__isnull=False)),
            snoozed=Count("pk", filter=within & Q(snoozed_at__isnull=False)),
            by_itself=Count("pk", filter=within & Q(closed_why="gone", acted_at=None)),
        )
    )
    return {rule: Fired(*told) for rule, *told in rows}
