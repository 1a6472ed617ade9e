"""Lists of the room: plans, ideas of products developed together, templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.plans import choices, queries
from kamerton.plans.actions import copying, lines
from kamerton.plans.models import Line, Plan, PlanTemplate
from kamerton.web import formats, lists, plan_words
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.plan_parts import EDIT, VIEW, plan_url
from kamerton.work import key_accounts

# --- plans -----------------------------------------------------------------------------------------------------------


def _plans(here: Here) -> Any:
    return (
        queries.plans(here.actor).prefetch_related("versions").order_by("account__name", "-starts_on", "-pk")
    )


def _beside(rows: Sequence[Plan], here: Here) -> dict[int, queries.Standing]:
    """What needs attention, of the rows shown. A constant number of queries."""
    found = queries.standings(here.today, {row.account_id for row in rows})
    return {each.plan: each for told in found.values() for each in told}


def _attention(row: Plan, here: Here) -> Cell:
    told = here.gathered.get(row.pk)
    badges = []
    if told is not None and told.late:
        text = ngettext("%(n)s late", "%(n)s late", told.late) % {"n": formats.number(told.late)}
        badges.append(Badge("bad", text, soft=True))
    if told is not None and told.one_sided:
        badges.append(Badge("warn", _("One-sided"), soft=True))
    if told is not None and told.short_term:
        badges.append(Badge("warn", _("Short-sighted"), soft=True))
    return Cell(badges=tuple(badges))


def _newest(row: Plan) -> Any:
    return max(row.versions.all(), key=lambda each: each.number, default=None)


def _version(row: Plan, _here: Here) -> Cell:
    newest = _newest(row)
    if newest is None:
        return Cell(_("none"), tone="muted")
    return Cell(formats.number(newest.number), badges=(plan_words.version_badge(newest),))


def _plans_lead(count: int, here: Here) -> str:
    if here.want.is_narrow:
        return ""
    keys = Account.objects.current().filter(number__in=key_accounts.key_numbers(None))
    without = policy.scope(
        keys.exclude(pk__in=Plan.objects.open().values("account")), here.actor, VIEW
    ).count()
    text = ngettext("%(n)s plan.", "%(n)s plans.", count) % {"n": formats.number(count)}
    if not without:
        return text
    more = ngettext("%(n)s key account has none.", "%(n)s key accounts have none.", without)
    return f"{text} {more % {'n': formats.number(without)}}"


PLANS = ListPage(
    name="plans",
    title=gettext_lazy("Plans"),
    right=VIEW,
    rows=_plans,
    columns={
        "account": Field(
            label=gettext_lazy("Account"), sort="account__name", plain=lambda row: row.account.name,
            cell=lambda row, _here: Cell(row.account.name, url=plan_url(row)),
        ),
        "title": lists.text("title", gettext_lazy("Plan"), sort="title", default=False),
        "phase": Field(
            label=gettext_lazy("Phase"), sort="phase", plain=lambda row: str(row.get_phase_display()),
            cell=lambda row, _here: Cell(badges=(plan_words.phase_badge(row),)),
        ),
        "attention": Field(
            label=gettext_lazy("Needs attention"), cell=_attention, plain=lambda _row: "",
            in_file=lambda row, here: here.gathered[row.pk].late if row.pk in here.gathered else 0,
        ),
        "version": Field(
            label=gettext_lazy("Version"), cell=_version,
            plain=lambda row: newest.number if (newest := _newest(row)) else "",
        ),
        "review": Field(
            label=gettext_lazy("Last review"),
            cell=lambda row, here: formats.date(here.gathered[row.pk].last_review, short=True)
            if row.pk in here.gathered and here.gathered[row.pk].last_review else Cell(_("none"), tone="muted"),
            plain=lambda _row: "",
            in_file=lambda row, here: here.gathered[row.pk].last_review if row.pk in here.gathered else None,
        ),
        "owner": lists.text("owner.display_name", pgettext_lazy("task", "Owner"), sort="owner__first_name"),
        "starts": lists.date("starts_on", gettext_lazy("From"), default=False),
        "ends": lists.date("ends_on", gettext_lazy("Until")),
    },
    counted=lambda n: ngettext("%(n)s plan", "%(n)s plans", n),
    units=gettext_lazy("plans"),
    search=lambda rows, words: rows.filter(
        Q(account__in=Account.objects.search(words).values("pk")) | Q(title__icontains=words)
    ),
    search_hint=gettext_lazy("Account or title"),
    filters={
        "phase": Filter(
            label=gettext_lazy("Phase"), apply="phase",
            options=lambda _here: [(key, str(text)) for key, text in choices.phases()],
        ),
        "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "open": Selection(label=pgettext_lazy("plans", "Open"), narrow=lambda rows, _here: rows.open()),
        "mine": Selection(
            label=pgettext_lazy("plans", "Mine"), narrow=lambda rows, here: rows.open().filter(owner=here.actor.pk)
        ),
        "late": Selection(
            label=gettext_lazy("With late activities"),
            narrow=lambda rows, here: queries.late_activities(rows, here.today),
        ),
        "one_sided": Selection(
            label=gettext_lazy("One-sided"), narrow=lambda rows, _here: queries.one_sided(rows.open())
        ),
        "waiting": Selection(
            label=gettext_lazy("Waiting for approval"),
            narrow=lambda rows, _here: rows.filter(versions__state="waiting").distinct(),
        ),
        "orphan": Selection(
            label=gettext_lazy("Owner has left"), narrow=lambda rows, _here: rows.open().filter(owner__is_active=False)
        ),
    },
    default_sort="account",
    row_name=lambda row: row.title,
    row_url=plan_url,
    faint=lambda row: not row.is_open,
    gather=_beside,
    lead=_plans_lead,
    others=lambda _here: [
        Link(_("Ideas of products"), reverse("plan_ideas"), "bulb"),
        Link(_("Templates"), reverse("plan_templates"), "list"),
    ],
    empty=Blank(
        title=gettext_lazy("No plan yet"),
        text=gettext_lazy("Open an account and begin its plan: what is known of it is filled in at once."),
        icon="list-check",
        action=lambda _here: Link(_("Accounts"), reverse("accounts"), "building-store"),
    ),
)  # fmt: skip


# --- ideas of products -----------------------------------------------------------------------------------------------


def _ideas(here: Here) -> Any:
    rows = Line.objects.filter(kind="design").select_related("plan__account", "need", "contact")
    rows = policy.scope(rows, here.actor, VIEW)
    return rows.filter(Q(need=None) | Q(need__secrecy__lte=policy.clearance(here.actor))).order_by(
        "-created_at", "-pk"
    )


class StateForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("state"), choices=choices.line_states)


def _move(*, actor: User, rows: list[Line], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    def move(row: Line) -> None:
        lines.edit(actor=actor, line=row, opened={}, submitted={"state": cleaned["state"]}, now=now)

    done, refused = lists.each(rows, move, name=lambda row: row.text)
    text = ngettext("%(n)s idea changed.", "%(n)s ideas changed.", len(done)) % {
        "n": formats.number(len(done))
    }
    return Done(text=text if done else "", refused=refused)


IDEAS = ListPage(
    name="plan_ideas",
    title=gettext_lazy("Ideas of products developed together"),
    right=VIEW,
    rows=_ideas,
    columns={
        "what": Field(
            label=pgettext_lazy("plan", "Idea"), sort="text", plain=lambda row: row.text,
            cell=lambda row, _here: Cell(row.text, sub=row.detail[:160]),
        ),
        "state": Field(
            label=gettext_lazy("State"), sort="state", plain=lambda row: str(row.get_state_display()),
            cell=lambda row, _here: Cell(badges=(plan_words.idea_badge(row.state),)),
        ),
        "account": Field(
            label=gettext_lazy("Account"), sort="plan__account__name", plain=lambda row: row.plan.account.name,
            cell=lambda row, _here: row.plan.account.name,
        ),
        "need": lists.text("need.what", gettext_lazy("Need"), sort="need__what"),
        "contact": lists.text("contact.display_name", gettext_lazy("Contact"), sort="contact__name"),
        "created": lists.moment("created_at", gettext_lazy("Written down"), default=False),
    },
    counted=lambda n: ngettext("%(n)s idea", "%(n)s ideas", n),
    units=gettext_lazy("ideas"),
    search=lambda rows, words: rows.filter(
        Q(plan__account__search_text__contains=words.casefold()) | Q(text__icontains=words)
    ),
    search_hint=gettext_lazy("Idea or account"),
    filters={
        "state": Filter(
            label=gettext_lazy("State"), apply="state",
            options=lambda _here: [(key, str(text)) for key, text in choices.line_states()],
        ),
        "account": Filter(label=gettext_lazy("Account"), apply="plan__account__number"),
    },
    selections={
        "going": Selection(
            label=gettext_lazy("Not over"),
            narrow=lambda rows, _here: rows.exclude(state__in=("done", "dropped")),
        ),
    },
    actions=[
        BulkAction(key="state", label=gettext_lazy("Change the state"), right=EDIT, icon="flag", form=StateForm, run=_move)
    ],
    row_name=lambda row: row.text,
    row_url=lambda row: plan_url(row.plan_id, "ideas"),
    faint=lambda row: row.state in ("done", "dropped"),
    lead=lambda _count, _here: _("New designs and new applications that customers and we think about together."),
    others=lambda _here: [Link(_("Plans"), reverse("plans"), "list-check")],
    secret=lambda rows: rows.filter(secrecy=2).exists(),
    empty=Blank(
        title=gettext_lazy("No idea is written down"),
        text=gettext_lazy("Open the plan of an account and write down what could be developed together."),
        icon="bulb",
    ),
)  # fmt: skip


# --- templates -------------------------------------------------------------------------------------------------------


def _templates(here: Here) -> Any:
    rows = PlanTemplate.objects.select_related("industry", "account", "created_by")
    return policy.scope(rows, here.actor, VIEW).order_by("name", "pk")


def _for(row: PlanTemplate) -> str:
    if row.account is not None:
        return row.account.name
    return row.industry.name if row.industry is not None else _("every account")


def _remove(*, actor: User, rows: list[PlanTemplate], cleaned: dict[str, Any], now: dt.datetime) -> Done:  # noqa: ARG001
    def remove(row: PlanTemplate) -> None:
        copying.remove_template(actor=actor, template=row, now=now)

    done, refused = lists.each(rows, remove, name=lambda row: row.name)
    text = ngettext("%(n)s template taken away.", "%(n)s templates taken away.", len(done))
    return Done(text=text % {"n": formats.number(len(done))} if done else "", refused=refused)


TEMPLATES = ListPage(
    name="plan_templates",
    title=gettext_lazy("Templates of plans"),
    right=VIEW,
    rows=_templates,
    columns={
        "name": Field(label=gettext_lazy("Template"), sort="name", plain=lambda row: row.name, cell=lambda row, _here: row.name),
        "for": Field(label=gettext_lazy("For"), plain=_for, cell=lambda row, _here: _for(row)),
        "activities": Field(
            label=gettext_lazy("Activities"), numeric=True, plain=lambda row: len(row.content.get("activities", [])),
            cell=lambda row, _here: formats.number(len(row.content.get("activities", []))),
        ),
        "objectives": Field(
            label=gettext_lazy("Objectives"), numeric=True, plain=lambda row: len(row.content.get("objectives", [])),
            cell=lambda row, _here: formats.number(len(row.content.get("objectives", []))),
        ),
        "author": lists.text("created_by.display_name", gettext_lazy("Made by"), sort="created_by__first_name"),
        "created": lists.moment("created_at", gettext_lazy("Made on"), default=False),
    },
    counted=lambda n: ngettext("%(n)s template", "%(n)s templates", n),
    units=gettext_lazy("templates"),
    search=lambda rows, words: rows.filter(name__icontains=words),
    search_hint=gettext_lazy("Name"),
    actions=[BulkAction(key="remove", label=gettext_lazy("Remove"), right=EDIT, icon="x", run=_remove, tone="bad")],
    row_name=lambda row: row.name,
    lead=lambda _count, _here: _("A plan may begin with one; none is ever needed."),
    others=lambda _here: [Link(_("Plans"), reverse("plans"), "list-check")],
    empty=Blank(
        title=gettext_lazy("No template yet"),
        text=gettext_lazy("Open a plan that worked and keep it as a template."),
        icon="list",
    ),
)  # fmt: skip
