"""An account changes hands, or somebody leaves: what is planned there goes to whoever follows."""

from __future__ import annotations

from django.utils.translation import ngettext

from kamerton.accounts import announcements
from kamerton.accounts.announcements import ChangeOfHands, Listener, TakenBack
from kamerton.engagements.actions import handing
from kamerton.work import belongings


def hear_change(told: ChangeOfHands) -> tuple[str, ...]:
    moved = handing.pass_on(
        actor=told.actor,
        account=told.account,
        giver=told.giver,
        receiver=told.receiver,
        on=told.on,
        now=told.now,
    )
    if not moved:
        return ()
    text = ngettext(
        "%(n)s planned visit goes to %(person)s.", "%(n)s planned visits go to %(person)s.", moved
    )
    return (text % {"n": moved, "person": told.receiver.display_name},)


def hear_taken_back(told: TakenBack) -> None:
    handing.give_back(actor=told.actor, account=told.account, at=told.at, now=told.now)


def subscribe() -> None:
    announcements.listen("engagements", Listener(changed=hear_change, taken_back=hear_taken_back))
    belongings.register("engagements", handing.BELONGINGS)
