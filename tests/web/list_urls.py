"""The product's addresses and two lists of saved views, over which the mechanism of lists is tested."""

from __future__ import annotations

from functools import partial

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kamerton.access import policy
from kamerton.core import audit, concurrency, undo
from kamerton.core.models import SavedView
from kamerton.core.refused import Refused
from kamerton.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from kamerton.web import edits, inline, lists
from kamerton.web.gates import SIGNED_IN, gate
from kamerton.web.parts import Cell, Link
from kamerton.web.undo import undo_url

RAN: list[str] = []


@undo.register("test.restore")
def restore(*, actor, parameters, now):
    policy.require(actor, "people.manage")
    for told in parameters["views"]:
        SavedView.objects.create(created_at=now, **told)
    return f"{len(parameters['views'])} back."


def drop_one(row):
    if row.name.startswith("Kept"):
        raise Refused("It is kept on purpose.", hint="Ask its owner.")
    row.delete()


@transaction.atomic
def drop(*, actor, rows, cleaned, now):
    RAN.append("drop")
    told = {row.pk: {"owner_id": row.owner_id, "page": row.page, "name": row.name} for row in rows}
    keys = [row.pk for row in rows]
    _done, refused = lists.each(rows, drop_one, name=lambda row: row.name)
    gone = [key for key in keys if not SavedView.objects.filter(pk=key).exists()]
    token = undo.offer(
        actor=actor, kind="test.restore", parameters={"views": [told[key] for key in gone]}, now=now
    )
    return lists.Done(text=f"{len(gone)} gone.", undo_url=undo_url(token), refused=refused)


class Rename(forms.Form):
    page = forms.CharField(max_length=10)


def rename(*, actor, rows, cleaned, now):
    RAN.append("rename")
    if cleaned["page"] == "never":
        raise Refused("Not today.")
    SavedView.objects.filter(pk__in=[row.pk for row in rows]).update(page=cleaned["page"])
    return lists.Done(text=f"{len(rows)} renamed.")


@transaction.atomic
def edit(*, actor, record, opened, submitted, now):
    found = SavedView.objects.select_for_update().get(pk=record.pk)
    written = concurrency.apply(found, opened=opened, submitted=submitted)
    if "refuse" in submitted.get("name", ""):
        raise Refused("That name is taken.")
    found.save(update_fields=written)
    audit.record(actor=actor, action="test.edit", subject=found, now=now)


class Edit(edits.Versioned, forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("name", "page", "query")


def _view(request, pk):
    return get_object_or_404(policy.scope(SavedView.objects.all(), request.user, "jobs.view_all"), pk=pk)


@gate(SIGNED_IN)
def view_page(request, pk):
    view = _view(request, pk)
    form = Edit(request.POST or None, record=view)
    act = partial(edit, actor=request.user, record=view, now=timezone.now())
    if request.method == "POST" and edits.saved(form, act):
        return redirect("/views/")
    page = """{% extends page_base %}{% load ui %}{% block content %}{% page_head "View" %}<form method="post">{% csrf_token %}
    {% conflict form %}{% form_errors form %}{% for bound in form.visible_fields %}{% field bound %}{% endfor %}{{ form.version }}
    <button class="btn btn-primary">Save</button></form>{% endblock %}"""
    shown = engines["django"].from_string(page).render({"form": form}, request)
    return HttpResponse(shown, status=form.status)


NAME = inline.Editable(
    name="name",
    label=_("Name"),
    field=lambda view: forms.CharField(max_length=20),
    shown=lambda view: view.name,
    save=edit,
    url=lambda view: f"/views/{view.pk}/name/",
    back=lambda view: f"/views/{view.pk}/",
)


@gate(SIGNED_IN)
def view_name(request, pk):
    return inline.answer(request, _view(request, pk), NAME)


PAGE = lists.ListPage(
    name="views",
    title=_("Views"),
    right="portfolio.view",
    rows=lambda here: policy.scope(SavedView.objects.select_related("owner"), here.actor, "jobs.view_all"),
    columns={
        "name": lists.text("name", "Name", sort="name"),
        "page": lists.text("page", "Page", sort="page"),
        "owner": lists.Field(
            label="Owner",
            cell=lambda row, _here: Cell(row.owner.username),
            plain=lambda row: row.owner.username,
        ),
        "short": lists.Field(
            label="Short name",
            cell=lambda row, here: inline.cell(NAME, row, may=here.actor.role != "reader"),
            plain=lambda row: row.name,
            default=False,
        ),
        "created": lists.moment("created_at", "Created"),
        "query": lists.text("query", "Query", default=False),
    },
    counted=lambda n: ngettext("%(n)s view", "%(n)s views", n),
    units="views",
    search=lambda rows, words: rows.filter(name__icontains=words),
    search_hint="Name",
    filters={
        "page_is": lists.Filter(label="Page", apply="page", options=[("a", "A"), ("b", "B")]),
        "owner": lists.Filter(label="Owner", apply=lambda rows, value: rows.filter(owner__username=value)),
    },
    selections={
        "mine": lists.Selection(label="Mine", narrow=lambda rows, here: rows.filter(owner=here.actor)),
        "newest": lists.Selection(
            label="Newest", narrow=lambda rows, _here: rows.order_by("-created_at", "pk"), ordered=True
        ),
    },
    actions=[
        lists.BulkAction(key="drop", label="Drop", right="people.manage", run=drop, icon="trash", tone="bad"),
        lists.BulkAction(key="rename", label="Move", right="portfolio.view", run=rename, form=Rename),
    ],
    default_sort="name",
    page_size=lambda: SIZE[0],
    row_name=lambda row: row.name,
    row_url=lambda row: f"/views/{row.pk}/",
    empty=lists.Blank(title="No views yet", text="Save one.", action=lambda _here: Link("Make one", "/new/")),
    none_fits="No view fits",
    secret=lambda rows: rows.filter(query__contains="secret").exists(),
)
SIZE = [50]

OF_A_PAGE = lists.ListPage(
    name="page_views",
    title="Views of a page",
    right="ledger.view",
    rows=lambda here: policy.scope(SavedView.objects.all(), here.actor, "jobs.view_all").filter(
        page=here.kwargs["account"]
    ),
    columns={"name": lists.text("name", "Name", sort="name")},
    counted=lambda n: ngettext("%(n)s view", "%(n)s views", n),
    units="views",
    actions=[lists.BulkAction(key="rename", label="Move", right="portfolio.view", run=rename, form=Rename)],
)

urlpatterns = [
    *urlpatterns,
    path("views/<int:pk>/", view_page),
    path("views/<int:pk>/name/", view_name),
    *lists.urlpatterns(PAGE, "views/"),
    *lists.urlpatterns(OF_A_PAGE, "page-views/", "<account:account>/"),
]
