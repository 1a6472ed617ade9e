"""What rooms below announce becomes work of this one: an account changes hands, somebody leaves, a new day begins."""

from __future__ import annotations

from kamerton.accounts import announcements
from kamerton.accounts.announcements import Listener, TakenBack
from kamerton.service.actions import hands
from kamerton.work import belongings
from kamerton.work.actions import daily, priorities


def _taken_back(told: TakenBack) -> None:
    """The claims stay with who has begun on them; whoever is responsible again sees them at the account."""


def subscribe() -> None:
    announcements.listen("service", Listener(changed=hands.follow_account, taken_back=_taken_back))
    belongings.register("claims", hands.BELONGINGS)
    priorities.follow("service", hands.renew_priorities)
    daily.also("service", hands.every_day)
