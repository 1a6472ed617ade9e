"""What is taken back within ten minutes: each calls the room's own action, which asks for the rights."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access.models import User
from kamerton.core import undo
from kamerton.signals import registry
from kamerton.signals.actions import rule_settings, settle
from kamerton.signals.models import Signal
from kamerton.work.models import Task


@undo.register("signals.wake")
@transaction.atomic
def wake(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"signals": [pk]}"""
    for signal in Signal.objects.filter(pk__in=parameters["signals"]).order_by("pk"):
        settle.unsnooze(actor=actor, signal=signal, now=now)
    count = len(parameters["signals"])
    return ngettext("%(n)s signal waits again.", "%(n)s signals wait again.", count) % {"n": count}


@undo.register("signals.untask")
@transaction.atomic
def untask(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"tasks": [[signal, task]]}"""
    for signal, task in parameters["tasks"]:
        settle.unmake_task(
            actor=actor, signal=Signal.objects.get(pk=signal), task=Task.objects.get(pk=task), now=now
        )
    return _("The task is dropped; the signal waits again.")


@undo.register("signals.switch")
@transaction.atomic
def switch(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"rule": key, "on": bool}"""
    rule = registry.rule(parameters["rule"])
    rule_settings.switch(actor=actor, rule=rule, on=parameters["on"], now=now)
    text = _("“%(rule)s” is on again.") if parameters["on"] else _("“%(rule)s” is off again.")
    return text % {"rule": rule.name}
