"""The same thing done to many rows: chosen on the page, all of the page, or all that the address finds.

The rows are loaded again through the list's own rows, which go through policy.scope: a forged number outside
the reach of the person is simply not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kamerton.access import policy
from kamerton.core import submissions
from kamerton.core.refused import Refused
from kamerton.web import formats
from kamerton.web.gates import View, gate
from kamerton.web.lists.address import Here, Instead, here, selected
from kamerton.web.lists.description import BulkAction, Done, ListPage, Refusal, Row
from kamerton.web.parts import Link
from kamerton.web.toasts import toast

#: More rows than this at once are refused: narrow the list, or do it in parts.
MOST = 5000


class TooMany(Refused):
    """More rows than one action takes."""


def each(
    rows: Iterable[Row], act: Callable[[Row], object], *, name: Callable[[Row], str] = str
) -> tuple[list[Row], list[Refusal]]:
    """`act` on every row: those that it was done to, and those left as they were with the reason.

    A refusal takes back what `act` did to that row, and no more.
    """
    done: list[Row] = []
    refused: list[Refusal] = []
    for row in rows:
        try:
            with transaction.atomic():
                act(row)
        except Refused as reason:
            refused.append(Refusal(row=name(row), reason=str(reason)))
        else:
            done.append(row)
    return done, refused


def possible(page: ListPage, seen: Here) -> list[BulkAction]:
    """The actions that this person may start."""
    return [action for action in page.actions if policy.can(seen.actor, action.right)]


def view(page: ListPage) -> View:
    """POST action=…, pick=… (many), which=picked|page|matching, query=…, once=…; and the action's own form."""

    @gate(page.right)
    @require_POST
    def bulk(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            seen = here(page, request, QueryDict(request.POST.get("query", "")), kwargs)
        except Instead as other:
            return other.response
        action = next((one for one in page.actions if one.key == request.POST.get("action")), None)
        if action is None:
            return _back(request, seen, _("That is not something this list can do. Nothing was changed."))
        policy.require(seen.actor, action.right)
        return _carry_out(request, seen, action)

    return bulk


def _back(request: HttpRequest, seen: Here, text: str) -> HttpResponseRedirect:
    toast(request, text, level="warn")
    return redirect(_where(request, seen))


def _where(request: HttpRequest, seen: Here) -> str:
    told = request.POST.get("query", "")
    return f"{seen.url()}?{QueryDict(told).urlencode()}" if told else seen.url()


def _carry_out(request: HttpRequest, seen: Here, action: BulkAction) -> HttpResponse:
    rows = _picked(request, seen)
    if len(rows) > MOST:
        return render(
            request,
            "ui/list_too_many.html",
            _frame(request, seen, action) | {"text": _too_many()},
            status=409,
        )
    if not rows:
        return _back(request, seen, _("No row is selected, or none of them is there any more."))
    form = _form(request, action)
    if form is not None and not (form.is_bound and form.is_valid()):
        return _ask(request, seen, action, form, rows)
    with transaction.atomic():
        if not submissions.is_first(
            actor=seen.actor, key=_once(request), content=_content(request), now=seen.now
        ):
            return _back(request, seen, _("This was done already; it is not done twice."))
        done = action.run(
            actor=seen.actor, rows=rows, cleaned=form.cleaned_data if form is not None else {}, now=seen.now
        )
    return _told(request, seen, action, done)


def _picked(request: HttpRequest, seen: Here) -> list[Row]:
    """At most one more than MOST. One query."""
    which = request.POST.get("which", "picked")
    if which == "matching":
        return list(selected(seen)[: MOST + 1])
    told = request.POST.get("shown", "").split(",") if which == "page" else request.POST.getlist("pick")
    numbers = _numbers(seen, told[: MOST + 1])
    found = {row.pk: row for row in seen.page.rows(seen).filter(pk__in=numbers)}
    return [found[number] for number in numbers if number in found]


def _numbers(seen: Here, told: Sequence[str]) -> list[Any]:
    """What can be a key of the list's model; each once, in the order told."""
    key = seen.page.rows(seen).model._meta.pk
    numbers = []
    for text in told:
        try:
            number = key.to_python(text)
        except Exception:  # noqa: S112 - a key of any type: what it cannot read is no row
            continue
        numbers.append(number)
    return list(dict.fromkeys(number for number in numbers if number is not None))


def _form(request: HttpRequest, action: BulkAction) -> Any:
    if action.form is None:
        return None
    return action.form(request.POST) if request.POST.get("step") == "2" else action.form()


def _ask(
    request: HttpRequest, seen: Here, action: BulkAction, form: Any, rows: Sequence[Row]
) -> HttpResponse:
    context = _frame(request, seen, action) | {
        "form": form,
        "lead": _counted(seen, len(rows)),
        "some": [seen.page.row_name(row) for row in rows[:10]],
        "more": max(0, len(rows) - 10),
        "kept": _kept(request),
    }
    return render(request, "ui/list_ask.html", context, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    told = [("action", request.POST.get("action", "")), ("which", request.POST.get("which", "picked")),
            ("query", request.POST.get("query", "")), ("shown", request.POST.get("shown", "")),
            ("once", _once(request)), ("step", "2")]  # fmt: skip
    return told + [("pick", value) for value in request.POST.getlist("pick")]


def _once(request: HttpRequest) -> str:
    return request.POST.get("once", "") or submissions.new_key()


def _content(request: HttpRequest) -> str:
    """The form as it was sent: another choice of rows, or other answers, is another submission."""
    told = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return repr(sorted(told))


def _told(request: HttpRequest, seen: Here, action: BulkAction, done: Done) -> HttpResponse:
    if not done.refused:
        toast(request, done.text, undo_url=done.undo_url)
        return redirect(_where(request, seen))
    if done.text:
        toast(request, done.text, undo_url=done.undo_url)
    context = _frame(request, seen, action) | {
        "lead": _("Left as they were: %(rows)s") % {"rows": _counted(seen, len(done.refused))},
        "refused": done.refused,
    }
    return render(request, "ui/list_refused.html", context)


def _frame(request: HttpRequest, seen: Here, action: BulkAction) -> dict[str, Any]:
    return {"page": seen.page, "action": action, "url": seen.url("_bulk"), "back_url": _where(request, seen),
            "back": Link(_("Back to the list"), _where(request, seen), "arrow-left")}  # fmt: skip


def _counted(seen: Here, count: int) -> str:
    return seen.page.counted(count) % {"n": formats.number(count)}


def _too_many() -> str:
    return _("One action takes at most %(most)s rows. Narrow the list with a filter and do it in parts.") % {
        "most": formats.number(MOST)
    }
