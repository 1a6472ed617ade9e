"""Two snapshots at the same moment make one plan, one span and its tasks once: on either database."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.accounts.models import Account, Coverage
from kamerton.portfolio.actions import protection, snapshots
from kamerton.portfolio.models import Dependence, Protection
from kamerton.work.models import Task
from tests.portfolio.test_protection import book
from tests.web.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("SEL-06")
def test_one_plan_of_two_at_once(filled, administrator, make_user, company, now, monkeypatch):
    filled(book(3000))
    with monkeypatch.context() as without:
        without.setattr(protection, "follow", lambda **_told: None)
        snapshots.take_snapshot(actor=administrator, now=now)
    assert Protection.objects.count() == 0
    Coverage.objects.create(
        account=Account.objects.get(number="Helios"), person=make_user("senior_kam", "sonia"),
        from_date=dt.date(2026, 1, 1), created_at=now,
    )  # fmt: skip
    told = at_once(*(lambda: protection.follow(now=now) for _at in range(3)))
    assert not [each for each in told if isinstance(each, Exception)], told
    assert sorted(len(each.begun) for each in told) == [0, 0, 1]
    assert (Protection.objects.count(), Dependence.objects.count()) == (1, 1)
    assert Task.objects.filter(origin="protection").count() == 3
