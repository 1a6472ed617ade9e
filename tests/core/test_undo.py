"""Undo: once, by the person it was offered to, within ten minutes. A form sent twice counts once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from kamerton.core import submissions, undo
from kamerton.core.models import Submission, UndoStep
from kamerton.core.refused import Refused

pytestmark = pytest.mark.django_db

DONE: list[dict[str, object]] = []


@undo.register("test.note")
def note(*, actor, parameters, now):
    if parameters.get("refuse"):
        raise Refused("Not now.")
    DONE.append(dict(parameters))
    return "Taken back."


@pytest.fixture(autouse=True)
def _empty():
    DONE.clear()


def offer(actor, now, **parameters):
    return undo.offer(actor=actor, kind="test.note", parameters=parameters, now=now)


def test_once_and_with_its_parameters(administrator, now):
    token = offer(administrator, now, rows=[1, 2])
    assert undo.take_back(actor=administrator, token=token, now=now) == "Taken back."
    with pytest.raises(undo.CannotUndo, match="already") as again:
        undo.take_back(actor=administrator, token=token, now=now)
    assert again.value.code == "undo_used"
    assert DONE == [{"rows": [1, 2]}]


@pytest.mark.parametrize(("minutes", "open_still"), [(9.99, True), (10, True), (10.01, False), (3000, False)])
def test_for_ten_minutes(administrator, now, minutes, open_still):
    token, later = offer(administrator, now), now + dt.timedelta(minutes=minutes)
    if open_still:
        undo.take_back(actor=administrator, token=token, now=later)
    else:
        with pytest.raises(undo.CannotUndo, match="can no longer be undone"):
            undo.take_back(actor=administrator, token=token, now=later)
    assert len(DONE) == open_still


def test_not_by_somebody_else_nor_with_another_token(administrator, make_user, now):
    token = offer(administrator, now)
    forged = [token[:-1] + ("a" if token[-1] != "a" else "b"), token.split(":")[0], "", "x", "\x00:\x00"]
    for actor, told in [(make_user("director"), token), *((administrator, each) for each in forged)]:
        with pytest.raises(undo.CannotUndo, match="nothing to undo"):
            undo.take_back(actor=actor, token=told, now=now)
    assert DONE == []


def test_a_refusal_leaves_it_open(administrator, now):
    token = offer(administrator, now, refuse=True)
    with pytest.raises(Refused, match="Not now"):
        undo.take_back(actor=administrator, token=token, now=now)
    assert UndoStep.objects.get().used_at is None


@undo.register("test.gone")
def gone(*, actor, parameters, now):
    UndoStep.objects.get(pk="00000000-0000-4000-8000-000000000000")


def test_what_is_gone_meanwhile_is_told_in_words(administrator, now):
    token = undo.offer(actor=administrator, kind="test.gone", parameters={}, now=now)
    with pytest.raises(undo.CannotUndo, match="nothing to undo") as told:
        undo.take_back(actor=administrator, token=token, now=now)
    assert told.value.code == "undo_gone"
    assert UndoStep.objects.get().used_at is None


def test_an_undo_needs_a_handler_and_old_steps_go(administrator, now):
    with pytest.raises(KeyError):
        undo.offer(actor=administrator, kind="test.unknown", parameters={}, now=now)
    offer(administrator, now)
    offer(administrator, now + dt.timedelta(days=2))
    assert UndoStep.objects.count() == 1


def test_the_same_submission_counts_once(administrator, make_user, now):
    told = {"key": "k", "content": "c", "now": now}
    assert submissions.is_first(actor=administrator, **told)
    assert not submissions.is_first(actor=administrator, **told)
    assert submissions.is_first(actor=administrator, **told | {"content": "d"})
    assert submissions.is_first(actor=administrator, **told | {"key": "l"})
    assert submissions.is_first(actor=make_user("director"), **told)
    submissions.is_first(actor=administrator, **told | {"key": "m", "now": now + dt.timedelta(days=2)})
    assert Submission.objects.count() == 1


def test_a_submission_that_was_rolled_back_may_come_again(administrator, now):
    told = {"actor": administrator, "key": "k", "content": "c", "now": now}
    with transaction.atomic():
        assert submissions.is_first(**told)
        transaction.set_rollback(True)
    assert submissions.is_first(**told)
