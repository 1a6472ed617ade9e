"""The loyalty of key accounts is looked at again and again: a reminder, and the way its score goes (FBK-03)."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton import said
from kamerton.instruments import actions, queries
from kamerton.instruments.actions import Reply
from kamerton.instruments.subjects import Subject
from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import Signal
from tests.work.conftest import NOW, firm  # noqa: F401 - a small company, Helios is its key account

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=181)


def analysed(firm, worth: int, now: dt.datetime):  # noqa: F811
    about = Subject("account", firm.helios.pk, "Helios", firm.helios.pk, "H-1")
    instrument = queries.active("loyalty-analysis")
    made = actions.start_assessment(actor=firm.sofia, instrument=instrument, subject=about, now=now)
    for section in queries.definition_of(instrument).sections:
        for item in section.items:
            value = str(worth) if item.kind == "scale" else "So it is"
            actions.answer(actor=firm.sofia, assessment=made, item=item.key, reply=Reply(value, ""), now=now)
    return actions.finish(actor=firm.sofia, assessment=made, now=now)


def waiting(firm) -> list[str]:  # noqa: F811
    rows = Signal.objects.open().filter(rule="analysis_overdue", account=firm.helios)
    return [str(said.unpacked(row.said)) for row in rows]


@pytest.mark.requirement("FBK-03")
def test_an_overdue_analysis_is_reminded_of_and_its_score_shows_the_way(firm, client):  # noqa: F811
    evaluate(now=NOW)
    assert waiting(firm) == ["Its loyalty was never analysed."]
    first = analysed(firm, 2, NOW)
    evaluate(now=NOW + dt.timedelta(days=1))
    assert waiting(firm) == []
    evaluate(now=LATER)
    assert waiting(firm) == ["Its loyalty was last analysed on 2 March 2026."]
    second = analysed(firm, 4, LATER)
    assert (first.score, second.score) == (25, 75)
    assert queries.before(firm.sofia, second) == first  # beside which the page shows the new one
