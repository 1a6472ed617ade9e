"""Reports that are owed: due by themselves, late or missing, and those that look copied."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from kamerton.access import policy
from kamerton.accounts.models import Interaction
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.work import report_queries as queries
from kamerton.work import report_rules as rules
from kamerton.work.actions import reports
from kamerton.work.models import Task
from kamerton.work.report_models import ReportDue
from tests.work.conftest import NOW, TODAY, absence

LATER = NOW + dt.timedelta(days=40)  # 11 April 2026: March is over, and due on the 6th
LONG = "Met the head of purchasing and talked about the new line, prices and the delivery of spare parts"


def asked(firm, **more):
    told = {
        "name": "Month of sales",
        "period": "monthly",
        "days_after": 6,
        "people": [firm.sofia, firm.ivo],
        **more,
    }
    return reports.ask(actor=firm.dario, now=NOW, **told)


@pytest.mark.parametrize(
    ("period", "today", "start", "end"),
    [
        ("weekly", "2026-03-02", "2026-02-23", "2026-03-01"),  # a Monday: the week before
        ("weekly", "2026-03-08", "2026-02-23", "2026-03-01"),  # the Sunday of the running week
        ("monthly", "2026-03-01", "2026-02-01", "2026-02-28"),
        ("monthly", "2026-01-31", "2025-12-01", "2025-12-31"),
        ("quarterly", "2026-03-31", "2025-10-01", "2025-12-31"),
        ("quarterly", "2026-04-01", "2026-01-01", "2026-03-31"),
        ("yearly", "2026-12-31", "2025-01-01", "2025-12-31"),
    ],
)
def test_the_newest_period_that_is_over(period, today, start, end):
    found = rules.last_ended(period, dt.date.fromisoformat(today))
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@settings(deadline=None)
@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
    st.sampled_from(["weekly", "monthly", "quarterly", "yearly"]),
)
def test_periods_follow_one_another_without_a_gap(today, period):
    found = rules.last_ended(period, today)
    assert found.start <= found.end < today
    assert rules.last_ended(period, found.end + dt.timedelta(days=1)) == found
    assert rules.last_ended(period, found.start).end == found.start - dt.timedelta(days=1)


@pytest.mark.requirement("RPT-01")
def test_late_and_missing_reports_are_visible(firm, client, monkeypatch):
    asked(firm)
    reports.every_day(now=NOW, actor=None)
    assert not ReportDue.objects.exists()  # February ended before anybody was asked
    for _again in range(2):
        reports.every_day(now=LATER, actor=None)
    rows = {row.person.username: row for row in ReportDue.objects.all()}
    assert set(rows) == {"sofia", "ivo"}
    assert {row.due_on for row in rows.values()} == {dt.date(2026, 4, 6)}
    assert Task.objects.get(pk=rows["ivo"].task_id).owner == firm.ivo
    reports.hand_in(actor=firm.ivo, due=rows["ivo"], text="Three new orders", now=LATER)
    assert Task.objects.get(pk=rows["ivo"].task_id).state == "done"
    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setattr(clock, "today", LATER.date)
    client.force_login(firm.dario)
    page = client.get(reverse("reports")).content.decode()
    assert "1 report is missing." in page
    assert "Handed in late" in page
    csv = b"".join(client.get(reverse("reports_export", args=["csv"])).streaming_content).decode()
    assert "Missing" in csv
    assert "Handed in late" in csv


@pytest.mark.parametrize(
    ("due", "handed", "standing", "late"),
    [("2026-03-02", None, "coming", 0), ("2026-03-01", None, "missing", 1), ("2026-03-01", "2026-03-01", "in_time", 0),
     ("2026-02-20", "2026-02-22", "late", 2)],
)  # fmt: skip
def test_in_time_is_up_to_the_day_itself(due, handed, standing, late):
    due_on, handed_in = dt.date.fromisoformat(due), dt.date.fromisoformat(handed) if handed else None
    assert rules.standing(due_on, handed_in, TODAY) == standing
    assert rules.days_late(due_on, handed_in, TODAY) == late


def test_only_the_line_sees_reports_and_only_the_person_hands_in(firm, client):
    asked(firm, people=[firm.sofia, firm.ivo, firm.petra])
    reports.every_day(now=LATER, actor=None)
    seen = {row.person.username for row in queries.dues(firm.sofia)}
    assert seen == {"sofia", "ivo"}  # Petra is of another line
    petras = ReportDue.objects.get(person=firm.petra)
    client.force_login(firm.sofia)
    assert client.get(reverse("report", args=[petras.pk])).status_code == 404
    assert "Petra" not in client.get(reverse("reports")).content.decode()
    ivos = ReportDue.objects.get(person=firm.ivo)
    with pytest.raises(policy.Forbidden):
        reports.hand_in(actor=firm.sofia, due=ivos, text="In his name", now=LATER)
    absence(firm.ivo, firm.petra, from_date=LATER.date(), to_date=LATER.date())
    with pytest.raises(policy.Forbidden):  # not on that day yet: today is another one
        reports.hand_in(actor=firm.petra, due=ivos, text="For him", now=LATER)


def test_what_is_not_reliable_opens_a_talk_and_nothing_else(firm):
    asked(firm)
    reports.every_day(now=LATER, actor=None)
    row = ReportDue.objects.get(person=firm.ivo)
    with pytest.raises(Refused, match="not been handed in"):
        reports.look_at(actor=firm.sofia, due=row, reliable=True, note="", now=LATER)
    reports.hand_in(actor=firm.ivo, due=row, text="All well", now=LATER)
    with pytest.raises(Refused, match="handed in already"):
        reports.hand_in(actor=firm.ivo, due=row, text="Better", now=LATER)
    with pytest.raises(Refused, match="what to talk about"):
        reports.look_at(actor=firm.sofia, due=row, reliable=False, note=" ", now=LATER)
    reports.look_at(actor=firm.sofia, due=row, reliable=False, note="Where are the prices?", now=LATER)
    assert Task.objects.filter(owner=firm.sofia, title="Talk with Ivo about “Month of sales”").count() == 1
    with pytest.raises(policy.Forbidden):
        reports.look_at(actor=firm.ivo, due=row, reliable=True, note="", now=LATER)


def text(number, words, on=TODAY, person=1):
    return rules.Text(ref=f"x:{number:03d}", person=person, on=on, text=words)


@pytest.fixture
def on_the_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.requirement("RPT-03")
def test_a_copied_report_is_flagged_for_discussion(firm, client, on_the_day):
    def said(person, summary, on):
        return Interaction.objects.create(account=firm.helios, contact=firm.contact, person=person, on=on, summary=summary,
                                          created_at=NOW)  # fmt: skip

    said(firm.ivo, f"{LONG} on 3.2.2026", TODAY - dt.timedelta(days=27))
    copy = said(firm.ivo, f"{LONG.upper()}  on 3.2.2026.", TODAY)
    said(firm.sofia, f"{LONG} on 3.2.2026", TODAY)  # somebody else's words are no copy of one's own
    said(firm.ivo, "Called: all well", TODAY)
    said(firm.ivo, "Called: all well", TODAY)  # too short to tell
    (found,) = queries.looks_copied(firm.sofia, TODAY)
    assert (found.later.ref, found.alike, found.same_dates) == (f"accounts.interaction:{copy.pk}", 1.0, True)
    assert queries.looks_copied(firm.ivo, TODAY) == []  # who wrote it knows
    assert queries.looks_copied(firm.petra, TODAY) == []
    client.force_login(firm.sofia)
    page = client.get(reverse("reports_alike")).content.decode()
    assert "with the same dates" in page
    client.post(reverse("report_talk"), {"ref": found.later.ref})
    client.post(reverse("report_talk"), {"ref": found.later.ref})
    task = Task.objects.get(owner=firm.sofia)
    assert "Ivo" in task.title
    assert "Being talked about" in client.get(reverse("reports_alike")).content.decode()
    client.force_login(firm.petra)
    client.post(reverse("report_talk"), {"ref": found.later.ref})
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other", "flagged"),
    [
        (LONG, LONG, True),
        (LONG, LONG.replace("spare parts", "spare  PARTS!"), True),
        (
            LONG,
            "A wholly different talk about another matter with the owner of the company and her son",
            False,
        ),
        (LONG, LONG[:30], False),
        ("all well", "all well", False),
    ],
)
def test_what_counts_as_alike(one, other, flagged):
    assert bool(rules.copies([text(1, one), text(2, other)])) is flagged


def test_each_copy_names_the_text_that_it_is_most_like():
    near = LONG.replace("prices", "discounts")
    found = rules.copies([text(1, near), text(2, LONG), text(3, LONG)])
    assert (found[0].later.ref, found[0].earlier.ref, found[0].alike) == ("x:003", "x:002", 1.0)


def test_what_cannot_be_asked_is_refused(firm):
    asked(firm)
    for told, says in (({"name": " "}, "name"), ({}, "already"), ({"name": "B", "days_after": 61}, "60 days"),
                       ({"name": "B", "period": "daily"}, "60 days")):  # fmt: skip
        with pytest.raises(Refused, match=says):
            asked(firm, **told)
    with pytest.raises(policy.Forbidden):
        reports.ask(actor=firm.sofia, name="Mine", period="weekly", days_after=1, people=[], now=NOW)


def test_by_hand_in_the_browser(firm, client, django_assert_max_num_queries, on_the_day):
    client.force_login(firm.dario)
    told = {"name": "Week", "period": "weekly", "days_after": "2", "people": [firm.ivo.pk]}
    assert client.post(reverse("report_duty_new"), told).status_code == 302
    assert "Week" in client.get(reverse("report_duties")).content.decode()
    duty = ReportDue.duty.field.related_model.objects.get()
    edit = reverse("report_duty", args=[duty.pk])
    version = client.get(edit).context["form"]["version"].value()
    more = {**told, "people": [firm.ivo.pk, firm.sofia.pk], "is_active": "on", "version": version}
    assert client.post(edit, more).status_code == 302
    reports.every_day(now=LATER, actor=None)
    assert ReportDue.objects.count() == 2
    row = ReportDue.objects.get(person=firm.ivo)
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("reports"))
    reports.every_day(now=LATER + dt.timedelta(days=7), actor=None)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("reports"))
    client.force_login(firm.ivo)
    assert client.get(reverse("report_hand_in", args=[row.pk])).status_code == 200
    client.post(reverse("report_hand_in", args=[row.pk]), {"text": "Done and well"})
    assert "Done and well" in client.get(reverse("report", args=[row.pk])).content.decode()
    client.force_login(firm.sofia)
    client.post(reverse("report_look", args=[row.pk]), {"reliable": "yes"})
    row.refresh_from_db()
    assert (row.reliable, row.judged_by) == ("yes", firm.sofia)
