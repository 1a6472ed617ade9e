"""What is taken back within ten minutes: each calls the room's own action, which asks for the rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access.models import User
from kamerton.core import undo
from kamerton.work.actions import giving, requests, tasks
from kamerton.work.models import Request, Task


@undo.register("work.reopen")
@transaction.atomic
def reopen(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"tasks": [pk]}"""
    _each(parameters["tasks"], lambda task: tasks.reopen_task(actor=actor, task=task, now=now))
    return _open_again(len(parameters["tasks"]))


@undo.register("work.wake")
@transaction.atomic
def wake(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"tasks": [pk]}"""
    _each(parameters["tasks"], lambda task: tasks.wake_task(actor=actor, task=task, now=now))
    return _open_again(len(parameters["tasks"]))


@undo.register("work.give_back")
@transaction.atomic
def give_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"tasks": [[pk, owner before, origin before]]}"""
    for pk, owner, origin in parameters["tasks"]:
        giving.give_back(
            actor=actor,
            task=Task.objects.get(pk=pk),
            owner=User.objects.get(pk=owner),
            origin=origin,
            now=now,
        )
    count = len(parameters["tasks"])
    return ngettext("%(n)s task is where it was.", "%(n)s tasks are where they were.", count) % {"n": count}


@undo.register("work.move_back")
@transaction.atomic
def move_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"tasks": [[pk, day before or null]]}"""
    for pk, day in parameters["tasks"]:
        due_on = dt.date.fromisoformat(day) if day else None
        tasks.move_task(actor=actor, task=Task.objects.get(pk=pk), due_on=due_on, now=now)
    count = len(parameters["tasks"])
    return ngettext("%(n)s task has its old day.", "%(n)s tasks have their old days.", count) % {"n": count}


@undo.register("work.send_again")
@transaction.atomic
def send_again(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"requests": [pk]}"""
    for request in Request.objects.filter(pk__in=parameters["requests"]).order_by("pk"):
        requests.send_again(actor=actor, request=request, now=now)
    return _("Asked again.")


def _each(numbers: Sequence[int], act: Callable[[Task], object]) -> None:
    for task in Task.objects.filter(pk__in=numbers).order_by("pk"):
        act(task)


def _open_again(count: int) -> str:
    return ngettext("%(n)s task is open again.", "%(n)s tasks are open again.", count) % {"n": count}
