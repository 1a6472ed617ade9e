"""A plan from its first phase to its approval, by the room's own actions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kamerton.access import policy
from kamerton.accounts.actions import coverage as coverage_actions
from kamerton.accounts.actions.telling import TooSecret
from kamerton.core import concurrency, undo
from kamerton.core.refused import Refused
from kamerton.plans import measures, queries
from kamerton.plans.actions import (
    activities,
    approving,
    commenting,
    copying,
    holding,
    lines,
    objectives,
    plans,
    reviews,
)
from kamerton.plans.content import content_of
from kamerton.plans.models import Activity, Line, Objective, Plan, PlanTemplate, PlanVersion
from kamerton.portfolio.models import SupplierStage
from kamerton.work import queries as work
from kamerton.work.actions import approvals, tasks
from kamerton.work.models import Task
from tests.plans import factories as make
from tests.plans.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=30)


# --- phases --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ABP-15")
def test_the_investigation_closes_only_with_account_reason_and_potential(firm, plan):
    with pytest.raises(plans.NotReady) as refused:
        make.closed(firm.sofia, plan)
    assert refused.value.gaps == ("why", "compared", "potential")
    make.identified(firm.sofia, plan, firm.nordelma)
    assert make.closed(firm.sofia, plan).phase == "formalisation"


@pytest.mark.requirement("ABP-03")
def test_the_formalisation_asks_for_three_lists_and_both_sides(firm, plan):
    make.identified(firm.sofia, plan, firm.nordelma)
    make.closed(firm.sofia, plan)
    with pytest.raises(plans.NotReady) as refused:
        make.closed(firm.sofia, plan)
    assert refused.value.gaps == (
        "swot_inside", "swot_outside", "ideas", "opportunities", "activities", "objectives", "interests",
    )  # fmt: skip
    make.formalised(firm.sofia, plan)
    assert make.closed(firm.sofia, plan).phase == "execution"


def test_an_override_needs_a_reason_and_keeps_what_was_missing(firm, plan):
    assert make.closed(firm.sofia, plan, reason="The board named it").phase == "formalisation"
    end = plan.phase_ends.get()
    assert (end.is_override, end.missing, end.reason) == (
        True,
        ["why", "compared", "potential"],
        "The board named it",
    )
    with pytest.raises(Refused, match="meanwhile"):
        plans.close_phase(actor=firm.sofia, plan=plan, phase="investigation", now=NOW, reason="x")


def test_one_goes_back_for_a_reason(firm, plan):
    make.closed(firm.sofia, plan, reason="x")
    with pytest.raises(Refused, match="reason"):
        plans.reopen_phase(actor=firm.sofia, plan=plan, reason=" ", now=NOW)
    assert (
        plans.reopen_phase(actor=firm.sofia, plan=plan, reason="Too early", now=NOW).phase == "investigation"
    )
    assert plan.phase_ends.count() == 0


def test_an_ended_plan_is_kept_as_it_was(firm, ready):
    for _phase in range(3):
        make.closed(firm.sofia, ready, reason="over")
    ready.refresh_from_db()
    assert (ready.phase, ready.ended_at) == ("ended", NOW)
    with pytest.raises(holding.Ended):
        make.line(firm.sofia, ready)


# --- what it says --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ABP-13")
def test_a_solution_without_a_need_is_refused_by_the_action_and_by_the_database(firm, plan):
    with pytest.raises(lines.WithoutNeed):
        make.line(firm.sofia, plan, "solution", "Stock at their place")
    row = make.line(firm.sofia, plan, "solution", "Stock at their place", need=make.need(firm.helios))
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(pk=row.pk).update(need=None)
    with pytest.raises(Refused, match="another account"):
        make.line(firm.sofia, plan, "solution", "x", need=make.need(firm.nordelma))


def test_the_swot_is_made_of_facts_and_follows_the_choice(firm, plan):
    one, two = make.fact(firm.helios, "One"), make.fact(firm.helios, "Two")
    with pytest.raises(Refused, match="retype"):
        make.line(firm.sofia, plan, "strength", "Typed")
    with pytest.raises(Refused, match="another account"):
        lines.choose_facts(
            actor=firm.sofia, plan=plan, kind="threat", facts=[make.fact(firm.nordelma)], now=NOW
        )
    lines.choose_facts(actor=firm.sofia, plan=plan, kind="chance", facts=[one, two], now=NOW)
    lines.choose_facts(actor=firm.sofia, plan=plan, kind="chance", facts=[two], now=NOW)
    assert list(plan.lines.values_list("fact__statement", flat=True)) == ["Two"]


def test_what_a_person_is_not_cleared_for_stays_where_it_is(firm, plan, make_user):
    """A sales manager reads no secrets: a choice of facts leaves the secret ones alone, and shows nobody their text."""
    jonas = make_user("sales_manager", "jonas")
    firm.helios.coverage.create(person=jonas, role="junior", from_date=dt.date(2026, 1, 1), created_at=NOW)
    secret = make.fact(firm.helios, "They are about to be sold", secrecy=2)
    lines.choose_facts(actor=firm.sofia, plan=plan, kind="threat", facts=[secret], now=NOW)
    lines.choose_facts(actor=jonas, plan=plan, kind="threat", facts=[], now=NOW)
    assert plan.lines.count() == 1
    whole = queries.whole(plan, jonas, TODAY)
    assert (whole.lines, whole.hidden) == ({}, 1)
    with pytest.raises(policy.Forbidden):
        lines.remove(actor=jonas, line=plan.lines.get(), now=NOW)
    with pytest.raises(TooSecret):
        make.line(jonas, plan, text="x", secrecy=2)
    version = approving.keep(actor=firm.sofia, plan=plan, reason="first", now=NOW)
    lines.choose_facts(actor=firm.sofia, plan=plan, kind="threat", facts=[], now=NOW)
    assert queries.changed_since(version, jonas) == ()
    assert len(queries.changed_since(version, firm.sofia)) == 1


def test_a_line_taken_out_comes_back_as_the_same(firm, plan):
    row = make.line(firm.sofia, plan)
    before = content_of(plan)
    kept = lines.remove(actor=firm.sofia, line=row, now=NOW)
    token = undo.offer(actor=firm.sofia, kind="plans.line_back", parameters=kept, now=NOW)
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    assert content_of(plan) == before


def test_two_at_once_lose_nothing(firm, plan):
    row = make.line(firm.sofia, plan)
    opened = {"text": "Fewer stops"}
    lines.edit(actor=firm.sofia, line=row, opened=opened, submitted={"text": "No stops"}, now=NOW)
    with pytest.raises(concurrency.Conflict):
        lines.edit(actor=firm.dario, line=row, opened=opened, submitted={"text": "Half the stops"}, now=NOW)
    row.refresh_from_db()
    assert row.text == "No stops"


@pytest.mark.requirement("ABP-06")
def test_one_sided_plans_neither_close_nor_are_approved(firm, ready):
    make.closed(firm.sofia, ready)
    ready.lines.filter(kind="interest").delete()
    with pytest.raises(plans.NotReady) as refused:
        make.closed(firm.sofia, ready)
    assert refused.value.gaps == ("interests",)
    meeting = make.review(firm.sofia, ready, minutes="Agreed")
    with pytest.raises(Refused, match="interests"):
        approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="x", now=NOW)
    assert "one_sided" in queries.whole(ready, firm.sofia, TODAY).warnings
    with pytest.raises(objectives.NotMeasurable):
        make.objective(firm.sofia, ready, title="Be better", target=None)


@pytest.mark.requirement("NEG-02")
def test_a_missing_interest_is_warned(firm, plan):
    make.objective(firm.sofia, plan)
    assert {"one_sided", "no_agreement"} <= set(queries.whole(plan, firm.sofia, TODAY).warnings)
    make.line(firm.sofia, plan)
    told = {"agreement": "Frame order", "effective": "A monthly talk of both"}
    plans.edit(actor=firm.sofia, plan=plan, opened={}, submitted=told, now=NOW)
    plan.refresh_from_db()
    assert queries.whole(plan, firm.sofia, TODAY).warnings == ("nothing_agreed",)


@pytest.mark.requirement("POT-06")
def test_only_near_goals_are_warned(firm, plan):
    near = make.objective(firm.sofia, plan, due_on=dt.date(2026, 9, 30))
    assert "short_term" in queries.whole(plan, firm.sofia, TODAY).warnings
    make.objective(firm.sofia, plan, title="Far", due_on=dt.date(2030, 12, 31))
    assert "short_term" not in queries.whole(plan, firm.sofia, TODAY).warnings
    with pytest.raises(Refused, match="five years"):
        make.objective(firm.sofia, plan, due_on=dt.date(2031, 1, 2))
    assert near.pk


@pytest.mark.requirement("ABP-02")
def test_an_objective_is_proposed_until_a_contact_and_a_day_are_named(firm, plan):
    row = make.objective(firm.sofia, plan)
    assert not row.is_agreed
    for half in ({"agreed_with": firm.contact}, {"agreed_on": TODAY}):
        with pytest.raises(Refused, match="contact and a day"):
            objectives.edit(actor=firm.sofia, objective=row, opened={}, submitted=half, now=NOW)
    whole = {"agreed_with": firm.contact, "agreed_on": TODAY}
    assert objectives.edit(actor=firm.sofia, objective=row, opened={}, submitted=whole, now=NOW).is_agreed


def test_counts_and_milestones(firm, plan):
    row = make.objective(firm.sofia, plan)
    objectives.count(actor=firm.sofia, objective=row, value=Decimal(4), on=TODAY, now=NOW)
    goal = queries.goals_of(plan, {}, TODAY)[0]
    assert (goal.progress.share, goal.progress.standing) == (0.4, "on_way")
    stone = make.objective(firm.sofia, plan, title="Frame order", kind="milestone", target=None)
    objectives.reach(actor=firm.sofia, objective=stone, on=TODAY, now=NOW)
    with pytest.raises(Refused, match="ahead"):
        objectives.reach(actor=firm.sofia, objective=stone, on=TODAY + dt.timedelta(days=1), now=NOW)
    assert [goal.progress.standing for goal in queries.goals_of(plan, {}, TODAY)] == ["on_way", "reached"]
    assert content_of(plan) == content_of(Plan.objects.get(pk=plan.pk))


@pytest.mark.requirement("OTH-01")
def test_preferred_supplier_is_a_goal_whose_stage_fills_itself(firm, plan):
    SupplierStage.objects.create(
        account=firm.helios, stage="listed", on=dt.date(2025, 5, 1), by=firm.sofia, at=NOW
    )
    told = {"kind": "figure", "measure": "supplier", "target": Decimal(4)}
    row = make.objective(firm.sofia, plan, title="Preferred supplier", due_on=dt.date(2028, 12, 31), **told)
    assert row.baseline == 2
    SupplierStage.objects.create(
        account=firm.helios, stage="preferred", on=TODAY, goal_on=dt.date(2028, 12, 31), by=firm.sofia, at=NOW
    )
    assert measures.figures(firm.helios) == {"supplier": 4}
    assert queries.whole(plan, firm.sofia, TODAY).goals[0].progress.standing == "reached"


def test_a_figure_that_nobody_knows_needs_a_baseline(firm, plan):
    told = {"kind": "figure", "measure": "turnover", "target": Decimal(10)}
    with pytest.raises(objectives.NotMeasurable, match="not known"):
        make.objective(firm.sofia, plan, **told)
    assert make.objective(firm.sofia, plan, baseline=Decimal(5), **told).baseline == 5


# --- doing ---------------------------------------------------------------------------------------------------------


def test_activities_are_tasks_from_the_execution_on_and_are_done_in_one_place(firm, ready):
    before = ready.activities.get()
    assert before.task is None
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    row = ready.activities.get()
    assert (row.task.origin, row.task.origin_ref, row.task.owner) == (
        "plan",
        f"plans.activity:{row.pk}",
        firm.sofia,
    )
    assert row.task in work.tasks_for_today(firm.sofia, dt.date(2026, 3, 30))
    tasks.finish_task(actor=firm.sofia, task=row.task, now=LATER)
    assert ready.activities.get().state == "done"
    new = make.activity(firm.sofia, ready, "At once")
    assert new.task is not None


@pytest.mark.requirement("ABP-08")
def test_loyalty_actions_stand_in_the_same_calendar(firm, ready):
    make.activity(
        firm.sofia, ready, "Invite them to the plant", stream="loyalty", planned_on=dt.date(2026, 3, 4)
    )
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    assert "Invite them to the plant" in {task.title for task in work.tasks_for_today(firm.sofia, TODAY)}
    assert "Invite them to the plant" in {
        each.row.title for each in queries.whole(ready, firm.sofia, TODAY).doings
    }


def test_the_task_follows_the_plan_and_punctuality_stays_with_the_plans_day(firm, ready):
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    row = ready.activities.get()
    told = {"planned_owner": firm.ivo, "planned_on": dt.date(2026, 3, 5), "title": "Talk to design first"}
    activities.edit(actor=firm.sofia, activity=row, opened={}, submitted=told, now=NOW)
    task = Task.objects.get(pk=row.task_id)
    assert (task.owner, task.due_on, task.title) == (firm.ivo, dt.date(2026, 3, 5), "Talk to design first")
    tasks.move_task(actor=firm.ivo, task=task, due_on=dt.date(2026, 3, 20), now=NOW)
    tasks.finish_task(actor=firm.ivo, task=task, now=NOW + dt.timedelta(days=10))
    rows = list(queries.activities_of(ready))
    assert queries.punctuality_of(rows, dt.date(2026, 3, 12)) == queries.schedule.Punctuality(0, 1)


def test_circles_are_refused_and_nothing_is_changed(firm, plan):
    one, two, three = (make.activity(firm.sofia, plan, title) for title in ("One", "Two", "Three"))
    activities.edit(actor=firm.sofia, activity=two, opened={}, submitted={"after": [one]}, now=NOW)
    activities.edit(actor=firm.sofia, activity=three, opened={}, submitted={"after": [two]}, now=NOW)
    with pytest.raises(activities.Circle, match="One"):
        activities.edit(actor=firm.sofia, activity=one, opened={}, submitted={"after": [three]}, now=NOW)
    assert one.after.count() == 0
    assert queries.whole(plan, firm.sofia, TODAY).finish == dt.date(2026, 3, 4)


@pytest.mark.requirement("ABP-11")
def test_resources_inside_and_outside(firm, plan):
    row = make.activity(firm.sofia, plan)
    inside = {"kind": "inside", "person": firm.livia, "days": 3}
    activities.add_resource(actor=firm.sofia, activity=row, values=inside, now=NOW)
    outside = {"kind": "outside", "what": "Test laboratory", "cost": Decimal(900)}
    made = activities.add_resource(actor=firm.sofia, activity=row, values=outside, now=NOW)
    with pytest.raises(Refused, match="outside"):
        activities.add_resource(actor=firm.sofia, activity=row, values=inside | {"kind": "outside"}, now=NOW)
    assert [str(each) for each in queries.activities_of(plan)[0].resources.all()] == [
        str(firm.livia.pk),
        "Test laboratory",
    ]
    activities.remove_resource(actor=firm.sofia, resource=made, now=NOW)
    assert row.resources.count() == 1


def test_a_removed_activity_drops_its_task_and_comes_back_with_its_order(firm, ready):
    row = ready.activities.get()
    after = make.activity(firm.sofia, ready, "After it", after=[row])
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    before = content_of(ready)
    kept = activities.remove(actor=firm.sofia, activity=Activity.objects.get(pk=row.pk), now=NOW)
    assert Task.objects.get(origin_ref=f"plans.activity:{row.pk}").state == "dropped"
    token = undo.offer(actor=firm.sofia, kind="plans.activity_back", parameters=kept, now=NOW)
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    assert content_of(ready) == before
    assert list(after.after.all()) == [row]
    assert Activity.objects.get(pk=row.pk).task.state == "open"


def test_a_secret_activity_is_a_task_without_words(firm, ready):
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    row = make.activity(firm.sofia, ready, "Buy their competitor", secrecy=2)
    assert "competitor" not in row.task.title


# --- living --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ABP-05")
def test_versions_stay_as_they_were_and_their_differences_are_told(firm, ready):
    first = approving.keep(actor=firm.sofia, plan=ready, reason="First draft", now=NOW)
    kept = first.content
    with pytest.raises(Refused, match="Nothing has changed"):
        approving.keep(actor=firm.sofia, plan=ready, reason="Again", now=NOW)
    make.line(firm.sofia, ready, "idea", "Labels with their numbers")
    second = approving.keep(actor=firm.dario, plan=ready, reason="After the talk", now=LATER)
    assert [(each.number, each.author, each.reason) for each in ready.versions.all()] == [
        (2, firm.dario, "After the talk"), (1, firm.sofia, "First draft"),
    ]  # fmt: skip
    assert [(each.happened, each.name) for each in queries.between(first, second, firm.sofia)] == [
        ("added", "Labels with their numbers")
    ]
    assert PlanVersion.objects.get(pk=first.pk).content == kept
    with pytest.raises(TypeError, match="once"):
        first.save()


@pytest.mark.requirement("ABP-07")
def test_an_approval_needs_minutes_and_is_of_a_version(firm, ready):
    make.closed(firm.sofia, ready)
    meeting = make.review(firm.sofia, ready, firm.sofia, firm.dario)
    assert {task.owner for task in Task.objects.filter(origin_ref=f"plans.review:{meeting.pk}")} == {
        firm.sofia,
        firm.dario,
    }
    with pytest.raises(approving.NoMinutes):
        approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="Ready", now=NOW)
    reviews.minute(actor=firm.sofia, review=meeting, minutes="Agreed as it stands", now=NOW)
    assert not Task.objects.filter(origin_ref=f"plans.review:{meeting.pk}", state="open").exists()
    version = approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="Ready", now=NOW)
    assert (version.state, version.number) == ("waiting", 1)
    make.line(firm.sofia, ready, "idea", "Came too late")
    approvals.decide(actor=firm.dario, approval=version.approval, approve=True, now=LATER)
    version.refresh_from_db()
    assert (version.state, version.ended_by) == ("approved", firm.dario)
    assert not queries.is_as_approved(ready)
    assert [each.name for each in queries.changed_since(version, firm.sofia)] == ["Came too late"]
    with pytest.raises(approving.NoMinutes, match="already"):
        approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="Again", now=LATER)
    with pytest.raises(Refused, match="stands on these minutes"):
        reviews.minute(actor=firm.sofia, review=meeting, minutes="Something else", now=LATER)


def test_a_rejected_version_may_be_sent_again_and_a_withdrawn_one_is_a_draft(firm, ready):
    make.closed(firm.sofia, ready)
    meeting = make.review(firm.sofia, ready, minutes="Talked")
    version = approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="x", now=NOW)
    with pytest.raises(Refused, match="already"):
        approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="x", now=NOW)
    approvals.withdraw_approval(actor=firm.sofia, approval=version.approval, now=NOW)
    version.refresh_from_db()
    assert version.state == "draft"
    version = approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="x", now=NOW)
    approvals.decide(actor=firm.dario, approval=version.approval, approve=False, reason="Too dear", now=NOW)
    version.refresh_from_db()
    assert (version.number, version.state) == (1, "rejected")


def test_a_review_moves_with_its_tasks_and_is_called_off(firm, plan):
    meeting = make.review(firm.sofia, plan, firm.sofia, firm.dario, on=dt.date(2026, 3, 10))
    told = {"on": dt.date(2026, 3, 12), "people": [firm.sofia, firm.ivo]}
    reviews.edit(actor=firm.sofia, review=meeting, opened={}, submitted=told, now=NOW)
    rows = Task.objects.filter(origin_ref=f"plans.review:{meeting.pk}")
    assert {(task.owner.username, task.state) for task in rows} == {
        ("sofia", "open"),
        ("ivo", "open"),
        ("dario", "dropped"),
    }
    assert {task.due_on for task in rows.filter(state="open")} == {dt.date(2026, 3, 12)}
    with pytest.raises(Refused, match="ahead"):
        reviews.minute(actor=firm.sofia, review=meeting, minutes="x", now=NOW)
    reviews.cancel(actor=firm.sofia, review=meeting, now=NOW)
    assert not rows.filter(state="open").exists()


def test_who_is_named_in_a_comment_is_told(firm, plan):
    commenting.comment(actor=firm.sofia, plan=plan, text="@ivo look at the stock", on=TODAY, now=NOW)
    assert [note.text for note in queries.comments_of(plan, firm.sofia)] == ["@ivo look at the stock"]
    assert Task.objects.filter(owner=firm.ivo, origin="mention").count() == 1


def test_the_edition_for_the_customer(firm, ready):
    make.line(firm.sofia, ready, "interest", "Delivery within a day", secrecy=0)
    plans.edit(actor=firm.sofia, plan=ready, opened={}, submitted={"why": "They depend on us"}, now=NOW)
    ready.refresh_from_db()
    edition = queries.edition_for_customer(ready)
    assert [line["text"] for line in edition.content["lines"]] == ["Delivery within a day"]
    assert "They depend on us" not in str(edition.content)
    assert "One stock for both" in edition.left_out["lines"]
    assert edition.count == 10


# --- another year --------------------------------------------------------------------------------------------------


def test_the_next_year_keeps_what_is_still_true(firm, ready):
    superseded = ready.lines.get(kind="threat").fact
    superseded.superseded_by = make.fact(firm.helios, "The rival is gone")
    superseded.save()
    idea = ready.lines.get(kind="idea")
    lines.edit(actor=firm.sofia, line=idea, opened={}, submitted={"state": "done"}, now=NOW)
    objectives.count(actor=firm.sofia, objective=ready.objectives.get(), value=Decimal(4), on=TODAY, now=NOW)
    make.objective(firm.sofia, ready, title="This year only", due_on=dt.date(2026, 10, 1))
    make.review(firm.sofia, ready, minutes="x")
    approving.keep(actor=firm.sofia, plan=ready, reason="x", now=NOW)
    new = copying.copy_to_next_year(actor=firm.sofia, plan=ready, now=NOW)
    assert (new.title, new.starts_on, new.ends_on, new.phase) == (
        "Plan 2027 for Helios", dt.date(2027, 1, 1), dt.date(2027, 12, 31), "investigation",
    )  # fmt: skip
    assert list(new.lines.values_list("kind", flat=True)) == ["strength", "interest"]
    assert [(row.title, row.baseline) for row in new.objectives.all()] == [("Trained people", 4)]
    assert [(row.title, row.planned_on, row.task) for row in new.activities.all()] == [
        ("Talk to design", None, None)
    ]
    assert (new.versions.count(), new.reviews.count()) == (0, 0)
    with pytest.raises(Refused, match="already"):
        copying.copy_to_next_year(actor=firm.sofia, plan=ready, now=NOW)


@pytest.mark.requirement("MGT-09")
def test_templates_are_optional_and_fill_a_plan(firm, ready):
    make.closed(firm.sofia, ready)
    assert make.closed(firm.sofia, ready).phase == "execution"  # begun and led there without any
    template = copying.save_as_template(actor=firm.sofia, plan=ready, name="Machine builders", now=NOW)
    told = {
        "title": "P",
        "starts_on": dt.date(2026, 1, 1),
        "ends_on": dt.date(2026, 12, 31),
        "owner": firm.sofia,
    }
    new = plans.begin(actor=firm.sofia, account=firm.nordelma, values=told, template=template, now=NOW)
    assert sorted(new.lines.values_list("text", flat=True)) == ["Fewer stops", "One stock for both"]
    assert [(row.title, row.planned_on) for row in new.activities.all()] == [
        ("Talk to design", dt.date(2026, 3, 31))
    ]
    with pytest.raises(policy.Forbidden):
        copying.remove_template(actor=firm.petra, template=template, now=NOW)
    copying.remove_template(actor=firm.dario, template=template, now=NOW)
    assert PlanTemplate.objects.count() == 0


def test_a_first_version_is_filled_with_what_is_known(firm):
    make.fact(firm.helios, "A rival is on line 2", topic="competitor")
    make.fact(firm.helios, "About to be sold", topic="plans", secrecy=2)
    make.need(firm.helios, "Spare parts on site")
    make.chance(firm.helios, firm.sofia)
    new = make.plan(firm.sofia, firm.helios, prefill=True)
    assert [(line.kind, line.fact.statement if line.fact else line.text) for line in new.lines.order_by("kind")] == [
        ("chance", "About to be sold"), ("interest", "Spare parts on site"), ("threat", "A rival is on line 2"),
    ]  # fmt: skip
    assert [each.title for each in new.opportunities.all()] == ["Drives for the new plant"]


# --- who may -------------------------------------------------------------------------------------------------------


def test_out_of_reach_nobody_writes_or_reads(firm, ready):
    for act in (
        lambda: make.line(firm.petra, ready), lambda: make.objective(firm.petra, ready),
        lambda: make.activity(firm.petra, ready), lambda: make.closed(firm.petra, ready, "x"),
        lambda: make.review(firm.petra, ready),
        lambda: approving.keep(actor=firm.petra, plan=ready, reason="x", now=NOW),
        lambda: copying.copy_to_next_year(actor=firm.petra, plan=ready, now=NOW),
    ):  # fmt: skip
        with pytest.raises(policy.Forbidden):
            act()
    assert list(queries.plans(firm.petra)) == []
    for model in (Plan, Line, Objective, Activity, PlanVersion):
        assert not policy.scope(model.objects.all(), firm.petra, "portfolio.view").exists()


def test_the_plan_goes_with_the_account(firm, ready):
    make.activity(firm.ivo, ready, "Ivo's own")
    told = {"actor": firm.dario, "account": firm.helios, "now": NOW}
    done = coverage_actions.assign(person=firm.petra, from_date=dt.date(2026, 3, 3), guided=True, **told)
    ready.refresh_from_db()
    owners = {row.title: row.planned_owner for row in ready.activities.all()}
    assert (ready.owner, owners) == (firm.petra, {"Talk to design": firm.petra, "Ivo's own": firm.ivo})
    token = coverage_actions.offer_back(actor=firm.dario, assigned=[done], now=NOW)
    undo.take_back(actor=firm.dario, token=token, now=NOW)
    ready.refresh_from_db()
    owners = {row.title: row.planned_owner for row in ready.activities.all()}
    assert (ready.owner, owners) == (firm.sofia, {"Talk to design": firm.sofia, "Ivo's own": firm.ivo})


def test_standings_of_many_cost_the_same(firm, ready, django_assert_num_queries):
    make.plan(firm.sofia, firm.nordelma)
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    with django_assert_num_queries(5):
        found = queries.standings(dt.date(2026, 5, 1))
    assert {each.late for told in found.values() for each in told} == {0, 1}
