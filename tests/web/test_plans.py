"""The pages of plans: what they say, what they leave out, and how one gets through them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.core import clock
from kamerton.plans.actions import approving, plans
from kamerton.plans.models import Line, Plan
from kamerton.work.actions import approvals
from tests.plans import factories as make
from tests.plans.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def plan(firm):
    return make.plan(firm.sofia, firm.helios)


@pytest.fixture
def ready(firm, plan):
    make.identified(firm.sofia, plan, firm.nordelma)
    return make.formalised(firm.sofia, plan)


@pytest.fixture
def sofia(client, firm):
    client.force_login(firm.sofia)
    return client


def page(client, name: str, *told, **query) -> str:
    answer = client.get(reverse(name, args=told), query, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\u00a0", " ")


def test_an_account_without_a_plan_says_how_to_begin(sofia, firm):
    html = page(sofia, "account_plan", "H-1")
    assert "Helios has no plan yet." in html
    assert reverse("plan_new", args=["H-1"]) in html


def test_a_plan_is_begun_in_a_minute(sofia, firm):
    make.fact(firm.helios, "A rival is on line 2", topic="competitor")
    url = reverse("plan_new", args=["H-1"])
    form = sofia.get(url).context["form"]
    told = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    html = sofia.post(url, told, follow=True).content.decode()
    assert "Plan 2026 for Helios" in html
    assert "A rival is on line 2" in html
    assert "Investigation: 3 things are missing to close it." in html


def test_the_page_opens_with_what_matters_and_shows_every_part(sofia, firm, ready):
    html = page(sofia, "plan", ready.pk)
    assert "Investigation: everything is there to close it." in html
    for said in ("We know their line", "A rival offers less", "One stock for both", "Fewer stops", "proposed",
                 "Drives for the new plant", "Talk to design", "Trained people", "earliest finish 2 March 2026",
                 "No version was approved yet."):  # fmt: skip
        assert said in html, said


def test_a_plan_that_is_being_written_is_told_what_it_lacks(sofia, firm, ready):
    assert "Every objective is only proposed" not in page(sofia, "plan", ready.pk)
    make.closed(firm.sofia, ready)
    html = page(sofia, "plan", ready.pk)
    assert "Every objective is only proposed" in html
    ready.lines.filter(kind="interest").delete()
    assert "One-sided: the plan says what one of the two wants" in page(sofia, "plan", ready.pk)


def test_a_phase_is_closed_or_passed_over_with_a_reason(sofia, firm, plan):
    url = reverse("plan_close", args=[plan.pk])
    html = sofia.get(url).content.decode()
    assert "Why this account, and not another" in html
    answer = sofia.post(url, {"phase": "investigation", "reason": ""})
    assert answer.status_code == 422
    assert "It stays open." in answer.content.decode()
    sofia.post(url, {"phase": "investigation", "reason": "The board named it"})
    plan.refresh_from_db()
    assert plan.phase == "formalisation"
    assert "The board named it" in page(sofia, "plan", plan.pk)


def test_forms_write_lines_objectives_and_activities(sofia, firm, plan):
    need, person = make.need(firm.helios), firm.sofia.pk
    answer = sofia.post(
        reverse("plan_line_new", args=[plan.pk, "solution"]), {"text": "Stock there", "secrecy": 1}
    )
    assert answer.status_code == 422
    told = {"text": "Stock there", "secrecy": 0, "need": need.pk}
    assert sofia.post(reverse("plan_line_new", args=[plan.pk, "solution"]), told).status_code == 302
    goal = {
        "title": "Trained",
        "kind": "count",
        "target": "10",
        "unit": "people",
        "due_on": "2027-06-30",
        "secrecy": 1,
    }
    assert sofia.post(reverse("objective_new", args=[plan.pk]), goal).status_code == 302
    act = {"title": "Train", "planned_owner": person, "days": 3, "stream": "business", "secrecy": 1,
           "planned_on": "2026-03-31"}  # fmt: skip
    assert sofia.post(reverse("activity_new", args=[plan.pk]), act).status_code == 302
    html = page(sofia, "plan", plan.pk)
    for said in ("Stock there", "answers: Spare parts on site", "10 people", "earliest finish 4 March 2026"):
        assert said in html, said
    assert sofia.get(reverse("plan_line_new", args=[plan.pk, "no-such"])).status_code == 404


def test_a_conflict_shows_both_values(sofia, firm, plan):
    row = make.line(firm.sofia, plan)
    url = reverse("plan_line_edit", args=[row.pk])
    version = sofia.get(url).context["form"]["version"].value()
    Line.objects.filter(pk=row.pk).update(text="No stops")
    answer = sofia.post(url, {"text": "Half the stops", "secrecy": 1, "version": version})
    assert answer.status_code == 409
    assert "No stops" in answer.content.decode()


def test_every_form_opens(sofia, firm, ready):
    line, goal, act = ready.lines.filter(kind="idea").get(), ready.objectives.get(), ready.activities.get()
    meeting = make.review(firm.sofia, ready)
    for name in ("plan_edit", "plan_identify", "plan_agreement", "plan_loyalty", "plan_opportunities", "plan_reopen",
                 "objective_new", "activity_new", "plan_review_new", "plan_version_new", "plan_ask", "plan_comment",
                 "plan_template_new", "plan_customer", "plan_page"):  # fmt: skip
        page(sofia, name, ready.pk)
    for kind in ("interest", "idea", "design", "solution", "strength"):
        page(sofia, "plan_line_new", ready.pk, kind)
    for name, row in (("plan_line_edit", line), ("objective", goal), ("objective_edit", goal), ("objective_count", goal),
                      ("activity_edit", act), ("resource_new", act), ("plan_review", meeting),
                      ("plan_review_edit", meeting), ("plan_review_minutes", meeting)):  # fmt: skip
        page(sofia, name, row.pk)


def test_identify_edit_keeps_the_comparison_and_adds_another(sofia, firm, plan):
    url = reverse("plan_identify", args=[plan.pk])
    version = sofia.get(url).context["form"]["version"].value()
    told = {"why": "It grows", "potential": "400000", "another": "Nordelma (N-1)", "version": version}
    assert sofia.post(url, told).status_code == 302
    html = page(sofia, "plan", plan.pk)
    assert "Nordelma" in html
    assert "It grows" in html
    assert [each.number for each in plan.compared.all()] == ["N-1"]


def test_names_of_accounts_out_of_reach_are_counted_not_told(sofia, firm, plan):
    plan.compared.set([firm.foreign, firm.nordelma])
    html = page(sofia, "plan", plan.pk)
    assert "and 1 other" in html
    assert "Foreign" not in html


def test_versions_are_compared_and_kept(sofia, firm, ready):
    first = approving.keep(actor=firm.sofia, plan=ready, reason="First draft", now=NOW)
    make.line(firm.sofia, ready, "idea", "Labels with their numbers")
    plans.edit(actor=firm.sofia, plan=ready, opened={}, submitted={"agreement": "Frame order"}, now=NOW)
    html = page(sofia, "plan_version", first.pk)
    assert "From version 1 to the plan as it is now" in html
    assert "Labels with their numbers" in html
    assert "Frame order" in html
    ready.refresh_from_db()
    second = approving.keep(actor=firm.sofia, plan=ready, reason="After the talk", now=NOW)
    html = page(sofia, "plan_version", second.pk)
    assert "From version 1 to version 2" in html
    assert "From version 1 to version 2" in page(sofia, "plan_version", first.pk, **{"with": "2"})
    assert "No difference." in page(sofia, "plan_version", second.pk, **{"with": "now"})


def test_from_minutes_to_an_approval_that_does_not_cover_what_came_later(sofia, client, firm, ready):
    make.closed(firm.sofia, ready)
    url = reverse("plan_review_new", args=[ready.pk])
    sofia.post(url, {"on": TODAY.isoformat(), "people": [firm.sofia.pk, firm.dario.pk], "place": "Room 2"})
    meeting = ready.reviews.get()
    asking = reverse("plan_ask", args=[ready.pk])
    assert "An approval needs one." in sofia.get(asking).content.decode()
    assert sofia.post(asking, {"review": meeting.pk, "reason": "Ready"}).status_code == 422
    minutes = {"on": TODAY.isoformat(), "minutes": "Agreed as it stands"}
    assert sofia.post(reverse("plan_review_minutes", args=[meeting.pk]), minutes).status_code == 302
    assert sofia.post(asking, {"review": meeting.pk, "reason": "Ready"}).status_code == 302
    assert "Version 1 waits for its approval." in page(sofia, "plan", ready.pk)
    version = ready.versions.get()
    approvals.decide(actor=firm.dario, approval=version.approval, approve=True, now=NOW)
    assert "Version 1 was approved by Dario on 2 March 2026." in page(sofia, "plan", ready.pk)
    make.line(firm.sofia, ready, "idea", "Came too late")
    html = page(sofia, "plan", ready.pk)
    assert "1 thing was changed after the approval of version 1, and is not approved." in html
    client.force_login(firm.dario)
    assert (
        "Agreed as it stands" in client.get(reverse("approval", args=[version.approval_id])).content.decode()
    )


def test_the_customers_edition_leaves_out_and_tells_its_author(sofia, firm, ready):
    make.line(firm.sofia, ready, "interest", "Delivery within a day", secrecy=0)
    html = page(sofia, "plan_customer", ready.pk)
    edition, _beside, left = html.partition("Only you see this.")
    assert "Delivery within a day" in edition
    for said in ("One stock for both", "We know their line", "Drives for the new plant", "Talk to design"):
        assert said not in edition
        assert said in left


def test_the_timeline_as_a_file(sofia, firm, ready):
    make.activity(firm.sofia, ready, "=1+1")
    answer = sofia.get(reverse("plan_timeline", args=[ready.pk, "csv"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Talk to design,Sofia" in text
    assert "'=1+1" in text
    assert sofia.get(reverse("plan_timeline", args=[ready.pk, "exe"])).status_code == 404


def test_secret_lines_are_not_shown_nor_found_nor_counted_to_others(client, sofia, firm, ready, make_user):
    row = make.line(firm.sofia, ready, "idea", "Buy their supplier", secrecy=2)
    goal = make.objective(firm.sofia, ready, "Take them over", secrecy=2)
    act = make.activity(firm.sofia, ready, "Talk to the bank", secrecy=2)
    design = make.line(firm.sofia, ready, "design", "A drive without noise", secrecy=2)
    version = approving.keep(actor=firm.sofia, plan=ready, reason="x", now=NOW)
    jonas = make_user("sales_manager", "jonas")
    firm.helios.coverage.create(person=jonas, role="junior", from_date=dt.date(2026, 1, 1), created_at=NOW)
    client.force_login(jonas)
    for html in (page(client, "plan", ready.pk), page(client, "plan_page", ready.pk),
                 page(client, "plan_version", version.pk), page(client, "plan_customer", ready.pk),
                 page(client, "plan_ideas")):  # fmt: skip
        for said in ("Buy their supplier", "Take them over", "Talk to the bank", "A drive without noise"):
            assert said not in html
    assert "more secret than you are cleared for" in page(client, "plan", ready.pk)
    for name, each in (
        ("plan_line_edit", row),
        ("plan_line_edit", design),
        ("objective", goal),
        ("activity_edit", act),
    ):
        assert client.get(reverse(name, args=[each.pk])).status_code == 404


def test_out_of_reach_is_not_found_and_not_listed(client, firm, ready):
    meeting, version = (
        make.review(firm.sofia, ready),
        approving.keep(actor=firm.sofia, plan=ready, reason="x", now=NOW),
    )
    make.line(firm.sofia, ready, "design", "A drive without noise")
    client.force_login(firm.petra)
    for name, pk in (("plan", ready.pk), ("plan_page", ready.pk), ("plan_edit", ready.pk), ("plan_close", ready.pk),
                     ("plan_review", meeting.pk), ("plan_version", version.pk), ("plan_customer", ready.pk),
                     ("objective", ready.objectives.get().pk), ("activity_edit", ready.activities.get().pk),
                     ("plan_line_edit", ready.lines.first().pk)):  # fmt: skip
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    assert client.post(reverse("plan_copy", args=[ready.pk])).status_code == 404
    for name in ("plans", "plan_ideas"):
        assert "Helios" not in page(client, name)


def test_a_plan_is_found_by_its_words_where_it_is_in_reach(client, sofia, firm, plan):
    plans.edit(actor=firm.sofia, plan=plan, opened={}, submitted={"agreement": "A frame order"}, now=NOW)
    assert reverse("plan", args=[plan.pk]) in page(sofia, "search", q="frame")
    client.force_login(firm.petra)
    assert reverse("plan", args=[plan.pk]) not in page(client, "search", q="frame")


# --- lists ---------------------------------------------------------------------------------------------------------


def test_the_list_of_plans(sofia, firm, ready):
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    make.activity(firm.sofia, ready, "Long ago", planned_on=dt.date(2026, 2, 1))
    make.plan(firm.sofia, firm.nordelma)
    html = page(sofia, "plans")
    assert "2 plans." in html
    assert "1 late" in html
    assert "Nordelma" not in page(sofia, "plans", list="late")
    assert "Helios" not in page(sofia, "plans", q="Nordelma").split("<table")[1]
    assert "Nordelma" not in page(sofia, "plans", phase="execution").split("<table")[1]
    answer = sofia.get(reverse("plans_export", args=["csv"]))
    assert "Helios,Execution,1," in b"".join(answer.streaming_content).decode()


@pytest.mark.requirement("OTH-04")
def test_ideas_of_products_stand_in_one_list_with_their_state(sofia, firm, plan):
    make.line(firm.sofia, plan, "design", "A drive without noise")
    html = page(sofia, "plan_ideas")
    assert "A drive without noise" in html
    assert "Helios" in html
    row = Line.objects.get()
    told = {"action": "state", "pick": [row.pk], "step": "2", "state": "in_work", "once": "x"}
    assert sofia.post(reverse("plan_ideas_bulk"), told).status_code == 302
    row.refresh_from_db()
    assert row.state == "in_work"
    assert "A drive without noise" not in page(sofia, "plan_ideas", state="new")
    assert "A drive without noise" in page(sofia, "plan_ideas", list="going")


@pytest.mark.parametrize("name", ["plans", "plan_ideas"])
def test_lists_cost_the_same_for_one_row_and_for_three(
    sofia, firm, plan, name, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make.line(firm.sofia, plan, "design", "One")
    page(sofia, name)
    with CaptureQueriesContext(connection) as one:
        page(sofia, name)
    for at in range(2):
        more = make.plan(firm.sofia, firm.nordelma, title=f"More {at}")
        make.line(firm.sofia, more, "design", f"Idea {at}")
        approving.keep(actor=firm.sofia, plan=more, reason="x", now=NOW)
    with CaptureQueriesContext(connection) as three:
        page(sofia, name)
    assert len(three) == len(one)


def test_the_plan_page_costs_the_same_for_one_row_and_for_three(sofia, firm, ready):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page(sofia, "plan", ready.pk)
    with CaptureQueriesContext(connection) as one:
        page(sofia, "plan", ready.pk)
    for at in range(2):
        make.line(firm.sofia, ready, "idea", f"Idea {at}")
        make.line(firm.sofia, ready, "interest", f"Interest {at}")
        make.objective(firm.sofia, ready, f"Goal {at}")
        make.activity(firm.sofia, ready, f"Act {at}", after=list(ready.activities.all()))
    with CaptureQueriesContext(connection) as three:
        page(sofia, "plan", ready.pk)
    assert len(three) == len(one)
    assert Plan.objects.count() == 1
