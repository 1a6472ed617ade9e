"""The pages of work: lists with their queries and limits, forms, what is done in place, what forged numbers get."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.access.secrecy import Secrecy
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.work.actions import approvals, consultations, management, requests, tasks
from kamerton.work.models import Approval, Consultation, ManagementDecision, ReadReceipt, Request, Task
from tests.work.conftest import NOW, TODAY, absence, person

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def sofia(client, firm):
    client.force_login(firm.sofia)
    return client


def signed_in(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


def told(client, name, *args, **params):
    return client.get(reverse(name, args=args), params).content.decode()


def a_task(firm, **more):
    return tasks.create_task(actor=more.pop("actor", firm.sofia), now=NOW, **{"title": "Call Rita", **more})


def a_request(firm, **more):
    given = {"unit": firm.logistics, "title": "Delivery dates", "due_on": TODAY, **more}
    return requests.send_request(actor=given.pop("actor", firm.sofia), now=NOW, **given)


def an_approval(firm, **more):
    given = {"kind": "shortcoming", "title": "Pallets break", "reason": "Often", **more}
    return approvals.ask_approval(actor=given.pop("actor", firm.ivo), now=NOW, **given)


def a_consultation(firm, **more):
    given = {
        "account": firm.helios,
        "kind": "asked_us",
        "question": "Which steel?",
        "asked_on": TODAY,
        **more,
    }
    return consultations.log_consultation(actor=given.pop("actor", firm.sofia), now=NOW, **given)


def a_decision(firm, **more):
    given = {"title": "No discounts", "text": "From May.", "decided_on": TODAY, **more}
    return management.publish_decision(actor=firm.dario, now=NOW, **given)


# --- the lists -------------------------------------------------------------------------------------------

MAKERS = {
    "tasks": lambda firm, at: a_task(firm, title=f"Row {at}", account=firm.helios, due_on=TODAY),
    "requests": lambda firm, at: a_request(firm, title=f"Row {at}", account=firm.helios),
    "approvals": lambda firm, at: an_approval(firm, title=f"Row {at}", account=firm.helios),
    "consultations": lambda firm, at: a_consultation(firm, question=f"Row {at}"),
    "management": lambda firm, at: a_decision(firm, title=f"Row {at}"),
}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_list_asks_as_often_for_three_rows_as_for_one(sofia, firm, name):
    MAKERS[name](firm, 1)
    sofia.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        sofia.get(reverse(name))
    MAKERS[name](firm, 2)
    MAKERS[name](firm, 3)
    with CaptureQueriesContext(connection) as three:
        page = sofia.get(reverse(name)).content.decode()
    assert [f"Row {at}" in page for at in (1, 2, 3)] == [True, True, True]
    assert len(three) == len(one)


@pytest.mark.parametrize("name", sorted(MAKERS))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_leaves_as_a_file_and_its_trail(sofia, firm, name, kind):
    MAKERS[name](firm, 1)
    answer = sofia.get(reverse(f"{name}_export", args=[kind]))
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert kind == "xlsx" or b"Row 1" in content
    assert AuditEntry.objects.filter(action=f"{name}.export", actor=firm.sofia).count() == 1


def test_rows_of_others_are_on_no_list_and_in_no_search(sofia, firm):
    a_task(firm, actor=firm.petra, title="Hidden task", account=firm.foreign)
    a_request(firm, actor=firm.petra, title="Hidden request", account=firm.foreign)
    an_approval(firm, actor=firm.petra, kind="sales_proposal", title="Hidden proposal", account=firm.foreign)
    a_consultation(firm, actor=firm.petra, account=firm.foreign, question="Hidden question")
    for name in ("tasks", "requests", "approvals", "consultations"):
        assert "Hidden" not in told(sofia, name), name
        assert ">Hidden" not in told(sofia, name, q="Hidden"), name
    assert "Hidden task" not in sofia.get(reverse("palette"), {"q": "hidden"}).content.decode()
    petra = signed_in(firm.petra)
    assert "Hidden task" in petra.get(reverse("palette"), {"q": "hidden"}).content.decode()


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        ("mine", {"Row mine", "Row late"}),
        ("overdue", {"Row late"}),
        ("team", {"Row given"}),
        ("given", {"Row given"}),
        ("assigned", {"Row assigned"}),
        ("waiting", {"Row put off"}),
    ],
)
def test_selections_of_tasks(sofia, firm, selection, found):
    a_task(firm, title="Row mine", account=firm.helios)
    a_task(firm, title="Row late", due_on=TODAY - DAY)
    a_task(firm, title="Row given", owner=firm.ivo)
    a_task(firm, title="Row assigned", actor=firm.dario, owner=firm.sofia)
    off = a_task(firm, title="Row put off", due_on=TODAY - DAY)
    tasks.snooze_task(actor=firm.sofia, task=off, until=TODAY + DAY, reason="Away", now=NOW)
    done = a_task(firm, title="Row finished")
    tasks.finish_task(actor=firm.sofia, task=done, now=NOW)
    page = told(sofia, "tasks", list=selection)
    names = {"Row assigned", "Row mine", "Row late", "Row given", "Row put off", "Row finished"}
    shown = {name for name in names if f">{name}</a>" in page}
    assert shown == (found | {"Row put off", "Row assigned"} if selection == "mine" else found)


def test_a_secret_question_is_neither_shown_nor_found_nor_taken_out(sofia, firm):
    a_consultation(firm, question="Merger in May", advice="Yes", secrecy=Secrecy.SECRET)
    every = ["question", "advice", "action", "result"]
    assert "Merger" not in told(sofia, "consultations", column=every)
    assert "No consultation" not in told(sofia, "consultations")
    assert "Secret question" not in told(sofia, "consultations", q="Merger")
    answer = sofia.get(reverse("consultations_export", args=["csv"]), {"column": every})
    assert b"Merger" not in b"".join(answer.streaming_content)


def test_reading_a_secret_consultation_leaves_a_trace_each_time(sofia, firm):
    row = a_consultation(firm, question="Merger in May", secrecy=Secrecy.SECRET)
    assert "Merger in May" in told(sofia, "consultation", row.pk)
    told(sofia, "consultation", row.pk)
    readings = AuditEntry.objects.filter(action="secrets.read", actor=firm.sofia).values_list(
        "after", flat=True
    )
    assert list(readings) == [{"read": [f"work.consultation:{row.pk}"]}] * 2
    manager = person("mara", "sales_manager")
    from tests.work.conftest import cover

    cover(firm.helios, manager, "sales")
    assert signed_in(manager).get(reverse("consultation", args=[row.pk])).status_code == 404


# --- many at once ----------------------------------------------------------------------------------------


def bulk(client, name, action, rows, **more):
    data = {
        "action": action,
        "which": "picked",
        "pick": [row.pk for row in rows],
        "once": f"{name}{action}",
        **more,
    }
    return client.post(reverse(f"{name}_bulk"), data, follow=True)


def test_many_tasks_are_finished_and_taken_back(sofia, firm):
    rows = [a_task(firm, title=f"Row {at}", account=firm.helios) for at in range(3)]
    foreign = a_task(firm, actor=firm.petra, title="Foreign", account=firm.foreign)
    answer = bulk(sofia, "tasks", "finish", [*rows, foreign])
    assert "3 tasks finished." in answer.content.decode()
    assert Task.objects.filter(state="done").count() == 3
    foreign.refresh_from_db()
    assert foreign.state == "open"  # a forged number finds nothing
    toast = next(iter(answer.context["toasts"]), None) if answer.context else None
    url = toast.undo_url if toast else answer.content.decode().split('action="/undo/')[1].split('"')[0]
    sofia.post(url if url.startswith("/") else f"/undo/{url}")
    assert Task.objects.filter(state="done").count() == 0


def test_many_tasks_are_handed_moved_and_dropped(sofia, firm):
    rows = [a_task(firm, title=f"Row {at}", account=firm.helios) for at in range(2)]
    bulk(sofia, "tasks", "hand", rows, step="2", person=firm.ivo.pk)
    assert set(Task.objects.values_list("owner__username", flat=True)) == {"ivo"}
    bulk(sofia, "tasks", "move", rows, step="2", due_on="2026-04-01")
    assert set(Task.objects.values_list("due_on", flat=True)) == {dt.date(2026, 4, 1)}
    answer = bulk(sofia, "tasks", "hand", rows, step="2", person=firm.petra.pk, once="again")
    assert "neither in your line of report" in answer.content.decode()
    bulk(sofia, "tasks", "drop", rows, step="2", reason="Not needed")
    assert set(Task.objects.values_list("state", "outcome")) == {("dropped", "Not needed")}


def test_a_junior_has_no_bulk_action_that_gives(client, firm):
    task = a_task(firm, owner=firm.ivo, account=firm.helios)
    ivo = signed_in(firm.ivo)
    assert "Hand to" not in told(ivo, "tasks")
    assert bulk(ivo, "tasks", "hand", [task], step="2", person=firm.sofia.pk).status_code == 403
    assert ivo.post(reverse("task_assign", args=[task.pk]), {"person": firm.sofia.pk}).status_code == 403


def test_many_requests_are_withdrawn_and_many_decisions_read(sofia, firm):
    rows = [a_request(firm, title=f"Row {at}") for at in range(2)]
    bulk(sofia, "requests", "withdraw", rows)
    assert set(Request.objects.values_list("state", flat=True)) == {"withdrawn"}
    decisions = [a_decision(firm, title=f"Row {at}") for at in range(2)]
    bulk(sofia, "management", "read", decisions)
    assert ReadReceipt.objects.filter(reader=firm.sofia).count() == 2
    proposal = an_approval(firm, actor=firm.sofia, kind="sales_proposal")
    bulk(sofia, "approvals", "withdraw", [proposal])
    assert Approval.objects.get().state == "withdrawn"


# --- forms and places ------------------------------------------------------------------------------------


def test_a_task_is_written_down_on_a_short_form(sofia, firm):
    form = told(sofia, "task_new", account="H-1")
    assert 'value="Helios (H-1)"' in form
    assert "Rita Sole" in form
    answer = sofia.post(
        reverse("task_new") + "?account=H-1",
        {"title": "Call", "account": "Helios (H-1)", "contact": firm.contact.pk, "due_on": "2026-03-05",
         "checklist": "One\n\nTwo", "owner": firm.ivo.pk, "next": "/today/"},
    )  # fmt: skip
    assert answer["Location"] == "/today/"
    task = Task.objects.get()
    assert (task.account, task.contact, task.owner, task.origin) == (
        firm.helios,
        firm.contact,
        firm.ivo,
        "distributed",
    )
    assert [item["text"] for item in task.checklist] == ["One", "Two"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [("Foreign (F-1)", "None of your accounts"), ("F-1", "None of your"), ("e", "Several accounts")],
)
def test_an_account_that_is_not_mine_is_not_found_by_its_name(sofia, firm, typed, says):
    answer = sofia.post(reverse("task_new"), {"title": "Call", "account": typed, "owner": firm.sofia.pk})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Foreign (F-1)" not in answer.content.decode().replace(f'value="{typed}"', "")
    assert not Task.objects.exists()


def test_an_account_is_found_by_a_part_of_its_name(sofia, firm):
    sofia.post(reverse("task_new"), {"title": "Call", "account": "nordel", "owner": firm.sofia.pk})
    assert Task.objects.get().account == firm.nordelma


def test_the_way_back_leads_to_no_other_host(sofia, firm):
    task = a_task(firm)
    answer = sofia.post(reverse("task_finish", args=[task.pk]), {"next": "https://elsewhere.example/"})
    assert answer["Location"] == reverse("task", args=[task.pk])


def test_two_sessions_edit_one_task_and_lose_nothing(sofia, firm):
    task = a_task(firm, account=firm.helios, checklist=["One", "Two"])
    url, other = reverse("task_edit", args=[task.pk]), signed_in(firm.dario)
    mine, theirs = sofia.get(url).context["form"], other.get(url).context["form"]

    def post(client, form, **changed):
        fields = {"title": "Call Rita", "account": "Helios (H-1)", "checklist": "One\nTwo", **changed}
        return client.post(url, {"version": form["version"].value(), **fields})

    assert post(other, theirs, title="Call Rita Sole", due_on="2026-03-09").status_code == 302
    answer = post(sofia, mine, title="Write to Rita", text="At nine")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Call Rita Sole" in page
    assert "Write to Rita" in page
    answer = post(sofia, answer.context["form"], title="Write to Rita", text="At nine", due_on="2026-03-09")
    assert answer.status_code == 302
    task.refresh_from_db()
    assert (task.title, task.text, task.due_on) == ("Write to Rita", "At nine", dt.date(2026, 3, 9))
    assert [item["text"] for item in task.checklist] == ["One", "Two"]


def test_a_task_is_ticked_put_off_taken_up_dropped_and_opened_again(sofia, firm):
    task = a_task(firm, checklist=["One"], due_on=TODAY)
    sofia.post(reverse("task_tick", args=[task.pk]), {"item": "0", "text": "One", "done": "1"})
    sofia.post(reverse("task_snooze", args=[task.pk]), {"until": "2026-03-09", "reason": "Away"})
    task.refresh_from_db()
    assert (task.checklist[0]["done"], task.snoozed_until, task.snooze_reason) == (
        True,
        dt.date(2026, 3, 9),
        "Away",
    )
    assert "Take it up again" in told(sofia, "task", task.pk)
    sofia.post(reverse("task_wake", args=[task.pk]))
    sofia.post(reverse("task_drop", args=[task.pk]), {"reason": "Not needed"})
    assert "Dropped: it will not be done." in told(sofia, "task", task.pk)
    sofia.post(reverse("task_reopen", args=[task.pk]))
    task.refresh_from_db()
    assert (task.state, task.snoozed_until) == ("open", None)
    assert sofia.post(reverse("task_snooze", args=[task.pk]), {"until": "2026-03-09"}).status_code == 409


def test_a_task_finished_from_today_comes_back_as_a_part_with_its_undo(sofia, firm):
    task = a_task(firm, due_on=TODAY)
    url = reverse("task_finish", args=[task.pk])
    answer = sofia.post(url, {"next": "/today/"}, headers={"HX-Request": "true"}, follow=True)
    assert "/undo/" in answer["HX-Trigger"]
    assert "Nothing is due, and nobody waits for you." in answer.content.decode()


FORGED = [
    ("task", "get"), ("task_edit", "get"), ("task_finish", "post"), ("task_drop", "post"), ("task_reopen", "post"),
    ("task_snooze", "post"), ("task_wake", "post"), ("task_tick", "post"), ("task_assign", "post"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "method"), FORGED)
def test_forged_numbers_of_tasks_are_not_found(sofia, firm, name, method):
    task = a_task(firm, actor=firm.petra, title="Hidden", account=firm.foreign)
    data = {"person": firm.ivo.pk, "until": "2026-03-09", "reason": "x"}
    assert getattr(sofia, method)(reverse(name, args=[task.pk]), data).status_code == 404
    before = (task.state, task.owner_id, task.version)
    task.refresh_from_db()
    assert (task.state, task.owner_id, task.version) == before


def test_forged_numbers_of_the_rest_are_not_found(sofia, firm):
    request = a_request(firm, actor=firm.petra, account=firm.foreign)
    approval = an_approval(firm, actor=firm.petra, kind="sales_proposal", account=firm.foreign)
    talk = a_consultation(firm, actor=firm.petra, account=firm.foreign)
    for name, pk in [("request", request.pk), ("approval", approval.pk), ("consultation", talk.pk),
                     ("consultation_edit", talk.pk)]:  # fmt: skip
        assert sofia.get(reverse(name, args=[pk])).status_code == 404, name
    for name, pk in [("request_take", request.pk), ("request_answer", request.pk), ("request_withdraw", request.pk),
                     ("approval_decide", approval.pk), ("approval_withdraw", approval.pk),
                     ("consultation_follow_up", talk.pk)]:  # fmt: skip
        data = {"decision": "approve", "answer": "Yes", "title": "x"}
        assert sofia.post(reverse(name, args=[pk]), data).status_code == 404, name
    assert (Request.objects.get().state, Approval.objects.get().state) == ("open", "waiting")


def test_what_is_seen_and_not_allowed_is_forbidden(client, firm):
    task = a_task(firm, account=firm.helios)
    request = a_request(firm, account=firm.helios)
    approval = an_approval(firm, actor=firm.sofia, kind="sales_proposal", account=firm.helios)
    ivo = signed_in(firm.ivo)
    for name, pk in [("task_finish", task.pk), ("request_answer", request.pk), ("request_withdraw", request.pk),
                     ("approval_decide", approval.pk), ("approval_withdraw", approval.pk)]:  # fmt: skip
        answer = ivo.post(reverse(name, args=[pk]), {"decision": "approve", "answer": "Me"})
        assert answer.status_code == 403, name


# --- requests, decisions, consultations ------------------------------------------------------------------


def test_a_request_is_sent_taken_and_answered_on_its_page(sofia, firm):
    sofia.post(
        reverse("request_new"),
        {"title": "Dates", "unit": firm.logistics.pk, "due_on": "2026-03-05", "account": "H-1"},
    )
    row = Request.objects.get()
    livia = signed_in(firm.livia)
    livia.post(reverse("request_take", args=[row.pk]))
    assert "Livia" in told(sofia, "requests")
    assert livia.post(reverse("request_answer", args=[row.pk]), {"answer": ""}).status_code == 422
    livia.post(reverse("request_answer", args=[row.pk]), {"answer": "The 12th"})
    page = told(sofia, "request", row.pk)
    assert "The 12th" in page
    assert "Days to the answer" in page
    greta = signed_in(firm.greta)
    answer = greta.post(reverse("request_answer", args=[row.pk]), {"answer": "The 13th"})
    assert answer.status_code == 409
    assert "Livia answered this meanwhile" in answer.content.decode()
    row.refresh_from_db()
    assert row.answer == "The 12th"


def test_a_request_in_the_past_is_refused_on_the_form(sofia, firm):
    data = {"title": "Dates", "unit": firm.logistics.pk, "due_on": "2026-03-01"}
    answer = sofia.post(reverse("request_new"), data)
    assert answer.status_code == 422
    assert "lies ahead" in answer.content.decode()


def test_two_decide_at_once_and_the_second_is_told(sofia, firm):
    row = an_approval(firm, account=firm.helios)
    absence(firm.sofia, firm.petra)
    petra = signed_in(firm.petra)
    assert "To be put right" in told(sofia, "approval", row.pk)
    assert "To be put right" in told(petra, "approval", row.pk)
    url = reverse("approval_decide", args=[row.pk])
    assert petra.post(url, {"decision": "reject"}).status_code == 422  # without a reason
    assert petra.post(url, {"decision": "reject", "reason": "Too dear"}).status_code == 302
    answer = sofia.post(url, {"decision": "approve"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Petra has decided already, against it. Nothing was changed." in page
    assert "Petra for Sofia" in page
    assert Approval.objects.get().state == "rejected"


def test_a_shortcoming_and_a_proposal_are_written_on_a_form(client, firm):
    ivo = signed_in(firm.ivo)
    data = {"title": "Pallets", "reason": "They break", "more_remedy": "Boards", "account": "Helios"}
    ivo.post(reverse("approval_new", args=["shortcoming"]), data)
    row = Approval.objects.get()
    assert (row.details, row.account, row.steps.get().decider) == (
        {"remedy": "Boards"},
        firm.helios,
        firm.sofia,
    )
    assert "Boards" in told(ivo, "approval", row.pk)
    assert ivo.get(reverse("approval_new", args=["no-such"])).status_code == 404
    dario = signed_in(firm.dario)
    answer = dario.post(reverse("approval_new", args=["shortcoming"]), {"title": "x", "reason": "y"})
    assert "nobody who could decide" in answer.content.decode()


def test_a_consultation_is_written_edited_and_followed_up(sofia, firm):
    data = {
        "account": "H-1",
        "kind": "asked_us",
        "question": "Which steel?",
        "asked_on": "2026-03-01",
        "secrecy": "1",
    }
    sofia.post(reverse("consultation_new"), data)
    row = Consultation.objects.get()
    url = reverse("consultation_edit", args=[row.pk])
    version = sofia.get(url).context["form"]["version"].value()
    sofia.post(url, {**data, "version": version, "advice": "1.4404"})
    sofia.post(reverse("consultation_follow_up", args=[row.pk]), {"title": "Send a sample"})
    row.refresh_from_db()
    assert (row.advice, row.answered_on, row.task.title) == ("1.4404", TODAY, "Send a sample")
    assert "Send a sample" in told(sofia, "consultation", row.pk)


def test_who_has_read_a_decision_is_shown_to_who_published_it(sofia, firm):
    row = a_decision(firm)
    sofia.post(reverse("management_read", args=[row.pk]))
    dario = signed_in(firm.dario)
    page = told(dario, "management_decision", row.pk)
    assert page.index("Has read it") < page.index("Sofia") < page.index("Has not read it") < page.index("Ivo")
    assert "Has not read it" not in told(sofia, "management_decision", row.pk)
    dario.post(reverse("management_new"), {"title": "Second", "text": "Words", "decided_on": "2026-03-01"})
    assert ManagementDecision.objects.count() == 2


def test_somebody_from_outside_reads_no_decision_of_the_management(client, firm):
    row = a_decision(firm)
    partner = signed_in(person("paul", "sales_manager", is_external=True))
    assert "No discounts" not in told(partner, "management")
    assert partner.get(reverse("management_decision", args=[row.pk])).status_code == 404


# --- the tab of an account -------------------------------------------------------------------------------


def test_the_open_matters_of_an_account_and_who_answers_for_it(sofia, firm):
    a_task(firm, account=firm.helios)
    a_task(firm, title="Elsewhere", account=firm.nordelma)
    a_request(firm, account=firm.helios)
    an_approval(firm, account=firm.helios)
    a_consultation(firm)
    page = told(sofia, "account_work", "H-1")
    assert "4 matters are open. Sofia answers for it today." in page
    for text in ("Call Rita", "Delivery dates", "Pallets break", "Which steel?", "Hand out to juniors"):
        assert text in page
    assert "Elsewhere" not in page
    assert sofia.get(reverse("account_work", args=["F-1"])).status_code == 404
    absence(firm.sofia, firm.petra)
    assert "Petra answers for it today, in place of Sofia." in told(
        signed_in(firm.petra), "account_work", "H-1"
    )


def test_the_tab_asks_as_often_for_three_rows_as_for_one(sofia, firm):
    def fill():
        a_task(firm, account=firm.helios)
        a_request(firm, account=firm.helios)
        an_approval(firm, account=firm.helios)
        a_consultation(firm)

    url = reverse("account_work", args=["H-1"])
    fill()
    sofia.get(url)
    with CaptureQueriesContext(connection) as one:
        sofia.get(url)
    fill()
    fill()
    with CaptureQueriesContext(connection) as three:
        sofia.get(url)
    assert len(three) == len(one)


def test_a_senior_hands_the_tasks_of_an_account_out(sofia, firm):
    one, two = a_task(firm, account=firm.helios), a_task(firm, title="Samples", account=firm.helios)
    url = reverse("account_distribute", args=["H-1"])
    assert "Ivo" in sofia.get(url).content.decode()
    forged = a_task(firm, actor=firm.petra, title="Hidden", account=firm.foreign)
    sofia.post(
        url, {f"to-{one.pk}": firm.ivo.pk, f"to-{two.pk}": firm.petra.pk, f"to-{forged.pk}": firm.ivo.pk}
    )
    owners = dict(Task.objects.values_list("title", "owner__username"))
    assert owners == {"Call Rita": "ivo", "Samples": "sofia", "Hidden": "petra"}
    assert signed_in(firm.ivo).get(url).status_code == 403
