"""Lists of the room: plans of accounts on which we depend, and the register of barriers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.accounts.models import Account, Coverage
from kamerton.portfolio import protection_queries
from kamerton.portfolio.models import Barrier, Dependence, Protection
from kamerton.portfolio.models.protection import barrier_kinds, barrier_states, grades
from kamerton.web import formats, lists, protection_words
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Cell, Link
from kamerton.web.protection import VIEW, risk_url

# --- plans -----------------------------------------------------------------------------------------------------


def _plans(here: Here) -> Any:
    """Those in force first; the gravest place of the newest span beside each."""
    spans = Dependence.objects.filter(plan=OuterRef("pk")).order_by("-since", "-pk")
    newest = {name: Subquery(spans.values(name)[:1]) for name in ("grade", "share", "since", "until")}
    rows: Any = policy.scope(protection_queries.with_parts(Protection.objects.current()), here.actor, VIEW)
    return rows.annotate(**{f"last_{name}": value for name, value in newest.items()}).order_by(
        "-last_share", "pk"
    )


def _beside(rows: Sequence[Protection], here: Here) -> dict[int, str]:
    held = Coverage.objects.on(here.today).filter(
        role="responsible", account__in=[row.account_id for row in rows]
    )
    return {
        each.account_id: each.person.display_name for each in held.select_related("person") if each.person
    }


def _grade(row: Any, _here: Here) -> Cell:
    told = protection_queries.standing(row)
    text = protection_words.place(told.span.share, told.span.level, told.span.of)
    if not told.in_force:
        return Cell(text, tone="muted")
    return Cell(text, badges=(protection_words.grade_badge(told.span),))


def _how_far(row: Any, _here: Here) -> Cell:
    told = protection_queries.standing(row)
    if not told.in_force:
        return Cell(_("ended on %(day)s") % {"day": formats.date(told.span.until, short=True)}, tone="muted")
    return Cell(badges=(protection_words.COMPLETENESS[told.told],))


def _plans_lead(count: int, here: Here) -> str:
    if here.want.is_narrow:
        return ""
    if not count:
        return _("No account is past the critical line, so no plan is needed.")
    open_now = list(_plans(here).filter(spans__until=None).distinct())
    waiting = len(protection_queries.incomplete(open_now))
    text = ngettext(
        "We depend on %(n)s account; it has its plan against losing it.",
        "We depend on %(n)s accounts; each has its plan against losing it.",
        len(open_now),
    )
    first = text % {"n": formats.number(len(open_now))}
    if not waiting:
        return first
    second = ngettext(
        "%(n)s is incomplete: nothing keeps competitors out yet.",
        "%(n)s are incomplete: nothing keeps competitors out yet.",
        waiting,
    )
    return f"{first} {second % {'n': formats.number(waiting)}}"


PROTECTIONS = ListPage(
    name="protections",
    title=gettext_lazy("Plans against losing them"),
    right=VIEW,
    rows=_plans,
    columns={
        "account": Field(
            label=gettext_lazy("Account"), sort="account__name", plain=lambda row: row.account.name,
            cell=lambda row, _here: row.account.name,
        ),
        "dependence": Field(
            label=gettext_lazy("Dependence"), sort="last_share", cell=_grade, plain=lambda row: row.last_grade,
            in_file=lambda row, _here: row.last_share,
        ),
        "state": Field(
            label=gettext_lazy("Plan"), cell=_how_far,
            plain=lambda row: protection_queries.standing(row).told,
        ),
        "barriers": Field(
            label=gettext_lazy("Barriers that stand"), numeric=True,
            cell=lambda row, _here: formats.number(protection_queries.standing(row).counts.get("stands", 0)),
            plain=lambda row: protection_queries.standing(row).counts.get("stands", 0),
        ),
        "responsible": Field(
            label=gettext_lazy("Responsible"), plain=lambda _row: "",
            cell=lambda row, here: here.gathered.get(row.account_id, "") or Cell(_("nobody"), tone="bad"),
            in_file=lambda row, here: here.gathered.get(row.account_id, ""),
        ),
        "since": lists.date("last_since", gettext_lazy("Since")),
        "until": lists.date("last_until", gettext_lazy("Until"), default=False),
    },
    counted=lambda n: ngettext("%(n)s plan", "%(n)s plans", n),
    units=gettext_lazy("plans"),
    search=lambda rows, words: rows.filter(account__in=Account.objects.search(words).values("pk")),
    search_hint=gettext_lazy("Name or number"),
    filters={
        "grade": Filter(
            label=gettext_lazy("Dependence"), apply="last_grade",
            options=lambda _here: [(key, str(text)) for key, text in grades()],
        ),
    },
    selections={
        "in_force": Selection(
            label=pgettext_lazy("plan", "In force"), narrow=lambda rows, _here: rows.filter(last_until=None)
        ),
        "incomplete": Selection(
            label=pgettext_lazy("plan", "Incomplete"),
            narrow=lambda rows, _here: protection_queries.without_built(rows),
        ),
    },
    row_name=lambda row: row.account.name,
    row_url=lambda row: risk_url(row.account.number),
    faint=lambda row: row.last_until is not None,
    gather=_beside,
    lead=_plans_lead,
    others=lambda _here: [Link(_("Register of barriers"), reverse("barriers"), "lock")],
    empty=Blank(
        title=gettext_lazy("No plan is needed"),
        text=gettext_lazy("An account past the critical line gets one by itself, with its tasks, when figures come."),
        icon="lock",
    ),
    template="portfolio/risk_list.html",
)  # fmt: skip


# --- barriers --------------------------------------------------------------------------------------------------


def _barriers(here: Here) -> Any:
    rows = Barrier.objects.filter(plan__account__merged_into=None).select_related("plan__account", "owner")
    return policy.scope(rows, here.actor, VIEW).order_by("plan__account__name", "pk")


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(
            Q(plan__account__search_text__contains=word.casefold())
            | Q(what__icontains=word)
            | Q(against__icontains=word)
        )
    return rows


def _stale(today: dt.date) -> Any:
    """Stand for more than a year: worth asking whether they still do."""
    return {"state": "stands", "since__lt": today - dt.timedelta(days=365)}


BARRIERS = ListPage(
    name="barriers",
    title=gettext_lazy("Register of barriers"),
    right=VIEW,
    rows=_barriers,
    columns={
        "what": Field(
            label=gettext_lazy("Barrier"), sort="what", plain=lambda row: row.what, cell=lambda row, _here: row.what
        ),
        "state": Field(
            label=gettext_lazy("State"), sort="state", plain=lambda row: str(row.get_state_display()),
            cell=lambda row, _here: Cell(badges=(protection_words.state_badge(row),)),
        ),
        "account": Field(
            label=gettext_lazy("Account"), sort="plan__account__name", plain=lambda row: row.plan.account.name,
            cell=lambda row, _here: Cell(row.plan.account.name, url=risk_url(row.plan.account.number)),
        ),
        "kind": Field(
            label=gettext_lazy("Kind"), sort="kind", plain=lambda row: str(row.get_kind_display()),
            cell=lambda row, _here: str(row.get_kind_display()),
        ),
        "against": lists.text("against", gettext_lazy("Against"), sort="against"),
        "owner": lists.text("owner.display_name", gettext_lazy("Owner"), sort="owner__first_name"),
        "since": lists.date("since", gettext_lazy("Stands since")),
        "evidence": lists.text("evidence", gettext_lazy("What shows it"), default=False),
    },
    counted=lambda n: ngettext("%(n)s barrier", "%(n)s barriers", n),
    units=gettext_lazy("barriers"),
    search=_search,
    search_hint=gettext_lazy("Account, barrier or competitor"),
    filters={
        "state": Filter(
            label=gettext_lazy("State"), apply="state",
            options=lambda _here: [(key, str(text)) for key, text in barrier_states()],
        ),
        "kind": Filter(
            label=gettext_lazy("Kind"), apply="kind",
            options=lambda _here: [(key, str(text)) for key, text in barrier_kinds()],
        ),
    },
    selections={
        "old": Selection(
            label=gettext_lazy("Not looked at for a year"),
            narrow=lambda rows, here: rows.filter(**_stale(here.today)),
        ),
    },
    row_name=lambda row: row.what,
    row_url=lambda row: risk_url(row.plan.account.number),
    faint=lambda row: row.state == "lost",
    lead=lambda _count, _here: _("What keeps competitors from selling to the accounts on which we depend."),
    others=lambda _here: [Link(_("Plans against losing them"), reverse("protections"), "lock")],
    empty=Blank(
        title=gettext_lazy("No barrier is written down"),
        text=gettext_lazy("Open an account past the critical line and write down what keeps competitors out."),
        icon="lock",
    ),
    template="portfolio/risk_list.html",
)  # fmt: skip
