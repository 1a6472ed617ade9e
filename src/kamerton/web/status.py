"""Key status of one account: the six definitions with their evidence, the proposal, its history, the supplier's goal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.portfolio import status_evidence, status_kinds, status_queries
from kamerton.portfolio.actions import key_status, references
from kamerton.portfolio.actions.key_status import Proposal
from kamerton.portfolio.actions.status import ProfileMissing
from kamerton.portfolio.models import KeyProfile, KeyReason, KeyStatus, SupplierStage
from kamerton.portfolio.models.references import supplier_stages
from kamerton.portfolio.status_rules import Evidence
from kamerton.web import formats, service
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.assessments import start_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.status_words import benefit_and_risk, level_name
from kamerton.web.toasts import toast
from kamerton.web.work_fields import Day, PersonField


@gate("portfolio.view")
@require_GET
def one(request: HttpRequest, account: str) -> HttpResponse:
    actor, known = person(request), found(request, account, "portfolio.view")
    ground = status_evidence.ground_of(known, actor, clock.today())
    six = status_evidence.six(ground, known)
    written, held = status_queries.written(), status_queries.held_of(known)
    waiting = status_queries.waiting_for(known) if policy.can(actor, "work.view", known) else None
    figures = figures_of(request, known)
    row = figures[1]
    context = frame(request, known, "account_key", figures)
    context |= {
        "lead": _lead(known, held, six, row is not None and row.is_key),
        "profile_missing": written is None,
        "profile_url": reverse("settings") if policy.can(actor, "portfolio.configure") else "",
        "held": _held(actor, held, written) if held else None,
        "waiting": waiting,
        "six": [_definition(each, written, known, actor) for each in six],
        "actions": _actions(actor, known, held, waiting is not None, written),
        "history": _history(known),
        "supplier": _supplier(known),
        "package": service.beside(actor, known),
        "may_edit": policy.can(actor, "accounts.edit", known),
    }
    return render(request, "portfolio/status.html", context)


def _lead(account: Account, held: KeyStatus | None, six: Sequence[Evidence], by_figures: bool) -> str:
    holds = sum(each.holds for each in six)
    if held is not None:
        told = {
            "name": account.name,
            "day": formats.date(held.from_date),
            "level": level_name(held.level, held.of),
        }
        return _("%(name)s has been a key account since %(day)s (%(level)s).") % told
    if by_figures and status_queries.has_decided():
        return _("By the figures it is key, and that is not decided.")
    if holds:
        return _("%(n)s of the six definitions hold; nobody has decided that it is key.") % {
            "n": formats.number(holds)
        }
    return _("None of the six definitions holds today.")


def _held(actor: User, held: KeyStatus, written: KeyProfile | None) -> dict[str, Any]:
    words = status_queries.definition_words(written)
    may = policy.can(actor, "portfolio.decide")
    return {
        "terms": [
            (_("Level"), capfirst(level_name(held.level, held.of))),
            (_("Since"), formats.date(held.from_date)),
            (_("Decided by"), held.decided_by.display_name),
            (_("Why"), held.why),
            *((label, text) for label, text in ((_("What we gain by the dependence"), held.benefit),
                                                (_("What the dependence endangers"), held.risk)) if text),
            *([(_("Against it"), " ".join(held.counter))] if held.counter else []),
        ],
        "note": held.note,
        "reasons": [
            {
                "name": words[each.definition],
                "evidence": each.evidence,
                "sub": _("%(person)s, evidence of %(day)s")
                % {"person": each.by.display_name, "day": formats.date(each.dated)},
                "clear_url": reverse("key_reason_clear", args=[each.pk]) if may else "",
            }
            for each in held.reasons.all()
            if each.ended_at is None
        ],
    }  # fmt: skip


#: Definition -> the questionnaire that shows it.
_ASKED = {"potential": status_evidence.POTENTIAL, "partner": status_evidence.OPENNESS}


def _definition(each: Evidence, written: KeyProfile | None, account: Account, actor: User) -> dict[str, Any]:
    counts = written is None or each.definition in written.definitions
    badge = Badge("good", _("Holds")) if each.holds else Badge("off", _("Not shown"), soft=True)
    if each.holds and not counts:
        badge = Badge("neutral", _("Holds, does not count with you"), soft=True)
    return {
        "name": status_queries.definition_words(written)[each.definition],
        "badge": badge,
        "text": each.text,
        "dated": formats.date(each.dated) if each.dated else "",
        "stale": each.is_stale,
        "link": _way(each, account, actor),
    }


def _way(each: Evidence, account: Account, actor: User) -> Link | None:
    """Where the evidence comes from, or is asked for."""
    if (key := _ASKED.get(each.definition)) and policy.can(actor, "instruments.assess"):
        return Link(
            _("Ask the questions") if each.dated is None else _("Ask again"), start_url(key, account.pk)
        )
    if each.definition == "known" and policy.can(actor, "accounts.edit", account):
        return Link(_("Write down what we did"), reverse("reference_new", args=[account.number]))
    if each.definition == "mentor" and policy.can(actor, "work.edit", account):
        return Link(_("Log a consultation"), f"{reverse('consultation_new')}?account={account.number}")
    if each.definition == "innovator":
        return Link(_("Who buys new things first"), reverse("launches"))
    return None


def _actions(
    actor: User,
    account: Account,
    held: KeyStatus | None,
    waiting: bool,
    written: KeyProfile | None,
) -> list[Link]:
    if waiting or written is None or not policy.can(actor, "work.propose"):
        return []
    decides = policy.can(actor, "portfolio.decide")
    if held is None:
        label = _("Make it a key account") if decides else _("Propose as key account")
        return [Link(label, reverse("account_key_propose", args=[account.number]), "star")]
    change = _("Decide level and reasons anew") if decides else _("Propose another level or other reasons")
    end = _("End key status") if decides else _("Propose to end key status")
    return [
        Link(change, reverse("account_key_propose", args=[account.number]), "star"),
        Link(end, reverse("account_key_end", args=[account.number]), "star-off"),
    ]


def _history(account: Account) -> Table | None:
    rows = status_queries.history_of(account)
    if not rows:
        return None
    columns = (Column(_("From")), Column(_("Until")), Column(_("Level")), Column(_("Reasons")),
               Column(_("Decided by")), Column(_("Why it ended")))  # fmt: skip
    written = status_queries.written()
    words = status_queries.definition_words(written)
    body = [
        Row((
            formats.date(row.from_date, short=True),
            formats.date(row.until, short=True) if row.until else _("today"),
            capfirst(level_name(row.level, row.of)),
            Cell(", ".join(str(words[each.definition]) for each in row.reasons.all()), sub=row.why[:160]),
            row.decided_by.display_name,
            Cell(row.end_reason, sub=row.ended_by.display_name if row.ended_by else ""),
        ), faint=row.until is not None)
        for row in rows
    ]  # fmt: skip
    return Table(columns, body, _("History of key status"))


def _supplier(account: Account) -> dict[str, Any]:
    """How far we are with being the preferred supplier (OTH-01)."""
    rows = list(SupplierStage.objects.filter(account=account).select_related("by"))
    now = rows[0] if rows else None
    keys = [key for key, _label in supplier_stages()]
    return {
        "part": (keys.index(now.stage) + 1) / len(keys) if now else 0.0,
        "now": now,
        "since": formats.date(now.on) if now else "",
        "goal": formats.date(now.goal_on) if now and now.goal_on else "",
        "is_late": bool(now and now.goal_on and now.stage != "preferred" and now.goal_on < clock.today()),
        "rows": [
            {"text": row.get_stage_display(), "when": formats.date(row.on, short=True),
             "sub": " · ".join(part for part in (row.note, row.by.display_name) if part)}
            for row in rows
        ],
    }  # fmt: skip


# --- proposing -------------------------------------------------------------------------------------------------


class ProposalForm(forms.Form):
    """A box and a line of evidence for each definition that counts; what holds is ticked."""

    def __init__(self, *args: Any, six: Sequence[Evidence], written: KeyProfile, held: KeyStatus | None,
                 places: Sequence[tuple[str, str]], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        words = status_queries.definition_words(written)
        self.shown = [each for each in six if each.definition in written.definitions]
        self.words = words
        for each in self.shown:
            if not each.holds:
                continue
            self.fields[f"is_{each.definition}"] = forms.BooleanField(
                label=str(words[each.definition]), required=False, initial=True
            )
            self.fields[f"text_{each.definition}"] = forms.CharField(
                label=_("Evidence"), required=False, max_length=1000, initial=each.text,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
        self.fields["place"] = forms.ChoiceField(label=_("Level"), choices=places)
        self.fields["why"] = forms.CharField(
            label=_("Why it is key for us"), max_length=4000, initial=held.why if held else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip
        for name, label, text in (
            ("benefit", _("What we gain by the dependence"), held.benefit if held else ""),
            ("risk", _("What the dependence endangers"), held.risk if held else ""),
        ):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=1000,
                initial=text,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["receiver"] = PersonField(
            label=_("Who is to look after it"), required=False,
            help_text=_("Somebody else than today: a guided hand-over begins with the decision."),
        )  # fmt: skip

    def definitions(self) -> list[dict[str, Any]]:
        """Those that hold: a box and a line of evidence each."""
        return [
            {"box": self[f"is_{each.definition}"], "line": self[f"text_{each.definition}"],
             "dated": formats.date(each.dated) if each.dated else ""}
            for each in self.shown
            if each.holds
        ]  # fmt: skip

    @property
    def missing(self) -> list[tuple[str, str]]:
        """The others, and why not."""
        return [(str(self.words[each.definition]), each.text) for each in self.shown if not each.holds]

    def proposal(self) -> Proposal:
        told = self.cleaned_data
        level, _sign, of = told["place"].partition(":")
        reasons = {
            each.definition: told.get(f"text_{each.definition}", "")
            for each in self.shown
            if told.get(f"is_{each.definition}")
        }
        return Proposal(level=level, of=of, reasons=reasons, why=told["why"], benefit=told["benefit"],
                        risk=told["risk"], receiver=told["receiver"])  # fmt: skip


@gate("work.propose", also="portfolio.view")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, account: str) -> HttpResponse:
    actor, known = person(request), found(request, account, "portfolio.view")
    written = status_queries.written()
    if written is None:
        toast(request, str(ProfileMissing()), level="warn")
        return redirect("account_key", known.number)
    ground = status_evidence.ground_of(known, actor, clock.today())
    six, held = status_evidence.six(ground, known), status_queries.held_of(known)
    form = ProposalForm(
        request.POST or None, six=six, written=written, held=held, places=_places(ground, known, written, held),
        initial=_dependence(ground, known) if held is None else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        done: list[key_status.Outcome] = []
        if refused_to(form, lambda: done.append(
            key_status.propose(actor=actor, account=known, proposal=form.proposal(), now=clock.now())
        )):  # fmt: skip
            return _proposed(request, known, done[0])
    row = status_queries.figure_of(known, ground.snapshot)
    ticked = [each.definition for each in form.shown if each.holds]
    context = {
        "form": form,
        "account": known,
        "lead": _("Tick what counts, say why; the arguments against it go with the proposal."),
        "crumbs": [Link(known.name, reverse("account_key", args=[known.number]))],
        "counter": status_evidence.counter_arguments(ticked, six, row),
        "load": status_kinds.load_text(known, None, clock.today()),
        "package": status_kinds.package_text(known),
        "decides": policy.can(actor, "portfolio.decide"),
        "title": _("Key account: %(name)s") % {"name": known.name},
    }
    return render(request, "portfolio/status_propose.html", context, status=422 if form.errors else 200)


def _proposed(request: HttpRequest, account: Account, done: key_status.Outcome) -> HttpResponse:
    if done.approval is not None:
        toast(request, _("The proposal is on its way; you will read the decision here."))
        return redirect("approval", done.approval.pk)
    toast(request, _("%(name)s is a key account now.") % {"name": account.name})
    return redirect("account_key", account.number)


def _places(
    ground: status_evidence.Ground, account: Account, written: KeyProfile, held: KeyStatus | None
) -> list[tuple[str, str]]:
    """The levels that count: those at which the figures make it key first, then where its sellers are."""
    found: dict[str, str] = {}
    if held is not None and held.level in written.levels:
        found[f"{held.level}:{held.of}"] = capfirst(level_name(held.level, held.of))
    for at in ground.key_at.get(account.number, ()):
        found.setdefault(f"{at.level}:{at.of}", capfirst(level_name(at.level, at.of)))
    if "company" in written.levels:
        found.setdefault("company:", capfirst(level_name("company")))
    for level, of in status_queries.places_of(account, ground.snapshot):
        if level in written.levels:
            found.setdefault(f"{level}:{of}", capfirst(level_name(level, of)))
    return list(found.items())


def _dependence(ground: status_evidence.Ground, account: Account) -> dict[str, str]:
    """A first text of benefit and risk, from the share (C20)."""
    at = next(iter(ground.key_at.get(account.number, ())), None)
    if at is None or at.share is None:
        return {}
    benefit, risk = benefit_and_risk(at.share, at.level, at.of)
    return {"benefit": benefit, "risk": risk}


# --- ending, clearing, the supplier's stage --------------------------------------------------------------------


class EndForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it is no longer key"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    receiver = PersonField(
        label=gettext_lazy("Who is to look after it"), required=False,
        help_text=gettext_lazy("Somebody else than today: a guided hand-over begins with the decision."),
    )  # fmt: skip


@gate("work.propose", also="portfolio.view")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, account: str) -> HttpResponse:
    actor, known = person(request), found(request, account, "portfolio.view")
    form, back = EndForm(request.POST or None), reverse("account_key", args=[known.number])
    if request.method == "POST" and form.is_valid():
        done: list[key_status.Outcome] = []
        if refused_to(form, lambda: done.append(
            key_status.propose_end(actor=actor, account=known, now=clock.now(), **form.cleaned_data)
        )):  # fmt: skip
            toast(
                request, _("The proposal is on its way.") if done[0].approval else _("Key status has ended.")
            )
            return redirect(back)
    decides = policy.can(actor, "portfolio.decide")
    return form_page(
        request, form, title=_("No longer key: %(name)s") % {"name": known.name}, back=back, tone="bad",
        submit=_("End key status") if decides else _("Propose it"),
        lead=_("The history stays; open tasks of the account lose the precedence of key accounts."),
    )  # fmt: skip


class WhyForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why it no longer holds"), max_length=400)


@gate("portfolio.decide")
@require_http_methods(["GET", "POST"])
def clear_reason(request: HttpRequest, pk: int) -> HttpResponse:
    actor = person(request)
    rows = policy.scope(KeyReason.objects.select_related("status__account"), actor, "portfolio.view")
    reason = get_object_or_404(rows, pk=pk)
    account = reason.status.account
    form, back = WhyForm(request.POST or None), reverse("account_key", args=[account.number])
    if request.method == "POST" and form.is_valid() and refused_to(
        form, lambda: key_status.clear_reason(actor=actor, reason=reason, now=clock.now(), **form.cleaned_data)
    ):  # fmt: skip
        toast(request, _("The reason is taken away."))
        return redirect(back)
    name = status_queries.definition_words(status_queries.written())[reason.definition]
    return form_page(
        request, form, title=_("%(reason)s no longer holds") % {"reason": name}, back=back, tone="bad",
        submit=_("Take this reason away"), lead=_("When no reason is left, key status ends with the last one."),
    )  # fmt: skip


class SupplierForm(forms.Form):
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=supplier_stages)
    on = Day(label=gettext_lazy("Since"))
    goal_on = Day(label=gettext_lazy("Preferred supplier by"), required=False)
    note = forms.CharField(label=gettext_lazy("How we know"), max_length=300, required=False)


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def supplier(request: HttpRequest, account: str) -> HttpResponse:
    actor, known = person(request), found(request, account, "accounts.edit")
    before = SupplierStage.objects.filter(account=known).first()
    initial: dict[str, Any] = {"on": clock.today()}
    if before is not None:
        initial |= {"stage": before.stage, "goal_on": before.goal_on}
    form, back = (
        SupplierForm(request.POST or None, initial=initial),
        reverse("account_key", args=[known.number]),
    )
    if request.method == "POST" and form.is_valid() and refused_to(
        form,
        lambda: references.set_supplier_stage(actor=actor, account=known, now=clock.now(), **form.cleaned_data),
    ):  # fmt: skip
        toast(request, _("Written down."))
        return redirect(back)
    return form_page(
        request, form, title=_("Where we stand as a supplier of %(name)s") % {"name": known.name}, back=back,
        submit=_("Save"), lead=_("The goal is to be the preferred supplier; each stage has its day."),
    )  # fmt: skip
