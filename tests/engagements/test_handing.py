"""What is planned follows the account and whoever takes over."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access.actions import leaving as access
from kamerton.accounts.actions import coverage
from kamerton.core import undo
from kamerton.engagements.models import Engagement
from kamerton.work.actions import leaving
from tests.engagements.conftest import MONDAY, NOW, planned

pytestmark = pytest.mark.django_db


def owners():
    return {row.purpose: row.owner.username for row in Engagement.objects.select_related("owner")}


def test_with_the_account_goes_what_is_planned_and_comes_back_with_the_undo(firm):
    planned(firm.sofia, firm.helios, day=1, purpose="Before")
    planned(firm.sofia, firm.helios, day=8, purpose="After", colleagues=[firm.petra])
    planned(firm.sofia, firm.nordelma, day=8, purpose="Elsewhere")
    planned(firm.ivo, firm.helios, day=8, purpose="Of Ivo")
    done = coverage.assign(
        actor=firm.dario, account=firm.helios, person=firm.petra, from_date=MONDAY + dt.timedelta(days=7), now=NOW, guided=True
    )  # fmt: skip
    assert owners() == {"Before": "sofia", "After": "petra", "Elsewhere": "sofia", "Of Ivo": "ivo"}
    assert any("1 planned visit goes to" in each for each in done.warnings)
    assert not Engagement.objects.get(purpose="After").companions.exists()
    token = undo.offer(
        actor=firm.dario, kind="accounts.assign", parameters={"assignments": [done.back]}, now=NOW
    )
    undo.take_back(actor=firm.dario, token=token, now=NOW)
    assert owners()["After"] == "sofia"


def test_who_leaves_hands_on_what_is_planned_after_the_last_day(firm):
    planned(firm.sofia, firm.helios, day=1, purpose="Before")
    planned(firm.sofia, firm.helios, day=8, purpose="After")
    planned(firm.sofia, firm.nordelma, day=8, purpose="Left over")
    access.begin_leaving(actor=firm.dario, person=firm.sofia, last_day=MONDAY + dt.timedelta(days=4), now=NOW)
    firm.sofia.refresh_from_db()
    leaving.hand_on(actor=firm.dario, person=firm.sofia, shares=[(firm.helios, firm.petra)], now=NOW)
    assert owners() == {"Before": "sofia", "After": "petra", "Left over": "sofia"}
    leaving.hand_matters_on(actor=firm.dario, person=firm.sofia, to=firm.petra, now=NOW)
    assert owners()["Left over"] == "petra"
