"""Facts and needs of all accounts in reach, as lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices, search, search_index
from kamerton.accounts.actions import facts, needs
from kamerton.accounts.models import Fact, Need, SearchEntry
from kamerton.core import clock, undo
from kamerton.web import formats, lists
from kamerton.web.knowledge_words import NEED_STATES, badges, secrecy_badge, standing_badge
from kamerton.web.parts import Badge, Cell
from kamerton.web.undo import undo_url

_VIEW, _EDIT = "accounts.view", "accounts.edit"
_SHORT = 140


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rsplit(' ', 1)[0]} …"


def _searched(kind: str) -> Any:
    """By the full-text index, or by the account's name or number."""

    def narrow(rows: Any, words: str) -> Any:
        told = search.asked(words)
        if not told:
            return rows.none()
        entries = SearchEntry.objects.filter(kind=kind, pk__in=search_index.matching(told)).values("row")
        accounts = SearchEntry.objects.filter(kind="account", pk__in=search_index.matching(told)).values(
            "row"
        )
        return rows.filter(Q(pk__in=entries) | Q(account__in=accounts))

    return narrow


def _leave_trace(rows: Sequence[Any], here: lists.Here) -> None:
    secrets.reading(here.actor, rows, here.now)


def _account_cell(row: Any, _here: lists.Here) -> Cell:
    return Cell(row.account.name, url=reverse("account_dossier", args=[row.account.number]))


_ACCOUNT = lists.Field(
    label=_("Account"), sort="account__name", cell=_account_cell, plain=lambda row: row.account.name
)
_SECRECY = lists.Field(
    label=_("Secrecy"), sort="secrecy", default=False,
    cell=lambda row, _here: str(row.get_secrecy_display()), plain=lambda row: str(row.get_secrecy_display()),
)  # fmt: skip


class SecrecyForm(forms.Form):
    secrecy = forms.TypedChoiceField(label=_("secrecy"), coerce=int, choices=list(Secrecy.choices))


class StateForm(forms.Form):
    state = forms.ChoiceField(label=_("state"), choices=choices.need_states)


# --- facts -----------------------------------------------------------------------------------------------


def _verify(*, actor: User, rows: list[Fact], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:  # noqa: ARG001
    before = {row.pk: [row.pk, row.confidence, row.dated.isoformat()] for row in rows}
    done, refused = lists.each(rows, lambda row: facts.verify(actor=actor, fact=row, now=now), name=_name)
    text = ngettext("%(n)s fact verified as of today.", "%(n)s facts verified as of today.", len(done))
    return _done(actor, "accounts.fact_unverify", [before[row.pk] for row in done], text, refused, now)


def _set_secrecy(*, actor: User, rows: list[Fact], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:
    before = {row.pk: [row.pk, int(row.secrecy)] for row in rows}
    level = cleaned["secrecy"]
    done, refused = lists.each(
        rows, lambda row: facts.set_secrecy(actor=actor, fact=row, secrecy=level, now=now), name=_name
    )
    text = ngettext("%(n)s fact has its new level.", "%(n)s facts have their new level.", len(done))
    return _done(actor, "accounts.fact_secrecy", [before[row.pk] for row in done], text, refused, now)


def _withdraw(*, actor: User, rows: list[Fact], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:  # noqa: ARG001
    done, refused = lists.each(rows, lambda row: facts.withdraw(actor=actor, fact=row, now=now), name=_name)
    text = ngettext("%(n)s fact withdrawn.", "%(n)s facts withdrawn.", len(done))
    return _done(actor, "accounts.fact_restore", [row.pk for row in done], text, refused, now)


def _name(row: Fact) -> str:
    return _short(row.statement)


def _done(
    actor: User, kind: str, told: list[Any], text: str, refused: Sequence[lists.Refusal], now: dt.datetime
) -> lists.Done:
    if not told:
        return lists.Done(text="", refused=refused)
    token = undo.offer(actor=actor, kind=kind, parameters={"facts": told}, now=now)
    return lists.Done(text=text % {"n": formats.number(len(told))}, undo_url=undo_url(token), refused=refused)


def _standing(rows: Any, value: str) -> Any:
    return {"verified": rows.verified, "likely": rows.likely, "assumption": rows.assumptions}[value]()


def _age(rows: Any, value: str) -> Any:
    return rows.filter(dated__lt=clock.today() - dt.timedelta(days=int(value)))


def _answered(here: lists.Here) -> Any:
    """Goals with a solution that the reader may see."""
    solutions = Fact.objects.current().filter(topic="solution", answers__isnull=False)
    return policy.scope(solutions, here.actor, _VIEW).order_by().values("answers")


FACTS = lists.ListPage(
    name="facts",
    sentences=True,
    title=_("Facts"),
    right=_VIEW,
    rows=lambda here: policy.scope(
        Fact.objects.current().select_related("account", "contact", "created_by"), here.actor, _VIEW
    ),
    columns={
        "statement": lists.Field(
            label=_("Statement"),
            cell=lambda row, _here: Cell(
                _short(row.statement), url=reverse("fact", args=[row.pk]), drawer=True,
            ),
            plain=lambda row: row.statement,
        ),
        "standing": lists.Field(
            label=_("How sure"),
            cell=lambda row, here: Cell(badges=badges(row, here.today)),
            plain=lambda row: str(standing_badge(row).label),
        ),
        "account": _ACCOUNT,
        "topic": lists.text("get_topic_display", _("About"), sort="topic"),
        "contact": lists.text("contact.display_name", _("Contact"), sort="contact__name", default=False),
        "dated": lists.date("dated", _("As of")),
        "confidence": lists.text("get_confidence_display", _("Confidence"), sort="confidence", default=False),
        "source_kind": lists.text("get_source_kind_display", _("Source"), sort="source_kind", default=False),
        "source": lists.text("source", _("Which source"), default=False),
        "author": lists.text("created_by.display_name", _("Written by"), default=False),
        "secrecy": _SECRECY,
    },
    counted=lambda n: ngettext("%(n)s fact", "%(n)s facts", n),
    units=_("facts"),
    search=_searched("fact"),
    search_hint=_("Words of the statement, or an account"),
    filters={
        "topic": lists.Filter(label=_("About"), apply="topic", options=lambda _here: choices.fact_topics()),
        "standing": lists.Filter(
            label=_("How sure"),
            apply=_standing,
            options=[
                ("verified", pgettext_lazy("fact", "Verified")),
                ("likely", pgettext_lazy("fact", "Likely")),
                ("assumption", pgettext_lazy("fact", "Assumption")),
            ],
        ),
        "source_kind": lists.Filter(
            label=_("Source"), apply="source_kind",
            options=lambda _here: [each for each in choices.fact_sources() if each[0]],
        ),
        "age": lists.Filter(
            label=_("Older than"), apply=_age,
            options=[("90", _("3 months")), ("180", _("6 months")), ("365", _("a year")), ("730", _("2 years"))],
        ),
        "secrecy": lists.Filter(
            label=_("Secrecy"), apply="secrecy",
            options=lambda here: [(str(level.value), level.label) for level in Secrecy
                                  if level <= policy.clearance(here.actor)],
        ),
        "account": lists.Filter(label=_("Account"), apply="account__number"),
    },
    selections={
        "assumptions": lists.Selection(label=_("Assumptions"), narrow=lambda rows, _here: rows.assumptions()),
        "stale": lists.Selection(label=_("Stale"), narrow=lambda rows, here: rows.stale(here.today)),
        "secret": lists.Selection(
            label=_("Secret"), narrow=lambda rows, _here: rows.filter(secrecy=Secrecy.SECRET)
        ),
        "unanswered": lists.Selection(
            label=_("Goals without a solution"),
            narrow=lambda rows, here: rows.filter(topic="goal").exclude(pk__in=_answered(here)),
        ),
    },
    actions=[
        lists.BulkAction(key="verify", label=_("Verified today"), right=_EDIT, icon="circle-check", run=_verify),
        lists.BulkAction(key="secrecy", label=_("Set secrecy"), right=_EDIT, icon="lock", form=SecrecyForm,
                         run=_set_secrecy),
        lists.BulkAction(key="withdraw", label=_("Withdraw"), right=_EDIT, tone="bad", run=_withdraw),
    ],
    default_sort="-dated",
    row_name=_name,
    gather=_leave_trace,
    secret=lambda rows: rows.filter(secrecy=Secrecy.SECRET).exists(),
    file_columns=("account", "statement", "topic", "standing", "dated", "confidence", "source_kind", "source", "secrecy"),
    empty=lists.Blank(
        title=_("No facts yet"),
        text=_("What is known of an account is written down in its dossier, with its source and its day."),
    ),
)  # fmt: skip


# --- needs -----------------------------------------------------------------------------------------------


def _set_state(*, actor: User, rows: list[Need], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:
    before = {row.pk: [row.pk, row.state] for row in rows}
    state = cleaned["state"]
    done, refused = lists.each(rows, lambda row: needs.set_state(actor=actor, need=row, state=state, now=now))
    if not done:
        return lists.Done(text="", refused=refused)
    told = {"needs": [before[row.pk] for row in done]}
    token = undo.offer(actor=actor, kind="accounts.need_states", parameters=told, now=now)
    text = ngettext("%(n)s need changed.", "%(n)s needs changed.", len(done)) % {
        "n": formats.number(len(done))
    }
    return lists.Done(text=text, undo_url=undo_url(token), refused=refused)


NEEDS = lists.ListPage(
    name="needs",
    sentences=True,
    title=_("Needs"),
    right=_VIEW,
    rows=lambda here: policy.scope(
        Need.objects.select_related("account", "contact", "created_by"), here.actor, _VIEW
    ),
    columns={
        "what": lists.Field(
            label=_("Need"),
            cell=lambda row, _here: Cell(
                _short(row.what), url=reverse("need", args=[row.pk]), drawer=True, sub=row.source,
                badges=secrecy_badge(row.secrecy),
            ),
            plain=lambda row: row.what,
        ),
        "account": _ACCOUNT,
        "state": lists.Field(
            label=_("State"), sort="state", plain=lambda row: str(row.get_state_display()),
            cell=lambda row, _here: Cell(badges=(Badge(NEED_STATES[row.state], row.get_state_display(), soft=True),)),
        ),
        "raised_on": lists.date("raised_on", _("Raised on")),
        "contact": lists.text("contact.display_name", _("Said by"), sort="contact__name"),
        "family": lists.text("family", _("Product family"), sort="family", default=False),
        "answer": lists.text("answer", _("Our answer"), default=False),
        "source": lists.text("source", _("Source"), default=False),
        "secrecy": _SECRECY,
    },
    counted=lambda n: ngettext("%(n)s need", "%(n)s needs", n),
    units=_("needs"),
    search=_searched("need"),
    search_hint=_("Words of the need, or an account"),
    filters={
        "state": lists.Filter(label=_("State"), apply="state", options=lambda _here: choices.need_states()),
        "secrecy": FACTS.filters["secrecy"],
        "account": lists.Filter(label=_("Account"), apply="account__number"),
    },
    selections={
        "unanswered": lists.Selection(
            label=_("Unanswered"), narrow=lambda rows, _here: rows.filter(state="open", answer="")
        ),
        "mine": lists.Selection(
            label=_("Written by me"), narrow=lambda rows, here: rows.filter(created_by=here.actor.pk)
        ),
    },
    actions=[
        lists.BulkAction(key="state", label=_("Set the state"), right=_EDIT, icon="flag", form=StateForm, run=_set_state)
    ],
    default_sort="-raised_on",
    row_name=lambda row: _short(row.what),
    gather=_leave_trace,
    secret=lambda rows: rows.filter(secrecy=Secrecy.SECRET).exists(),
    file_columns=("account", "what", "state", "raised_on", "answer", "source", "secrecy"),
    empty=lists.Blank(
        title=_("No needs yet"),
        text=_("A need is written down in the dossier of its account; whoever is responsible is told."),
    ),
)  # fmt: skip
