"""Hand-overs: the list, and one of them as a guided page (SEL-20)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Fact, Need
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.documents.actions import make
from kamerton.documents.kinds import handover as pack_kind
from kamerton.web import edits, formats, lists, made_documents
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.toasts import toast
from kamerton.web.work_fields import AccountField, Day, PersonField
from kamerton.web.work_parts import Item, asked_account, options, question_words, tabs
from kamerton.work import choices
from kamerton.work import queries as work
from kamerton.work.actions import handover as actions
from kamerton.work.models import Approval, Handover, Request

_MOST = 30


def _seen(actor: User) -> Any:
    rows = Handover.objects.select_related("account", "giver", "receiver", "created_by")
    return policy.scope(rows, actor, "work.view")


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        wanted = Q(account__search_text__contains=word.casefold())
        for who in ("giver", "receiver"):
            wanted |= Q(**{f"{who}__first_name__icontains": word}) | Q(
                **{f"{who}__last_name__icontains": word}
            )
            wanted |= Q(**{f"{who}__username__icontains": word})
        rows = rows.filter(wanted)
    return rows


def _who(name: str) -> Any:
    def cell(row: Handover, _here: Here) -> Cell | str:
        who = getattr(row, name)
        return who.display_name if who else ""

    return cell


def state_badge(row: Handover, today: Any) -> Badge:
    if row.state == "done":
        return Badge("good", _("finished"), soft=True)
    return Badge("warn", _("overdue"), soft=True) if row.on < today else Badge("info", _("open"), soft=True)


def _new(here: Here) -> Link | None:
    may = policy.can(here.actor, "accounts.assign")
    return Link(_("Begin a hand-over"), reverse("handover_new"), "plus", key="n") if may else None


HANDOVERS = ListPage(
    name="handovers",
    title=gettext_lazy("Hand-overs"),
    right="work.view",
    rows=lambda here: _seen(here.actor),
    columns={
        "account": Field(
            label=gettext_lazy("Account"),
            sort="account__name",
            plain=lambda row: row.account.name,
            cell=lambda row, _here: Cell(row.account.name, url=reverse("handover", args=[row.pk])),
        ),
        "giver": Field(
            label=pgettext_lazy("hand-over, person", "From"),
            cell=_who("giver"),
            plain=lambda row: row.giver.display_name if row.giver else "",
        ),
        "receiver": Field(
            label=pgettext_lazy("hand-over, person", "To"),
            cell=_who("receiver"),
            plain=lambda row: row.receiver.display_name,
        ),
        "on": lists.date("on", gettext_lazy("On")),
        "reason": lists.text("get_reason_display", gettext_lazy("Reason"), sort="reason"),
        "state": Field(
            label=gettext_lazy("State"),
            cell=lambda row, here: Cell(badges=(state_badge(row, here.today),)),
            plain=lambda row: str(row.get_state_display()),
            sort="state",
        ),
    },
    counted=lambda n: ngettext("%(n)s hand-over", "%(n)s hand-overs", n),
    units=gettext_lazy("hand-overs"),
    search=_search,
    search_hint=gettext_lazy("Account or person"),
    filters={
        "reason": Filter(
            label=gettext_lazy("Reason"), apply="reason", options=options(choices.handover_reasons)
        )
    },
    selections={
        "open": Selection(
            label=pgettext_lazy("hand-overs", "Open"), narrow=lambda rows, _here: rows.filter(state="open")
        ),
        "mine": Selection(
            label=gettext_lazy("Mine"),
            narrow=lambda rows, here: rows.filter(Q(giver=here.actor) | Q(receiver=here.actor)),
        ),
    },
    default_sort="-on",
    action=_new,
    empty=Blank(
        title=gettext_lazy("No account changes hands"),
        text=gettext_lazy(
            "A hand-over begins when an account becomes key, changes hands, or somebody leaves."
        ),
        icon="arrows-exchange",
        action=_new,
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "handovers")},
)


class NoteForm(edits.Versioned, forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What the next one should know"), required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


def _found(request: HttpRequest, pk: int) -> Handover:
    return get_object_or_404(_seen(person(request)), pk=pk)


@gate("work.view")
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The guided page. POST keeps the note."""
    actor, found = person(request), _found(request, pk)
    may = found.state == "open" and actions.may_change(actor, found)
    form = NoteForm(request.POST or None, record=found)
    if request.method == "POST":
        act = partial(actions.edit_note, actor=actor, handover=found, now=clock.now())
        if edits.saved(form, act):
            toast(request, _("The note is kept."))
            return redirect("handover", pk=pk)
    return _shown(request, found, form, may=may)


def _shown(request: HttpRequest, found: Handover, form: NoteForm, *, may: bool) -> HttpResponse:
    actor = person(request)
    facts, needs, talks = _known(actor, found)
    secret = secrets.reading(actor, [*facts, *needs, *talks], clock.now())
    told = {
        "row": found, "lead": lead(found), "badge": state_badge(found, clock.today()), "may": may, "form": form,
        "crumbs": [Link(_("Hand-overs"), reverse("handovers"))],
        "account_url": account_url(found.account.number),
        "pack": Link(_("Briefing pack"), reverse("handover_pack", args=[found.pk]), "download")
        if policy.can(actor, "export", found.account) else None,
        "withdraw": may and found.reason != "leaving" and policy.can(actor, "accounts.assign", found.account),
        "open": _open(actor, found, talks),
        "facts": [_fact(each) for each in facts[:_MOST]],
        "needs": [Item(each.what, "", sub=formats.date(each.raised_on)) for each in needs[:_MOST]],
        "people": _people(actor, found), "secret": bool(secret),
        "left": sum(not each["done"] for each in found.introductions),
    }  # fmt: skip
    return render(request, "work/handover.html", told, status=form.status)


def _fact(each: Fact) -> Item:
    marks = (Badge("warn", _("Secret"), soft=True),) if secrets.is_secret(each) else ()
    return Item(
        each.statement, "", sub=f"{each.get_topic_display()}, {formats.date(each.dated)}", badges=marks
    )


def lead(found: Handover) -> str:
    """Who takes over from whom, and what it depends on; a query while it is open."""
    told = {
        "giver": found.giver.display_name if found.giver else _("nobody"),
        "receiver": found.receiver.display_name,
        "day": formats.date(found.on),
    }
    if found.state == "done":
        return _("%(receiver)s took over from %(giver)s.") % told
    if found.reason == "leaving":
        return (
            _("%(receiver)s takes over from %(giver)s on %(day)s, finished or not: %(giver)s leaves.") % told
        )
    if not actions.is_planned(found, clock.today()):
        return _("%(receiver)s takes over from %(giver)s on %(day)s, once this is finished.") % told
    if found.on > clock.today():
        return _("%(receiver)s takes over from %(giver)s on %(day)s, finished or not.") % told
    return _("%(receiver)s has taken over from %(giver)s; the hand-over is not finished yet.") % told


def running(actor: User, account: Account) -> Handover | None:
    """The open hand-over of an account, as far as the reader may know of it."""
    return _seen(actor).filter(account=account, state="open").first()


def _known(actor: User, found: Handover) -> tuple[list[Fact], list[Need], list[Any]]:
    facts = Fact.objects.filter(account=found.account, withdrawn_at=None, superseded_by=None).order_by(
        "topic", "-dated"
    )
    needs = Need.objects.filter(account=found.account, state="open").order_by("raised_on")
    talks = work.consultations(actor).filter(account=found.account, result="").order_by("asked_on")
    return (
        list(policy.scope(facts, actor, "accounts.view")),
        list(policy.scope(needs, actor, "accounts.view")),
        list(talks),
    )


def _open(actor: User, found: Handover, talks: list[Any]) -> list[tuple[str, list[Item]]]:
    tasks = work.tasks(actor).filter(account=found.account, state="open").order_by("due_on", "pk")
    requests = policy.scope(Request.objects.filter(account=found.account, state="open"), actor, "work.view")
    approvals = policy.scope(
        Approval.objects.filter(account=found.account, state="waiting"), actor, "work.view"
    )
    groups = [
        (
            _("Tasks"),
            [
                Item(each.title, reverse("task", args=[each.pk]), figure=_day(each.due_on))
                for each in tasks[:_MOST]
            ],
        ),
        (
            _("Requests"),
            [
                Item(each.title, reverse("request", args=[each.pk]), figure=_day(each.due_on))
                for each in requests[:_MOST]
            ],
        ),
        (
            _("Decisions"),
            [Item(each.title, reverse("approval", args=[each.pk])) for each in approvals[:_MOST]],
        ),
        (
            _("Consultations"),
            [Item(question_words(each), reverse("consultation", args=[each.pk])) for each in talks[:_MOST]],
        ),
    ]
    return [group for group in groups if group[1]]


def _day(day: Any) -> str:
    return formats.date(day, short=True) if day else ""


def _people(actor: User, found: Handover) -> list[dict[str, Any]]:
    """Each introduction with what the contact is, as it is now; who has gone says so."""
    numbers = [each["contact"] for each in found.introductions]
    rows = policy.scope(Contact.objects.filter(pk__in=numbers), actor, "accounts.view").in_bulk()
    from kamerton.accounts.choices import decision_roles  # noqa: PLC0415 - two rooms have a module of that name

    labels = {key: str(label) for key, label in decision_roles()}
    return [_person(each, rows.get(each["contact"]), labels) for each in found.introductions]


def _person(told: dict[str, Any], contact: Any, labels: dict[str, str]) -> dict[str, Any]:
    if contact is None or contact.left_on or contact.erased_at:
        return {
            **told,
            "name": contact.display_name if contact else told["name"],
            "sub": _("no longer there"),
        }
    parts = [contact.post, ", ".join(labels.get(role, role) for role in contact.decision_roles)]
    return {**told, "name": contact.display_name, "sub": ", ".join(part for part in parts if part)}


@gate("work.view")
@require_POST
def introduce(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    number = request.POST.get("contact", "")
    try:
        actions.introduce(
            actor=person(request), handover=found, contact=int(number) if number.isdecimal() else 0,
            done=request.POST.get("done") == "1", now=clock.now(),
        )  # fmt: skip
    except policy.Forbidden:
        raise
    except Refused as refused:
        toast(request, str(refused), level="warn")
    return redirect("handover", pk=pk)


@gate("work.view")
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        warnings = actions.finish(actor=person(request), handover=found, now=clock.now())
    except policy.Forbidden:
        raise
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return redirect("handover", pk=pk)
    toast(request, _("The hand-over of %(account)s is finished.") % {"account": found.account.name})
    for warning in warnings:
        toast(request, warning, level="warn")
    return redirect("handover", pk=pk)


@gate("accounts.assign")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        actions.withdraw(actor=person(request), handover=found, now=clock.now())
    except policy.Forbidden:
        raise
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return redirect("handover", pk=pk)
    toast(request, _("The hand-over of %(account)s is withdrawn.") % {"account": found.account.name})
    return redirect("handovers")


@gate("export", "work.view")
@require_GET
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    made = make.make(
        actor=person(request), kind=pack_kind.KIND, format="docx", subject=found, now=clock.now()
    )
    return made_documents.answer(made, clock.today())


class BeginForm(forms.Form):
    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            actor=actor, day=clock.today(), right="accounts.assign", label=_("Account")
        )
        people = User.objects.filter(is_active=True, is_external=False, leaving_on=None)
        self.fields["receiver"] = PersonField(people, label=_("Who takes over"))
        self.fields["on"] = Day(label=_("From which day"), initial=clock.today())
        reasons = [(key, label) for key, label in choices.handover_reasons() if key != "leaving"]
        self.fields["reason"] = forms.ChoiceField(label=_("Reason"), choices=reasons, initial="changes_hands")


@gate("accounts.assign")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    account = asked_account(request, "accounts.assign")
    form = BeginForm(request.POST or None, actor=actor, initial={"account": account} if account else None)
    if request.method == "POST" and form.is_valid():
        try:
            begun = actions.begin(actor=actor, now=clock.now(), **form.cleaned_data)
        except policy.Forbidden:
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            for warning in begun.warnings:
                toast(request, warning, level="warn")
            return redirect("handover", pk=begun.handover.pk)
    told = {"title": _("Begin a hand-over"), "form": form, "submit": _("Begin"),
            "lead": _("Whoever gives gets a task; the account changes hands once it is finished."),
            "crumbs": [Link(_("Hand-overs"), reverse("handovers"))]}  # fmt: skip
    return render(request, "people/form.html", told, status=422 if form.errors else 200)
