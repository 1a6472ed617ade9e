"""One row of what is known, found within reach; saving it with a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kamerton.access import policy, secrets
from kamerton.accounts.models import Account
from kamerton.core import clock, undo
from kamerton.web.gates import person
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

Record = TypeVar("Record", bound=Model)


def dossier_url(account: Account, anchor: str = "") -> str:
    return reverse("account_dossier", args=[account.number]) + (f"#{anchor}" if anchor else "")


def timeline_url(account: Account) -> str:
    return reverse("account_timeline", args=[account.number])


def found(request: HttpRequest, model: type[Record], pk: int, right: str, *related: str) -> Record:
    """The row within reach; else 404, and, where it is there and secret, a note of who asked (CNF-01)."""
    rows = model._base_manager.select_related(*related)  # noqa: SLF001 - Django's own way to all rows
    row = policy.scope(rows.filter(pk=pk), request.user, right).first()
    if row is None:
        hidden = model._base_manager.filter(pk=pk).first()  # noqa: SLF001
        if hidden is not None and secrets.is_secret(hidden):
            secrets.refused(person(request), hidden, clock.now())
        raise Http404
    return row


def undoable(request: HttpRequest, text: str, kind: str, parameters: dict[str, Any]) -> None:
    token = undo.offer(actor=person(request), kind=kind, parameters=parameters, now=clock.now())
    toast(request, text, undo_url=undo_url(token))


def saving(request: HttpRequest, change: Callable[..., str]) -> Callable[..., None]:
    """What `edits.saved` calls: says that it is saved, with the way back."""

    def act(**told: Any) -> None:
        token = change(**told)
        toast(request, _("Saved."), undo_url=undo_url(token) if token else "")

    return act
