"""No order of actions loses a version, changes one, or approves what was changed after the approval was asked for."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kamerton.access.models import User
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.plans import queries
from kamerton.plans.actions import activities, approving, lines, plans, reviews
from kamerton.plans.content import content_of
from kamerton.plans.models import Plan
from kamerton.plans.rules import phases
from kamerton.work.actions import approvals
from tests.accounts.factories import account, cover
from tests.plans import factories as make
from tests.plans.factories import NOW, TODAY

_WORDS = st.sampled_from(["stock", "training", "labels", "drives"])


class Life(RuleBasedStateMachine):
    """`kept`: every version's content as it was written; `sent`: the content that waits; `approved`: by number."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.kept: dict[int, Any] = {}
        self.sent: Any = None
        self.approved: dict[int, Any] = {}
        self.minutes = 0
        self.now = NOW

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        Company.objects.get_or_create(pk=1, defaults={"name": "Nordwind", "currency": "EUR"})
        self.boss = User.objects.create_user("boss", role="director")
        self.kam = User.objects.create_user("kam", role="senior_kam", reports_to=self.boss)
        self.helios, self.other = account("H-1", "Helios"), account("N-1", "Nordelma")
        cover(self.helios, self.kam)
        cover(self.other, self.kam)
        self.need = make.need(self.helios)
        self.pk = make.plan(self.kam, self.helios).pk

    @property
    def plan(self) -> Plan:
        return Plan.objects.select_related("account", "owner").get(pk=self.pk)

    def attempt(self, act: Any) -> Any:
        """A refusal changes nothing at all."""
        self.now += dt.timedelta(minutes=1)
        before = (content_of(self.plan), self.plan.phase, self.states())
        try:
            with transaction.atomic():
                return act()
        except Refused:
            assert (content_of(self.plan), self.plan.phase, self.states()) == before
            return None

    def states(self) -> list[tuple[int, str]]:
        return list(self.plan.versions.order_by("number").values_list("number", "state"))

    # --- what people do --------------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(["interest", "idea", "solution"]), text=_WORDS, secrecy=st.integers(0, 2))
    def write(self, kind: str, text: str, secrecy: int) -> None:
        values = {"text": text, "secrecy": secrecy, "need": self.need if kind == "solution" else None}
        self.attempt(
            lambda: lines.add(actor=self.kam, plan=self.plan, kind=kind, values=values, now=self.now)
        )

    @rule(text=_WORDS, at=st.integers(0, 5))
    def rewrite(self, text: str, at: int) -> None:
        rows = list(self.plan.lines.all())
        if rows:
            row = rows[at % len(rows)]
            self.attempt(
                lambda: lines.edit(
                    actor=self.boss, line=row, opened={}, submitted={"text": text}, now=self.now
                )
            )

    @rule(at=st.integers(0, 5))
    def take_out(self, at: int) -> None:
        rows = list(self.plan.lines.all())
        if rows:
            self.attempt(lambda: lines.remove(actor=self.kam, line=rows[at % len(rows)], now=self.now))

    @rule(text=_WORDS)
    def aim(self, text: str) -> None:
        self.attempt(lambda: make.objective(self.kam, self.plan, text))

    @rule(text=_WORDS, after=st.booleans())
    def act(self, text: str, after: bool) -> None:
        earlier = list(self.plan.activities.all())[:1] if after else []
        self.attempt(lambda: make.activity(self.kam, self.plan, text, after=earlier))

    @rule(at=st.integers(0, 5))
    def turn_round(self, at: int) -> None:
        """What comes first is made to wait for the last: refused where that closes a circle."""
        rows = list(self.plan.activities.order_by("pk"))
        if len(rows) > 1:
            first, last = rows[at % len(rows)], rows[-1]
            self.attempt(
                lambda: activities.edit(
                    actor=self.kam, activity=first, opened={}, submitted={"after": [last]}, now=self.now
                )
            )

    @rule()
    def identify(self) -> None:
        self.attempt(lambda: make.identified(self.kam, self.plan, self.other))

    @rule(reason=st.sampled_from(["", "The board wants it"]))
    def close(self, reason: str) -> None:
        before, told = self.plan.phase, queries.contents(self.plan)
        gaps = phases.missing(before, told)  # type: ignore[arg-type]
        done = self.attempt(
            lambda: plans.close_phase(
                actor=self.kam, plan=self.plan, phase=before, reason=reason, now=self.now
            )
        )
        if done is not None:
            assert not gaps or reason
            assert done.phase == phases.following(before)  # type: ignore[arg-type]
        else:
            assert before == "ended" or (gaps and not reason)

    @rule()
    def go_back(self) -> None:
        self.attempt(
            lambda: plans.reopen_phase(actor=self.kam, plan=self.plan, reason="Too early", now=self.now)
        )

    @rule(with_minutes=st.booleans())
    def meet(self, with_minutes: bool) -> None:
        def act() -> None:
            row = reviews.schedule(
                actor=self.kam, plan=self.plan, values={"on": TODAY}, people=[self.boss], now=self.now
            )
            if with_minutes:
                reviews.minute(actor=self.kam, review=row, minutes="Agreed", now=self.now)

        self.attempt(act)

    @rule()
    def keep(self) -> None:
        version = self.attempt(
            lambda: approving.keep(actor=self.kam, plan=self.plan, reason="x", now=self.now)
        )
        if version is not None:
            self.kept[version.number] = copy.deepcopy(version.content)

    @rule(newest=st.booleans())
    def ask(self, newest: bool) -> None:
        meeting = self.plan.reviews.order_by("-pk" if newest else "pk").first()
        if meeting is None:
            return
        told = content_of(self.plan)
        version = self.attempt(
            lambda: approving.ask(actor=self.kam, plan=self.plan, review=meeting, reason="x", now=self.now)
        )
        if version is not None:
            assert meeting.state == "held"
            assert meeting.minutes
            assert not phases.is_one_sided(queries.contents(self.plan))
            assert version.content == told
            self.kept.setdefault(version.number, copy.deepcopy(told))
            self.sent = copy.deepcopy(told)

    @precondition(lambda self: self.sent is not None)
    @rule(approve=st.booleans())
    def decide(self, approve: bool) -> None:
        version = self.plan.versions.get(state="waiting")
        approvals.decide(
            actor=self.boss,
            approval=version.approval,
            approve=approve,
            reason="" if approve else "No",
            now=self.now,
        )
        if approve:
            self.approved[version.number] = self.sent
        self.sent = None

    @precondition(lambda self: self.sent is not None)
    @rule()
    def withdraw(self) -> None:
        version = self.plan.versions.get(state="waiting")
        approvals.withdraw_approval(actor=self.kam, approval=version.approval, now=self.now)
        self.sent = None

    # --- what holds always -------------------------------------------------------------------------------------------

    @invariant()
    def no_version_is_lost_or_moved(self) -> None:
        assert dict(self.plan.versions.values_list("number", "content")) == self.kept

    @invariant()
    def approved_is_what_was_sent(self) -> None:
        found = dict(self.plan.versions.filter(state="approved").values_list("number", "content"))
        assert found == self.approved

    @invariant()
    def every_approval_stands_on_minutes(self) -> None:
        for version in self.plan.versions.exclude(state="draft").select_related("review"):
            assert version.review is not None
            assert version.review.minutes

    @invariant()
    def what_came_after_the_approval_is_not_approved(self) -> None:
        last = max(self.approved, default=None)
        same = last is not None and self.approved[last] == content_of(self.plan)
        assert queries.is_as_approved(self.plan) is same
        if last is not None:
            version = self.plan.versions.get(number=last)
            assert bool(queries.changed_since(version, self.kam)) is not same

    @invariant()
    def phases_are_closed_in_their_order(self) -> None:
        ended = list(self.plan.phase_ends.order_by("pk").values_list("phase", flat=True))
        assert ended == list(phases.ORDER[: phases.ORDER.index(self.plan.phase)])

    @invariant()
    def nothing_waits_for_itself(self) -> None:
        queries.schedule_of(self.plan, queries.activities_of(self.plan), TODAY)


@pytest.mark.django_db
@pytest.mark.requirement("ABP-01")
def test_the_life_of_a_plan():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
