"""Requests to departments: routed, taken, answered, timed; unanswered they go up the line."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.access.models import OrgUnit
from kamerton.accounts.actions import notes
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.work import queries
from kamerton.work.actions import daily, requests
from kamerton.work.models import Request, Task
from tests.work.conftest import NOW, TODAY, absence, person

DAY = dt.timedelta(days=1)


def send(actor, unit, title="Delivery dates of March", due_on=TODAY, **more):
    return requests.send_request(actor=actor, unit=unit, title=title, due_on=due_on, now=NOW, **more)


@pytest.mark.requirement("TEAM-03")
def test_a_request_is_routed_answered_and_timed(firm):
    for function in ("marketing", "customer_service", "design", "advertising", "technical_support"):
        OrgUnit.objects.create(name=function, function=function)
    wanted = [
        "marketing",
        "customer_service",
        "design",
        "advertising",
        "sales",
        "logistics",
        "technical_support",
    ]
    assert [queries.department_for(function).function for function in wanted] == wanted
    request = send(firm.sofia, queries.department_for("logistics"), account=firm.helios)
    assert request.priority == 1
    assert list(queries.requests_for_today(firm.livia, TODAY)) == [request]
    requests.take_request(actor=firm.livia, request=request, now=NOW)
    requests.answer_request(actor=firm.livia, request=request, answer="On the 12th", now=NOW + DAY)
    found = queries.requests(firm.sofia).get()
    assert (found.state, found.answer, found.taken_by) == ("answered", "On the 12th", firm.livia)
    assert found.answered_at - found.created_at == DAY
    assert "12th" not in str(list(AuditEntry.objects.values_list("after", flat=True)))


@pytest.mark.requirement("OTH-02")
def test_the_request_of_a_key_account_stands_first_and_somebody_answers_for_every_key_account(firm):
    ordinary = send(firm.sofia, firm.logistics, account=firm.nordelma)
    key = send(firm.sofia, firm.logistics, account=firm.helios, due_on=TODAY + 5 * DAY)
    assert list(queries.requests_for_today(firm.livia, TODAY)) == [key, ordinary]
    absence(firm.sofia, firm.petra)
    told = queries.answering([firm.helios.pk], TODAY)[firm.helios.pk]
    assert (told.person, told.stands_in_for) == (firm.petra, firm.sofia)
    firm.helios.coverage.filter(role="responsible").update(to_date=TODAY - DAY)
    assert queries.answering([firm.helios.pk], TODAY)[firm.helios.pk].person is None


def test_a_request_is_for_oneself_or_for_a_superior(firm):
    assert send(firm.ivo, firm.logistics, on_behalf_of=firm.sofia).on_behalf_of == firm.sofia
    assert send(firm.ivo, firm.logistics, on_behalf_of=firm.dario).on_behalf_of == firm.dario
    with pytest.raises(Refused, match="to whom you report"):
        send(firm.sofia, firm.logistics, on_behalf_of=firm.ivo)


@pytest.mark.parametrize(
    ("more", "says"), [({"title": " "}, "what is asked"), ({"due_on": TODAY - DAY}, "lies ahead")]
)
def test_what_is_no_request(firm, more, says):
    with pytest.raises(Refused, match=says):
        send(firm.sofia, firm.logistics, **more)


@pytest.mark.requirement("RGT-04")
@pytest.mark.requirement("TEAM-06")
def test_an_unanswered_request_goes_up_the_line_as_it_is_configured(firm, settings):
    settings.ESCALATION_DAYS = 2
    owner = person("olga", "director")
    firm.dario.reports_to = owner
    firm.dario.save()
    request = send(firm.sofia, firm.logistics, account=firm.helios)

    def on(days):
        moved = requests.escalate_due(now=NOW + days * DAY)
        request.refresh_from_db()
        return len(moved), request.escalated_to and request.escalated_to.username, request.escalations

    assert on(0) == (0, None, 0)  # due today
    assert on(1) == (1, "greta", 1)  # the head of the department
    assert on(1) == (0, "greta", 1)
    assert on(2) == (0, "greta", 1)
    firm.greta.reports_to = firm.petra  # the line is configured anew: escalation follows it
    firm.greta.save()
    assert on(3) == (1, "petra", 2)
    assert on(9) == (1, "olga", 4)
    assert on(90) == (0, "olga", 4)
    assert list(queries.requests_for_today(owner, TODAY)) == [request]
    entries = AuditEntry.objects.filter(action="work.escalate_request").order_by("pk")
    assert [each.after["escalations"] for each in entries] == [1, 2, 4]


def test_an_answer_stops_the_escalation(firm):
    request = send(firm.sofia, firm.logistics)
    requests.answer_request(actor=firm.greta, request=request, answer="Done", now=NOW)
    assert requests.escalate_due(now=NOW + 9 * DAY) == []


def test_without_a_head_the_unit_above_and_then_the_askers_own_line(firm):
    team = OrgUnit.objects.create(name="Fleet", kind="team", parent=firm.logistics)
    assert requests.escalation_line(send(firm.ivo, team), TODAY) == (
        firm.greta.pk,
        firm.dario.pk,
        firm.sofia.pk,
    )
    lonely = OrgUnit.objects.create(name="Design")
    assert requests.escalation_line(send(firm.ivo, lonely), TODAY) == (firm.sofia.pk, firm.dario.pk)


def test_who_has_left_is_passed_over(firm):
    firm.greta.leaving_on = TODAY - DAY
    firm.greta.save()
    assert requests.escalation_line(send(firm.ivo, firm.logistics), TODAY) == (firm.dario.pk, firm.sofia.pk)


def test_daily_work_runs_once_a_day(firm):
    send(firm.sofia, firm.logistics)
    assert daily.daily_once(now=NOW + DAY) == daily.Done(escalated=1, moved=0, forgotten=0)
    assert daily.daily_once(now=NOW + DAY) is None
    assert daily.daily_once(now=NOW + 3 * DAY) == daily.Done(escalated=1, moved=0, forgotten=0)


def test_who_answers_and_who_does_not(firm):
    request = send(firm.sofia, firm.logistics, account=firm.helios)
    for outsider in (firm.petra, firm.ivo):  # the one does not see it, the other does and is not asked
        with pytest.raises(policy.Forbidden):
            requests.answer_request(actor=outsider, request=request, answer="Me", now=NOW)
    absence(firm.greta, firm.ivo)
    with clock.set_to(NOW):
        requests.answer_request(
            actor=type(firm.ivo).objects.get(pk=firm.ivo.pk), request=request, answer="Yes", now=NOW
        )
    with pytest.raises(requests.Answered, match="Ivo answered this meanwhile"):
        requests.answer_request(actor=firm.livia, request=request, answer="Yes too", now=NOW)


def test_only_who_asked_withdraws_and_undo_asks_again(firm):
    from kamerton.core import undo

    request = send(firm.sofia, firm.logistics)
    with pytest.raises(policy.Forbidden):
        requests.withdraw_request(actor=firm.livia, request=request, now=NOW)
    requests.withdraw_request(actor=firm.sofia, request=request, now=NOW)
    assert not queries.requests_for_today(firm.livia, TODAY).exists()
    token = undo.offer(
        actor=firm.sofia, kind="work.send_again", parameters={"requests": [request.pk]}, now=NOW
    )
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    assert Request.objects.get().state == "open"


@pytest.mark.requirement("REL-13")
def test_what_is_asked_or_troubles_a_key_account_reaches_its_one_responsible_person_or_who_stands_in(firm):
    """Ivo, the junior, writes; Sofia is responsible; on the day of her absence Dario stands in."""

    def trouble(account, secrecy=1, kind="problem"):
        values = {"kind": kind, "title": "Boxes arrive wet", "text": "t", "on": TODAY, "secrecy": secrecy}
        return notes.write(actor=firm.ivo, account=account, values=values, now=NOW)

    send(firm.ivo, firm.logistics, account=firm.helios)
    note = trouble(firm.helios)
    trouble(firm.helios, kind="note")
    notes.edit(actor=firm.ivo, note=note, opened={}, submitted={"text": "Very wet"}, now=NOW)
    told = Task.objects.filter(owner=firm.sofia).order_by("pk").values_list("title", "origin", "account")
    assert list(told) == [
        ("Helios, asked of Logistics: Delivery dates of March", "request", firm.helios.pk),
        ("Problem at Helios: Boxes arrive wet", "problem", firm.helios.pk),
    ]
    absence(firm.sofia, firm.dario)
    trouble(firm.helios, secrecy=2)
    send(firm.ivo, firm.logistics, title="Pallets", account=firm.helios)
    assert list(Task.objects.filter(owner=firm.dario).order_by("pk").values_list("title", flat=True)) == [
        "A secret problem at Helios", "Helios, asked of Logistics: Pallets",
    ]  # fmt: skip
    before = Task.objects.count()
    send(firm.dario, firm.logistics, account=firm.helios)  # who answers knows already
    assert Task.objects.count() == before
    assert [each.person for each in firm.helios.coverage.filter(role="responsible", to_date=None)] == [
        firm.sofia
    ]
