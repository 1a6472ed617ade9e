"""Lists of the room: who is key and why, the library of references, who buys new things first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.accounts.models import Coverage, Industry
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, KeyProfile, KeyReason, KeyStatus, Reference, Snapshot
from kamerton.portfolio.models.status import definitions, key_levels
from kamerton.web import formats, key_words, lists
from kamerton.web.accounts import seen
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link, Text
from kamerton.web.status_words import level_name

_SHORT, _SHORTER = 140, 44


def key_url(number: str) -> str:
    return reverse("account_key", args=[number])


def _beside_key(here: Here) -> list[Link]:
    """What belongs to who is key."""
    links = []
    if policy.can(here.actor, "accounts.view"):
        links.append(Link(_("References"), reverse("references"), "quote"))
    if policy.can(here.actor, "portfolio.view_all"):
        links.append(Link(_("Review"), reverse("review"), "refresh"))
    return [*links, Link(_("Launch shortlist"), reverse("launches"), "rocket")]


def _above(_here: Here) -> list[Link]:
    return [Link(_("Key accounts"), reverse("key_accounts"))]


# --- who is key ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ground:
    written: KeyProfile | None
    words: dict[str, Text]
    snapshot: Snapshot | None
    last_review: dt.date | None


def _ground(_here: Here) -> Ground:
    written = status_queries.written()
    snapshot = queries.latest_snapshot(with_figures=False)
    return Ground(
        written, status_queries.definition_words(written), snapshot, status_queries.last_review_on()
    )


def _held(here: Here) -> Any:
    reasons = KeyReason.objects.filter(ended_at=None).select_related("by")
    rows = KeyStatus.objects.select_related("account", "account__industry", "decided_by", "proposed_by")
    rows = rows.prefetch_related(Prefetch("reasons", reasons, to_attr="held_reasons"))
    if here.params.get("list") != "ended":
        rows = rows.held()
    return policy.scope(rows, here.actor, "portfolio.view").order_by("account__name", "pk")


@dataclass(frozen=True, slots=True)
class Beside:
    """Of the accounts of a page, by number."""

    responsible: dict[str, str]
    by_figures: frozenset[str]
    share: dict[str, float | None]


def _beside(rows: Sequence[KeyStatus], here: Here) -> Beside:
    numbers = [row.account.number for row in rows]
    held = Coverage.objects.on(here.today).filter(role="responsible", account__number__in=numbers)
    held = held.select_related("account", "person")
    told = AccountFigure.objects.filter(snapshot=here.ground.snapshot, account__in=numbers)
    figures = list(told.values_list("account", "is_key", "basis_share")) if here.ground.snapshot else []
    return Beside(
        responsible={each.account.number: each.person.display_name for each in held if each.person},
        by_figures=frozenset(number for number, is_key, _share in figures if is_key),
        share={number: share for number, _key, share in figures},
    )


def _name(row: KeyStatus, here: Here) -> Cell:
    marks: list[Badge] = []
    if row.until is None and here.gathered and row.account.number not in here.gathered.by_figures:
        rests_on_money = any(each.definition == "contribution" for each in _reasons(row))
        if rests_on_money and row.level == "company":
            marks.append(Badge("warn", _("Decided, no longer by the figures"), soft=True))
    if row.until is not None:
        marks.append(Badge("off", _("Ended"), soft=True))
    return Cell(row.account.name, url=key_url(row.account.number), badges=tuple(marks))


def _reasons(row: Any) -> list[KeyReason]:
    found: list[KeyReason] = row.held_reasons
    return found


def _reason_cell(row: KeyStatus, here: Here) -> Cell:
    names = ", ".join(str(here.ground.words[each.definition]) for each in _reasons(row))
    first = next((each.evidence for each in _reasons(row)), "")
    return Cell(names, sub=short(first, _SHORTER))


def short(text: str, length: int = _SHORT) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rsplit(' ', 1)[0]} …"


def _evidence(row: KeyStatus, here: Here) -> str:
    return "; ".join(f"{here.ground.words[each.definition]}: {each.evidence}" for each in _reasons(row))


def _review(row: KeyStatus, here: Here) -> Cell | str:
    if row.until is not None:
        return ""
    day = status_queries.next_review(row.from_date, here.ground.written, here.ground.last_review)
    late = day is not None and day < here.today
    marks = (Badge("bad", _("Overdue"), soft=True),) if late else ()
    return Cell(formats.date(day, short=True) if day else "", badges=marks, tone="bad" if late else "")


def _review_day(row: KeyStatus, here: Here) -> dt.date | None:
    return status_queries.next_review(row.from_date, here.ground.written, here.ground.last_review)


def _share(row: KeyStatus, here: Here) -> Cell | str:
    share = here.gathered.share.get(row.account.number)
    return Cell(formats.share(share), share=share) if share is not None else Cell(_("no sales"), tone="muted")


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(Q(account__search_text__contains=word.casefold()) | Q(why__icontains=word))
    return rows


def _by_definition(rows: Any, name: str) -> Any:
    held = KeyReason.objects.filter(definition=name, ended_at=None)
    return rows.filter(pk__in=held.values("status"))


def _undecided(here: Here) -> list[dict[str, str]]:
    """Key by the figures and not decided; only once the company has decided any, and only those in reach."""
    if here.ground.snapshot is None:
        return []
    decided = KeyStatus.objects.held().values("account__number")
    rows = seen(here.ground.snapshot, here.actor).key().exclude(account__in=decided)
    return [
        {"name": row.name, "url": key_url(row.account), "share": formats.share(row.basis_share)}
        for row in rows[:20]
    ]


def _lead(count: int, here: Here) -> str:
    if not count and not here.want.is_narrow:
        return _("No account is decided to be key.")
    text = ngettext("%(n)s key account is decided.", "%(n)s key accounts are decided.", count)
    told = text % {"n": formats.number(count)}
    share = status_queries.decided_share(here.ground.snapshot) if here.ground.snapshot else None
    if share is None or not policy.can(here.actor, "portfolio.view_all"):
        return told
    return f"{told} {norm_sentence(share, here.ground.snapshot)}"


def norm_sentence(share: float, snapshot: Snapshot) -> str:
    """What they make together, against the norm (SEL-15)."""
    low, high = snapshot.profile["key_share_norm"]
    told = {"share": formats.share(share, decimals=0), "low": formats.share(low, decimals=0),
            "high": formats.share(high, decimals=0)}  # fmt: skip
    if share < low:
        return (
            _("Together they make %(share)s, below the norm of %(low)s to %(high)s: is somebody missing?")
            % told
        )
    if share > high:
        return (
            _("Together they make %(share)s, above the norm of %(low)s to %(high)s: who else could grow?")
            % told
        )
    return _("Together they make %(share)s, within the norm of %(low)s to %(high)s.") % told


KEY_ACCOUNTS = ListPage(
    name="key_accounts",
    title=gettext_lazy("Key accounts"),
    right="portfolio.view",
    rows=_held,
    columns={
        "account": Field(
            label=gettext_lazy("Account"), cell=_name, plain=lambda row: row.account.name, sort="account__name"
        ),
        "reasons": Field(
            label=gettext_lazy("Why"), cell=_reason_cell, in_file=_evidence,
            plain=lambda row: ", ".join(each.definition for each in _reasons(row)),
        ),
        "level": Field(
            label=gettext_lazy("Level"), cell=lambda row, _here: capfirst(level_name(row.level, row.of)),
            plain=lambda row: capfirst(level_name(row.level, row.of)), sort="level",
        ),
        "since": lists.date("from_date", gettext_lazy("Since")),
        "share": Field(
            label=gettext_lazy("Share of the company"), cell=_share, numeric=True, plain=lambda _row: "",
            in_file=lambda row, here: here.gathered.share.get(row.account.number),
        ),
        "responsible": Field(
            label=gettext_lazy("Responsible"),
            cell=lambda row, here: here.gathered.responsible.get(row.account.number, ""),
            plain=lambda _row: "", in_file=lambda row, here: here.gathered.responsible.get(row.account.number, ""),
        ),
        "review": Field(
            label=gettext_lazy("Next review"), cell=_review, plain=lambda _row: "", in_file=_review_day
        ),
        "decided_by": lists.text("decided_by.display_name", gettext_lazy("Decided by"), default=False),
        "why": lists.text("why", gettext_lazy("In words"), default=False),
        "until": lists.date("until", gettext_lazy("Until"), default=False),
        "end_reason": lists.text("end_reason", gettext_lazy("Why it ended"), default=False),
    },
    counted=lambda n: ngettext("%(n)s key account", "%(n)s key accounts", n),
    units=gettext_lazy("key accounts"),
    search=_search,
    search_hint=gettext_lazy("Account or reason"),
    filters={
        "definition": Filter(
            label=gettext_lazy("Definition"), apply=_by_definition,
            options=lambda here: [(key, here.ground.words[key]) for key, _label in definitions()],
        ),
        "level": Filter(
            label=gettext_lazy("Level"), apply="level", options=lambda _here: [(k, str(v)) for k, v in key_levels()]
        ),
    },
    selections={
        "ended": Selection(
            label=pgettext_lazy("key status", "Ended"), narrow=lambda rows, _here: rows.exclude(until=None)
        ),
        "overdue": Selection(
            label=gettext_lazy("Review overdue"),
            narrow=lambda rows, here: rows.filter(from_date__lte=status_queries.reviewed_before(
                here.ground.written, here.ground.last_review, here.today)),
        ),
    },
    row_name=lambda row: row.account.name,
    row_url=lambda row: key_url(row.account.number),
    faint=lambda row: row.until is not None,
    ground=_ground,
    gather=_beside,
    lead=_lead,
    others=_beside_key,
    empty=Blank(
        title=gettext_lazy("Nobody is decided yet"),
        text=gettext_lazy("Open an account and propose it, with the evidence that the system finds."),
        icon="star",
    ),
    template="portfolio/key_accounts.html",
    more=lambda here: {
        "undecided": _undecided(here),
        "profile_missing": here.ground.written is None,
        "profile_url": reverse("settings") if policy.can(here.actor, "portfolio.configure") else "",
    },
)  # fmt: skip


# --- references ------------------------------------------------------------------------------------------------


def _references(here: Here) -> Any:
    rows = Reference.objects.select_related("account", "account__industry", "by")
    return policy.scope(rows, here.actor, "accounts.view").order_by("-on", "-pk")


def _search_references(rows: Any, words: str) -> Any:
    """By the trade, the name or the story: whoever enters a sector finds whom to name there."""
    for word in words.split():
        rows = rows.filter(
            Q(account__search_text__contains=word.casefold())
            | Q(account__industry__name__icontains=word)
            | Q(story__icontains=word)
        )
    return rows


def reference_badges(row: Reference) -> tuple[Badge, ...]:
    if not row.is_usable:
        return (Badge("bad", _("Unusable: no story"), soft=True),)
    if not row.may_name:
        return (Badge("warn", _("Ask before naming them"), soft=True),)
    return (Badge("good", _("May be named"), soft=True),)


REFERENCES = ListPage(
    name="references",
    title=gettext_lazy("References"),
    right="accounts.view",
    rows=_references,
    columns={
        "account": Field(
            label=gettext_lazy("Account"), sort="account__name", plain=lambda row: row.account.name,
            cell=lambda row, _here: Cell(row.account.name, url=key_url(row.account.number)),
        ),
        "industry": lists.text("account.industry.name", gettext_lazy("Industry"), sort="account__industry__name"),
        "story": Field(
            label=gettext_lazy("What exactly we did for them"), plain=lambda row: row.story,
            cell=lambda row, _here: Cell(short(row.story) or "–", url=reverse("reference", args=[row.pk]), drawer=True),
        ),
        "state": Field(
            label=gettext_lazy("Use"), plain=lambda row: str(reference_badges(row)[0].label),
            cell=lambda row, _here: Cell(badges=reference_badges(row)),
        ),
        "on": lists.date("on", gettext_lazy("Of")),
        "by": lists.text("by.display_name", gettext_lazy("Written by"), default=False),
    },
    counted=lambda n: ngettext("%(n)s reference", "%(n)s references", n),
    units=gettext_lazy("references"),
    search=_search_references,
    search_hint=gettext_lazy("Industry, account or story"),
    filters={
        "industry": Filter(
            label=gettext_lazy("Industry"), apply="account__industry",
            options=lambda _here: [(str(pk), name) for pk, name in Industry.objects.values_list("pk", "name")],
        ),
    },
    selections={
        "unusable": Selection(
            label=gettext_lazy("Without a story"), narrow=lambda rows, _here: rows.filter(story="")
        ),
        "named": Selection(
            label=gettext_lazy("May be named"), narrow=lambda rows, _here: rows.filter(may_name=True).exclude(story="")
        ),
    },
    row_name=lambda row: row.account.name,
    row_url=lambda row: reverse("reference", args=[row.pk]),
    action=lambda here: (
        Link(_("Write down a reference"), reverse("reference_any"), "plus", key="n")
        if policy.can(here.actor, "accounts.edit") else None
    ),
    lead=lambda _count, _here: _("Whom to name when you enter a trade, with what exactly we did for them."),
    empty=Blank(
        title=gettext_lazy("No references yet"),
        text=gettext_lazy("A well-known customer opens doors once there is a story to tell of it."),
        icon="quote",
    ),
    crumbs=_above,
    template="portfolio/room_list.html",
)  # fmt: skip


# --- launches ----------------------------------------------------------------------------------------------------


def _launch_ground(here: Here) -> dict[str, Any]:
    snapshot = queries.latest_snapshot(with_figures=False)
    return {"snapshot": snapshot, "told": status_queries.adoption(snapshot), "actor": here.actor}


def _innovators(here: Here) -> Any:
    snapshot, told = here.ground["snapshot"], here.ground["told"]
    if snapshot is None:
        return AccountFigure.objects.none()
    return (
        seen(snapshot, here.actor)
        .filter(account__in=list(told.get("innovator_of", {})))
        .order_by("-basis_amount", "rank")
    )


def _launch_lead(count: int, here: Here) -> str:
    told = here.ground["told"]
    if here.ground["snapshot"] is None or not told.get("told"):
        return _("What was new in these 12 months cannot be told: the sales do not reach back far enough.")
    text = ngettext(
        "%(n)s account bought new products among the first; ask it when something new is launched.",
        "%(n)s accounts bought new products among the first; ask them when something new is launched.",
        count,
    )
    return text % {"n": formats.number(count)}


def _cap_warning(here: Here) -> str:
    """More innovators than the usual part: then the word says little (SEL-12)."""
    told, snapshot = here.ground["told"], here.ground["snapshot"]
    if snapshot is None or not told.get("too_many") or not policy.can(here.actor, "portfolio.view_all"):
        return ""
    text = _(
        "%(n)s innovators among %(accounts)s accounts are more than the %(cap)s who are usually ready so early."
    )
    return text % {
        "n": formats.number(told["innovators"]), "accounts": formats.number(snapshot.accounts),
        "cap": formats.share(snapshot.profile["innovator"]),
    }  # fmt: skip


def _new_products(row: AccountFigure, here: Here) -> int:
    return int(here.ground["told"]["innovator_of"].get(row.account, 0))


LAUNCHES = ListPage(
    name="launches",
    title=gettext_lazy("Launch shortlist"),
    right="portfolio.view",
    rows=_innovators,
    columns={
        "name": Field(
            label=gettext_lazy("Account"), sort="name", plain=lambda row: row.name,
            cell=lambda row, here: Cell(
                row.name, url=key_url(row.account),
                badges=(key_words.key_badge(),) if row.account in here.gathered.decided else (),
            ),
        ),
        "products": Field(
            label=gettext_lazy("New products, among the first"), numeric=True, plain=lambda _row: "",
            cell=lambda row, here: formats.number(_new_products(row, here)), in_file=_new_products,
        ),
        "responsible": Field(
            label=gettext_lazy("Responsible"), plain=lambda _row: "",
            cell=lambda row, here: here.gathered.responsible.get(row.account, ""),
            in_file=lambda row, here: here.gathered.responsible.get(row.account, ""),
        ),
        "share": Field(
            label=gettext_lazy("Share"), numeric=True, sort="basis_amount", plain=lambda row: row.basis_share,
            cell=lambda row, _here: Cell(formats.share(row.basis_share), share=row.basis_share),
        ),
        "last": lists.date("last_purchase", gettext_lazy("Last purchase")),
    },
    counted=lambda n: ngettext("%(n)s account", "%(n)s accounts", n),
    units=gettext_lazy("accounts"),
    search=lambda rows, words: rows.search(words),
    search_hint=gettext_lazy("Name or number"),
    row_key=lambda row: row.account,
    row_name=lambda row: row.name,
    row_url=lambda row: key_url(row.account),
    ground=_launch_ground,
    gather=lambda rows, here: _launch_beside(rows, here.today),
    lead=_launch_lead,
    empty=Blank(
        title=gettext_lazy("Nobody bought anything new among the first"),
        text=gettext_lazy("Once products are sold for the first time, their first buyers stand here."),
        icon="rocket",
    ),
    crumbs=_above,
    template="portfolio/room_list.html",
    more=lambda here: {"warning": _cap_warning(here)},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Launching:
    responsible: dict[str, str]
    decided: frozenset[str]


def _launch_beside(rows: Sequence[AccountFigure], today: dt.date) -> Launching:
    numbers = [row.account for row in rows]
    held = Coverage.objects.on(today).filter(role="responsible", account__number__in=numbers)
    held = held.select_related("account", "person")
    return Launching(
        responsible={each.account.number: each.person.display_name for each in held if each.person},
        decided=status_queries.key_numbers(numbers),
    )
