"""The review of the whole base: up, down, whom not to forget; answered and closed (SEL-19)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.access.policy import Forbidden
from kamerton.accounts.models import Account, Interaction
from kamerton.core.refused import Refused
from kamerton.instruments import actions as instruments
from kamerton.instruments.actions import Reply
from kamerton.instruments.queries import active
from kamerton.instruments.subjects import Subject
from kamerton.portfolio import review_queries, status_queries
from kamerton.portfolio.actions import key_status, references, review, status
from kamerton.portfolio.models import KeyStatus, Reference, ReviewItem
from kamerton.portfolio.models.status import DEFINITIONS, LEVELS
from kamerton.portfolio.status_rules import Seen, is_forgotten, proposed
from kamerton.work import key_accounts
from kamerton.work.models import Task
from tests.work.conftest import NOW, firm  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(firm):  # noqa: F811
    key_accounts.register(status_queries.key_numbers)
    words = {"text": "Whom we would miss", "preset": "", "definitions": list(DEFINITIONS), "levels": list(LEVELS),
             "class_list": "definitions", "labels": {}, "review_months": 6, "silence_days": 90}  # fmt: skip
    status.write_profile(actor=firm.dario, now=NOW, words=words, changes={})
    return firm


def story(firm, whom) -> Reference:  # noqa: F811
    return references.write_reference(
        actor=firm.dario, account=whom, story="Nine days", may_name=True, on=dt.date(2025, 10, 1), now=NOW
    )


def potential(firm, whom, budget="yes"):  # noqa: F811
    made = instruments.start_assessment(
        actor=firm.dario, instrument=active("purchasing-potential"),
        subject=Subject("account", whom.pk, whom.name, whom.pk), now=NOW,
    )  # fmt: skip
    told = {"need": "yes", "budget": budget, "situation": "will-grow"}
    for item, value in told.items():
        instruments.answer(
            actor=firm.dario,
            assessment=made,
            item=item,
            now=NOW,
            reply=Reply(value, "seen" if value == "yes" else ""),
        )
    for item in ("solvent", "interested"):
        instruments.answer(actor=firm.dario, assessment=made, item=item, reply=Reply("no"), now=NOW)
    return instruments.finish(actor=firm.dario, assessment=made, now=NOW)


def items(told) -> dict[str, str]:
    return {each.account.number: each.change for each in told.items.select_related("account")}


# --- the rule ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "change"),
    [
        ({"holds": ("known",)}, "promote"),
        ({"is_key": True, "holds": ("known",)}, ""),
        ({"is_key": True}, "demote"),
        ({"has_long_term_potential": True, "silent_days": None}, "watch"),
        ({"has_long_term_potential": True, "silent_days": 91}, "watch"),
        ({"has_long_term_potential": True, "silent_days": 90}, ""),
        ({"has_long_term_potential": True, "silent_days": 400, "is_small": False}, ""),
        ({"silent_days": 400}, ""),
    ],
)
def test_what_is_proposed(told, change):
    usual = {
        "is_key": False,
        "holds": (),
        "is_small": True,
        "has_long_term_potential": False,
        "silent_days": 0,
    }
    assert proposed(Seen(**(usual | told)), 90) == change


def test_a_small_one_is_forgotten_only_without_contact():
    seen = Seen(is_key=False, holds=(), is_small=True, has_long_term_potential=True, silent_days=5)
    assert not is_forgotten(seen, 90)


# --- a review --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SEL-19")
def test_everybody_is_looked_at_and_small_ones_with_potential_are_not_forgotten(written):
    """The overdue date is told; a small client with potential and no contact is on the watch-list."""
    assert review_queries.due_on(status_queries.written()) == dt.date(2026, 9, 2)
    story(written, written.helios)
    story(written, written.nordelma)
    key_status.propose(
        actor=written.dario, account=written.nordelma, now=NOW,
        proposal=key_status.Proposal(level="company", why="Known", reasons={"known": ""}),
    )  # fmt: skip
    Reference.objects.filter(account=written.nordelma).update(story="")
    potential(written, written.foreign)
    told = review.begin(actor=written.dario, now=NOW)
    assert (told.looked_at, items(told)) == (3, {"H-1": "promote", "N-1": "demote", "F-1": "watch"})
    watched = told.items.get(change="watch")
    assert watched.reasons == ["Small, with long-term potential, and never any contact."]
    assert review_queries.due_on(status_queries.written()) is None


def test_a_contact_takes_it_off_the_list(written):
    potential(written, written.foreign)
    Interaction.objects.create(
        account=written.foreign, person=written.petra, on=NOW.date() - dt.timedelta(days=90), created_at=NOW
    )
    assert items(review.begin(actor=written.dario, now=NOW)) == {}


def test_an_accepted_proposal_is_decided_or_goes_to_who_decides(written):
    story(written, written.helios)
    told = review.begin(actor=written.dario, now=NOW)
    done = review.accept(actor=written.dario, item=told.items.get(), now=NOW)
    held = KeyStatus.objects.held().get()
    assert (done.answer, held.account, held.why) == (
        "accepted", written.helios, "Found by the review of the whole base: Nine days",
    )  # fmt: skip
    with pytest.raises(Refused, match="answered already"):
        review.accept(actor=written.dario, item=told.items.get(), now=NOW)


def test_who_may_not_decide_sends_it_to_the_director(written, make_user):
    helena = make_user("head_of_sales", "helena")
    story(written, written.helios)
    told = review.begin(actor=helena, now=NOW)
    done = review.accept(actor=helena, item=told.items.get(), now=NOW)
    assert done.approval.steps.get().decider == written.dario
    assert not KeyStatus.objects.exists()


def test_a_demotion_is_accepted_and_a_watched_one_becomes_a_task(written):
    made = story(written, written.helios)
    key_status.propose(
        actor=written.dario, account=written.helios, now=NOW,
        proposal=key_status.Proposal(level="company", why="Known", reasons={"known": ""}),
    )  # fmt: skip
    Reference.objects.filter(pk=made.pk).update(story="")
    potential(written, written.foreign)
    told = review.begin(actor=written.dario, now=NOW)
    for each in told.items.all():
        review.accept(actor=written.dario, item=each, now=NOW)
    assert not KeyStatus.objects.held().exists()
    assert "A reference without its story cannot be used." in KeyStatus.objects.get().end_reason
    task = Task.objects.get(account=written.foreign)
    assert (task.owner, task.due_on, task.origin_ref) == (
        written.petra, NOW.date() + dt.timedelta(days=21), f"portfolio.reviewitem:{told.items.get(change='watch').pk}",
    )  # fmt: skip


def test_a_declined_one_says_why_and_the_review_is_closed_when_all_are_answered(written):
    story(written, written.helios)
    told = review.begin(actor=written.dario, now=NOW)
    with pytest.raises(Refused, match="under way already"):
        review.begin(actor=written.dario, now=NOW)
    with pytest.raises(Refused, match="1 proposal is not answered yet"):
        review.close(actor=written.dario, review=told, now=NOW)
    item = told.items.get()
    with pytest.raises(Refused, match="Say why it stays"):
        review.decline(actor=written.dario, item=item, why=" ", now=NOW)
    review.decline(actor=written.dario, item=item, why="Too early", now=NOW)
    review.close(actor=written.dario, review=told, now=NOW)
    with pytest.raises(Refused, match="closed already"):
        review.close(actor=written.dario, review=told, now=NOW)
    assert status_queries.last_review_on() == NOW.date()
    assert review_queries.due_on(status_queries.written()) == dt.date(2026, 9, 2)
    assert ReviewItem.objects.get().why == "Too early"


def test_evidence_that_went_meanwhile_is_refused(written):
    made = story(written, written.helios)
    told = review.begin(actor=written.dario, now=NOW)
    made.delete()
    with pytest.raises(Refused, match="at least one of the six"):
        review.accept(actor=written.dario, item=told.items.get(), now=NOW)
    assert told.items.get().answer == "open"


def test_without_a_profile_there_is_nothing_to_go_by(firm):  # noqa: F811
    with pytest.raises(status.ProfileMissing):
        review.begin(actor=firm.dario, now=NOW)
    for person in (firm.sofia, firm.greta):
        with pytest.raises(Forbidden):
            review.begin(actor=person, now=NOW)


def test_the_questions_do_not_grow_with_the_accounts(written):
    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            list(review_queries.propose(written.dario, status_queries.written(), NOW.date()))
        return len(seen)

    story(written, written.helios)
    first = count()
    for whom in (written.nordelma, written.foreign):
        story(written, whom)
        potential(written, whom)
    assert count() == first


# --- segments ----------------------------------------------------------------------------------------------------


def test_everybody_stands_in_one_segment_with_what_it_expects(written):
    review.write_segment(actor=written.dario, segment="C", text="Quick answers", now=NOW)
    told = {each.key: each for each in review_queries.segments_of(None, written.dario)}
    assert list(told) == ["key", "A", "B", "C", "none"]
    assert told["C"].note.text == "Quick answers"
    assert told["key"].amount == Decimal(0)
    with pytest.raises(Refused, match="no such segment"):
        review.write_segment(actor=written.dario, segment="Z", text="", now=NOW)
    assert Account.objects.count() == 3
