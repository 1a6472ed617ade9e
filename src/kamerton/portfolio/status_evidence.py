"""The six definitions of an account with their evidence: what holds, shown by what, how fresh (SEL-01, SEL-08 to SEL-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account
from kamerton.core.telling import day_in_words
from kamerton.instruments import queries as instruments
from kamerton.instruments.models import Assessment
from kamerton.portfolio import potential_queries, queries, status_queries, status_rules
from kamerton.portfolio.models import AccountFigure, Reference, Snapshot
from kamerton.portfolio.models.status import DEFINITIONS
from kamerton.portfolio.status_rules import Evidence, KeyAt
from kamerton.work.models import Consultation

#: Days after which evidence is old: figures, answers and advice, a reference.
FIGURES_FRESH, ANSWERS_FRESH, REFERENCE_FRESH = 100, 365, 1095
POTENTIAL, OPENNESS = "purchasing-potential", "openness"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is known of some accounts, by their keys (pk) or numbers. Loaded once, asked for each."""

    today: dt.date
    snapshot: Snapshot | None
    key_at: Mapping[str, Sequence[KeyAt]]  # by number: where it is key by figures, at levels that count
    share: Mapping[str, float | None]  # by number: of the company, on the basis; who has sales stands here
    innovator_of: Mapping[str, int]
    innovation_told: bool
    answers: Mapping[tuple[str, int], Assessment]  # (instrument, account)
    references: Mapping[int, list[Reference]]
    advice: Mapping[int, list[Consultation]]
    estimates: Mapping[int, potential_queries.Evidence] = field(default_factory=dict)


def ground_of(account: Account, actor: User, today: dt.date) -> Ground:
    """Of one account. About fifteen queries."""
    snapshot = queries.latest_snapshot(with_figures=False)
    row = None
    if snapshot is not None:
        rows = policy.scope(queries.account_figures(snapshot), actor, "portfolio.view")
        row = queries.account(snapshot, account.number, rows)
    asked = status_queries.rules_of(queries.profile(), status_queries.written())
    held = status_queries.levels_of(snapshot, row, asked) if snapshot is not None and row is not None else []
    keys = [each.key for each in held if each.key is not None and each.counts]
    return _ground(
        actor, today, snapshot, [account.pk],
        key_at={account.number: keys if asked.counts_contribution else []},
        share={account.number: row.basis_share} if row is not None else {},
    )  # fmt: skip


def ground_of_all(actor: User, today: dt.date) -> Ground:
    """Of the whole base, for a review: a fixed number of queries."""
    snapshot = queries.latest_snapshot(with_figures=False)
    asked = status_queries.rules_of(queries.profile(), status_queries.written())
    rows = (
        AccountFigure.objects.filter(snapshot=snapshot)
        if snapshot is not None
        else AccountFigure.objects.none()
    )
    return _ground(
        actor, today, snapshot, None,
        key_at=status_rules.key_by_figures(status_queries.bases(snapshot), asked),
        share=dict(rows.order_by().values_list("account", "basis_share")),
    )  # fmt: skip


def _ground(
    actor: User,
    today: dt.date,
    snapshot: Snapshot | None,
    accounts: Collection[int] | None,
    *,
    key_at: Mapping[str, Sequence[KeyAt]],
    share: Mapping[str, float | None],
) -> Ground:
    adoption = status_queries.adoption(snapshot)
    estimates = potential_queries.evidence(
        Account.objects.values_list("pk", flat=True) if accounts is None else accounts, today
    )
    return Ground(
        today=today,
        snapshot=snapshot,
        key_at=key_at,
        share=share,
        innovator_of=adoption.get("innovator_of", {}),
        innovation_told=bool(adoption.get("told")),
        answers=_answers(actor, accounts),
        references=_references(actor, accounts),
        advice=_advice(actor, accounts),
        estimates=estimates,
    )


def _answers(actor: User, accounts: Collection[int] | None) -> dict[tuple[str, int], Assessment]:
    rows = instruments.assessments(actor).filter(
        subject_kind="account", instrument__key__in=(POTENTIAL, OPENNESS), finished_at__isnull=False,
        secrecy__lt=Secrecy.SECRET,
    )  # fmt: skip
    if accounts is not None:
        rows = rows.filter(subject_id__in=accounts)
    return {(one.instrument.key, one.subject_id): one for one in rows.order_by("finished_at", "pk")}


def _references(actor: User, accounts: Collection[int] | None) -> dict[int, list[Reference]]:
    rows = policy.scope(Reference.objects.all(), actor, "accounts.view")
    found: dict[int, list[Reference]] = {}
    for row in rows if accounts is None else rows.filter(account__in=accounts):
        found.setdefault(row.account_id, []).append(row)
    return found


def _advice(actor: User, accounts: Collection[int] | None) -> dict[int, list[Consultation]]:
    rows = policy.scope(Consultation.objects.all(), actor, "work.view")
    rows = rows.filter(kind="asked_them", secrecy__lt=Secrecy.SECRET)
    found: dict[int, list[Consultation]] = {}
    for row in rows if accounts is None else rows.filter(account__in=accounts):
        found.setdefault(row.account_id, []).append(row)
    return found


# --- one account -----------------------------------------------------------------------------------------


def six(ground: Ground, account: Account) -> tuple[Evidence, ...]:
    """All six in their order, whether or not they hold. No query."""
    return tuple(_HOW[name](ground, account) for name in DEFINITIONS)


def _percent(share: float | None) -> str:
    return f"{number_format(round((share or 0.0) * 100, 1), decimal_pos=1)} %"


def _contribution(ground: Ground, account: Account) -> Evidence:
    dated = ground.snapshot.as_of if ground.snapshot else None
    stale = status_rules.is_stale(dated, ground.today, FIGURES_FRESH)
    found = ground.key_at.get(account.number, ())
    if found:
        text = "; ".join(_where(each, ground) for each in found)
        return Evidence(definition="contribution", holds=True, text=text, dated=dated, is_stale=stale)
    if account.number not in ground.share:
        return Evidence(definition="contribution", holds=False, text=_("Nothing was ever sold to it."))
    text = _("It makes %(share)s; that is not above the line of the profile.") % {
        "share": _percent(ground.share[account.number])
    }
    return Evidence(definition="contribution", holds=False, text=text, dated=dated, is_stale=stale)


def _where(each: KeyAt, ground: Ground) -> str:
    told = {"share": _percent(each.share), "name": each.of}
    by_income = ground.snapshot is not None and ground.snapshot.basis == "income"
    if each.level == "company":
        return (
            _("%(share)s of the company’s income") if by_income else _("%(share)s of the company’s turnover")
        ) % told
    if each.level == "department":
        text = _("%(share)s of the income of the department %(name)s")
        return (text if by_income else _("%(share)s of the turnover of the department %(name)s")) % told
    text = _("%(share)s of the income of %(name)s’s accounts")
    return (text if by_income else _("%(share)s of the turnover of %(name)s’s accounts")) % told


def _potential(ground: Ground, account: Account) -> Evidence:
    one = ground.answers.get((POTENTIAL, account.pk))
    if one is None:
        return Evidence(
            definition="potential", holds=False, text=_("Need, budget and situation have not been asked.")
        )
    dated = _day(one)
    holds = status_rules.potential_holds(one.result, has_sales=account.number in ground.share)
    if holds:
        text = _("Need, budget and situation are known%(estimate)s") % {
            "estimate": _estimate(ground, account)
        }
    elif one.result == "potential":
        text = _("Without sales it has to be solvent and interested too.")
    else:
        text = _("Need, budget or situation is missing.")
    stale = status_rules.is_stale(dated, ground.today, ANSWERS_FRESH)
    return Evidence(definition="potential", holds=holds, text=text, dated=dated, is_stale=stale)


def _estimate(ground: Ground, account: Account) -> str:
    """What the estimate of needs adds; where there is none, a full stop."""
    found = ground.estimates.get(account.pk)
    if found is None:
        return "."
    told = {"amount": number_format(found.a_year, decimal_pos=0, force_grouping=True), "rank": found.rank}
    return _("; it needs %(amount)s a year, rank %(rank)s by the income that we could have.") % told


def _known(ground: Ground, account: Account) -> Evidence:
    rows = ground.references.get(account.pk, [])
    usable = [row for row in rows if row.is_usable]
    if usable:
        first = usable[0]
        stale = status_rules.is_stale(first.on, ground.today, REFERENCE_FRESH)
        return Evidence(
            definition="known", holds=True, text=first.story[:300], dated=first.on, is_stale=stale
        )
    text = (
        _("A reference without its story cannot be used.")
        if rows
        else _("It is not in the library of references.")
    )
    return Evidence(definition="known", holds=False, text=text, dated=rows[0].on if rows else None)


def _partner(ground: Ground, account: Account) -> Evidence:
    one = ground.answers.get((OPENNESS, account.pk))
    if one is None:
        text = _("The checklist of openness is empty; being a reseller is no reason.")
        return Evidence(definition="partner", holds=False, text=text)
    dated = _day(one)
    holds = status_rules.partner_holds(one.result)
    told = {"score": number_format(one.score or 0, decimal_pos=0)}
    text = ngettext(
        "%(score)s sign of openness has been seen.",
        "%(score)s signs of openness have been seen.",
        int(one.score or 0),
    )
    stale = status_rules.is_stale(dated, ground.today, ANSWERS_FRESH)
    return Evidence(definition="partner", holds=holds, text=text % told, dated=dated, is_stale=stale)


def _mentor(ground: Ground, account: Account) -> Evidence:
    rows = ground.advice.get(account.pk, [])
    whole = [row for row in rows if row.advice and row.action and row.result]
    if not whole:
        text = (
            _("Advice was asked, but no advice was followed to an outcome yet.")
            if rows
            else _("It was never asked for advice.")
        )
        return Evidence(definition="mentor", holds=False, text=text, dated=rows[0].asked_on if rows else None)
    count = ngettext(
        "%(n)s piece of advice followed to its outcome",
        "%(n)s pieces of advice followed to their outcome",
        len(whole),
    )
    text = _("%(count)s, the last: %(advice)s") % {
        "count": count % {"n": len(whole)},
        "advice": whole[0].advice[:200],
    }
    stale = status_rules.is_stale(whole[0].asked_on, ground.today, ANSWERS_FRESH)
    return Evidence(definition="mentor", holds=True, text=text, dated=whole[0].asked_on, is_stale=stale)


def _innovator(ground: Ground, account: Account) -> Evidence:
    dated = ground.snapshot.as_of if ground.snapshot else None
    count = ground.innovator_of.get(account.number, 0)
    stale = status_rules.is_stale(dated, ground.today, FIGURES_FRESH)
    if count:
        text = ngettext(
            "Among the first to buy %(n)s new product in 12 months.",
            "Among the first to buy %(n)s new products in 12 months.",
            count,
        )
        return Evidence(
            definition="innovator", holds=True, text=text % {"n": count}, dated=dated, is_stale=stale
        )
    text = (
        _("Of the new products of 12 months it bought none among the first.")
        if ground.innovation_told
        else _("What was new in these 12 months cannot be told.")
    )
    return Evidence(definition="innovator", holds=False, text=text, dated=dated, is_stale=stale)


def _day(one: Assessment) -> dt.date:
    assert one.finished_at is not None  # noqa: S101 - only finished ones are asked for
    return timezone.localdate(one.finished_at)


_HOW = {
    "contribution": _contribution,
    "potential": _potential,
    "known": _known,
    "partner": _partner,
    "mentor": _mentor,
    "innovator": _innovator,
}


# --- against -----------------------------------------------------------------------------------------------


def counter_arguments(
    reasons: Collection[str], found: Sequence[Evidence], row: AccountFigure | None
) -> list[str]:
    """What speaks against a status that rests on `reasons`: sentences, the gravest first (SEL-17, C5)."""
    told = [_SHALLOW[rests]] if (rests := status_rules.rests_only_on(reasons)) else []
    if row is not None and row.low_income:
        told.append(_("It is bought by price: much turnover, little income."))
    if row is not None and row.margin_falling:
        told.append(_("Its margin has been falling for quarters."))
    if row is not None and row.state in ("lapsed", "lost"):
        told.append(_("It has been silent for longer than it uses to be."))
    for each in found:
        if each.definition in reasons and each.is_stale and each.dated is not None:
            told.append(_("The evidence is old: %(day)s.") % {"day": day_in_words(each.dated)})
            break
    return [str(text) for text in told]


_SHALLOW: dict[str, str | Promise] = {
    "income": gettext_lazy("It rests on today’s income alone: what will it bring in three years?"),
    "fame": gettext_lazy("It rests on the name alone: fame brings no income by itself."),
    "income_and_fame": gettext_lazy(
        "It rests on today’s income and the name alone; nothing speaks for its future."
    ),
}
