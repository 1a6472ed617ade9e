"""Living in a plan: activities, reviews, versions, approval, comments, the customer's edition, another year."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.plans.actions import activities, commenting, copying, reviews
from kamerton.plans.models import Activity, Plan, Resource, Review
from kamerton.web import edits, formats, plan_forms, plan_words
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Link
from kamerton.web.plan_parts import (
    EDIT,
    VIEW,
    colleagues,
    currency,
    found_plan,
    may_edit,
    offer_undo,
    people_for,
    plan_url,
)
from kamerton.web.records import found as found_row
from kamerton.web.toasts import toast

# --- activities ----------------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def activity_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    stream = "loyalty" if request.GET.get("stream") == "loyalty" else "business"
    form = plan_forms.ActivityFields(
        request.POST or None, actor=person(request), plan=row, people=people_for(request, row.account, row.owner_id),
        initial={"planned_owner": row.owner_id, "stream": stream},
    )  # fmt: skip
    return form_until_done(
        request, form,
        lambda: activities.add(actor=person(request), plan=row, values=form.cleaned_data, now=clock.now()),
        back=plan_url(row, "activities"), title=_("Activity"), submit=_("Plan it"),
        lead=_("It is a task of its owner at once.") if row.phase == "execution"
        else _("It becomes a task of its owner when the plan is carried out."),
    )  # fmt: skip


def _activity(request: HttpRequest, pk: int) -> Activity:
    return found_row(
        request, Activity, pk, EDIT, "plan__account", "plan__owner", "planned_owner", "task__owner"
    )


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _activity(request, pk)
    form = plan_forms.ActivityForm(
        request.POST or None, record=row, actor=person(request), plan=row.plan,
        people=people_for(request, row.plan.account, row.planned_owner_id),
    )  # fmt: skip

    def act(*, opened: Any, submitted: Any) -> None:
        told = dict(submitted)
        if "after" in told:
            told["after"] = [*told["after"], *_unseen(request, row)]
        activities.edit(actor=person(request), activity=row, opened=opened, submitted=told, now=clock.now())

    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(plan_url(row.plan_id, "activities"))
    return form_page(
        request, form, title=row.title, back=plan_url(row.plan_id, "activities"), submit=_("Save"),
        template="plans/activity.html", activity=row, resources=list(row.resources.select_related("person")),
        task_url=reverse("task", args=[row.task_id]) if row.task_id else "", money=currency(),
        remove=reverse("activity_remove", args=[row.pk]),
    )  # fmt: skip


def _unseen(request: HttpRequest, row: Activity) -> list[Activity]:
    """What comes first and is too secret for this reader stays where somebody else has put it."""
    return list(row.after.filter(secrecy__gt=policy.clearance(request.user)))


@gate(EDIT, VIEW)
@require_POST
def activity_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _activity(request, pk)

    def act() -> None:
        kept = activities.remove(actor=person(request), activity=row, now=clock.now())
        offer_undo(request, _("The activity is taken out of the plan."), "plans.activity_back", kept)

    refused_to(request, act)
    return redirect(plan_url(row.plan_id, "activities"))


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def resource_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = _activity(request, pk)
    form = plan_forms.ResourceForm(
        request.POST or None, actor=person(request), plan=row.plan, people=colleagues()
    )
    return form_until_done(
        request, form,
        lambda: activities.add_resource(
            actor=person(request), activity=row, values=form.cleaned_data, now=clock.now()
        ),
        back=plan_url(row.plan_id, "activities"), title=_("Resource of “%(what)s”") % {"what": row.title},
        submit=_("Add"),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def resource_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_row(request, Resource, pk, EDIT, "activity__plan__account")
    refused_to(
        request, lambda: activities.remove_resource(actor=person(request), resource=row, now=clock.now())
    )
    return redirect(plan_url(row.activity.plan_id, "activities"))


# --- reviews -------------------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def review_new(request: HttpRequest, pk: int) -> HttpResponse:
    row, actor = found_plan(request, pk, EDIT), person(request)
    above = [each.pk for each in policy.superiors(actor)[:1]]
    form = plan_forms.ReviewFields(
        request.POST or None,
        actor=actor,
        plan=row,
        people=colleagues(),
        initial={"people": [actor.pk, *above]},
    )
    return form_until_done(
        request, form,
        lambda: reviews.schedule(
            actor=actor, plan=row, values=form.cleaned_data, people=list(form.cleaned_data["people"]), now=clock.now()
        ),
        back=plan_url(row, "reviews"), title=_("Review of the plan"), submit=_("Fix it"),
        lead=_("Whoever takes part finds it among the tasks of that day."),
    )  # fmt: skip


def _review(request: HttpRequest, pk: int, right: str = EDIT) -> Review:
    return found_row(request, Review, pk, right, "plan__account", "plan__owner", "minuted_by")


@gate(VIEW)
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: who, what for, what was said, and what was approved on it."""
    row = _review(request, pk, VIEW)
    context = {
        "row": row,
        "title": _("Review of the plan, %(day)s") % {"day": formats.date(row.on)},
        "lead": _review_lead(row),
        "people": ", ".join(each.display_name for each in row.people.all()),
        "versions": [(each, plan_words.version_badge(each)) for each in row.versions.all()],
        "may": may_edit(request, row.plan),
        "is_settled": row.versions.exclude(state="draft").exists(),  # a decision stands on its minutes
        "crumbs": [Link(row.plan.title, plan_url(row.plan_id, "reviews"))],
    }
    return render(request, "plans/review.html", context)


def _review_lead(row: Review) -> str:
    if row.state == "held":
        who = row.minuted_by.display_name if row.minuted_by else "–"
        return _("Held; %(person)s wrote the minutes.") % {"person": who}
    return _("Called off.") if row.state == "cancelled" else _("It is still to be held.")


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _review(request, pk)
    form = plan_forms.ReviewForm(
        request.POST or None, record=row, actor=person(request), plan=row.plan, people=colleagues()
    )
    act = partial(reviews.edit, actor=person(request), review=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(plan_url(row.plan_id, "reviews"))
    return form_page(
        request, form, title=_("Review of the plan"), back=plan_url(row.plan_id, "reviews"), submit=_("Save")
    )


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def review_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    row = _review(request, pk)
    day = min(row.on, clock.today())
    form = plan_forms.MinutesForm(request.POST or None, initial={"on": day, "minutes": row.minutes})
    return form_until_done(
        request, form,
        lambda: reviews.minute(actor=person(request), review=row, now=clock.now(), **form.cleaned_data),
        back=plan_url(row.plan_id, "reviews"), title=_("Minutes of the review"), submit=_("Keep the minutes"),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def review_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = _review(request, pk)
    if refused_to(request, lambda: reviews.cancel(actor=person(request), review=row, now=clock.now())):
        toast(request, _("The review is called off."))
    return redirect(plan_url(row.plan_id, "reviews"))


# --- comments, another year, templates -------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.CommentForm(request.POST or None)
    return form_until_done(
        request, form,
        lambda: commenting.comment(
            actor=person(request), plan=row, text=form.cleaned_data["text"], on=clock.today(), now=clock.now()
        ),
        back=plan_url(row, "comments"), title=_("Comment on the plan"), submit=_("Write it down"),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    made: list[Plan] = []
    refused_to(
        request,
        lambda: made.append(copying.copy_to_next_year(actor=person(request), plan=row, now=clock.now())),
    )
    if made:
        toast(request, _("The next year is begun with what is still true."))
    return redirect(plan_url(made[0] if made else row))


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def template_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.TemplateForm(request.POST or None, account=row.account)
    return form_until_done(
        request, form,
        lambda: copying.save_as_template(
            actor=person(request), plan=row, name=form.cleaned_data["name"], now=clock.now(), **form.chosen(row.account)  # type: ignore[arg-type]
        ),
        back=plan_url(row), title=_("Keep it as a template"), submit=_("Keep it"),
        lead=_("Interests, ideas, objectives that are no money, activities in their order; nothing secret, no people."),
    )  # fmt: skip
