"""Pages of events and of acts. Sofia looks after Helios; Olga, of Foreign, is out of her reach."""

# Fixtures are taken from the tests of the room: their names come back as parameters.
# ruff: noqa: F811

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.accounts.actions import events, keeping
from kamerton.accounts.actions.acts import ACT
from kamerton.accounts.models import Act, Contact, Event, Participation, Presentation
from kamerton.core import clock, undo
from kamerton.core.models import AuditEntry
from kamerton.work.models import Task
from tests.accounts.conftest import NOW, house  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def page(client, who, name, *args, status=200, **query) -> str:
    client.force_login(who)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return unescape(body.decode()).replace("\xa0", " ")


def send(client, who, to, *args, status=302, **values):
    client.force_login(who)
    answer = client.post(reverse(to, args=args), values)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def taken_back(client, who, shown: str) -> None:
    token = re.findall(r"/undo/([^/\"#]+)/", shown)[-1]
    undo.take_back(actor=who, token=token, now=NOW)


def hidden(form: str) -> str:
    return re.search(r'name="version" value="([^"]*)"', form)[1]


@pytest.fixture
def told(house):
    """An event of last week with Rita and Olga, and one to come."""
    house.past = keeping.add(events.EVENT, actor=house.dario, now=NOW, values={
        "name": "Filling days", "place": "Tarvia", "starts_on": DAY - dt.timedelta(days=7), "ends_on": None})  # fmt: skip
    house.ahead = keeping.add(events.EVENT, actor=house.dario, now=NOW, values={
        "name": "Spring fair", "kind": "fair", "is_ours": False, "starts_on": DAY + dt.timedelta(days=30),
        "ends_on": DAY + dt.timedelta(days=32)})  # fmt: skip
    for who, contact in ((house.sofia, house.rita), (house.petra, house.olga)):
        keeping.add(events.PART, actor=who, now=NOW, values={
            "event": house.past, "contact": contact, "invited_on": DAY - dt.timedelta(days=20), "invited_by": who})  # fmt: skip
    return house


@pytest.mark.requirement("REL-09")
def test_an_event_shows_invited_accompanied_attended_who_speaks_and_what_follows(client, told):
    shown = page(client, told.sofia, "event", told.past.pk)
    assert "Tarvia. 1 invited." in shown
    assert "Olga" not in shown
    row = Participation.objects.get(contact=told.rita)
    send(client, told.sofia, "event_part_attended", row.pk, came="yes")
    form = page(client, told.sofia, "event_part", row.pk)
    send(client, told.sofia, "event_part", row.pk, version=hidden(form), invited_on=row.invited_on.isoformat(),
         invited_by=told.sofia.pk, answer="yes", accompanied_by=told.ivo.pk, attended="true",
         follow_up="Send the drawings", follow_up_by=told.ivo.pk, follow_up_due="2026-03-09")  # fmt: skip
    send(client, told.sofia, "event_talk_new", told.past.pk, title="Lines that never stop", contact=told.rita.pk,
         speaker="", prepared_by=told.ivo.pk, due_on="2026-02-20", ready_on="")  # fmt: skip
    send(client, told.sofia, "event_talk_new", told.past.pk, title="Our year", contact="", speaker=told.sofia.pk,
         prepared_by="", due_on="", ready_on="2026-02-20")  # fmt: skip
    shown = page(client, told.sofia, "event", told.past.pk)
    for words in ("1 invited, 1 accompanied, 1 attended, 1 follow-up, 2 presentations", "Ivo Lind", "Send the drawings",
                  "Lines that never stop", "Late", "Our year", "Ready", "one of ours"):  # fmt: skip
        assert words in shown
    assert {task.title for task in Task.objects.all()} == {
        "Send the drawings – Rita Sole, after Filling days",
        "Prepare the presentation “Lines that never stop” for Rita Sole, Filling days",
    }
    assert reverse("task", args=[Task.objects.get(origin_ref__contains="participation").pk]) in shown
    on_contact = page(client, told.sofia, "contact", told.rita.pk)
    for words in ("invited · with Ivo Lind · attended · Send the drawings", "Speaks: Lines that never stop"):
        assert words in on_contact


@pytest.mark.requirement("REL-10")
def test_the_trend_of_each_vip_and_what_we_do_about_it(client, told):
    Contact.objects.update(is_vip=True)
    for back, side, weight in ((400, "competitor", 3), (100, "us", 1), (10, "us", 2)):
        keeping.add(ACT, actor=told.sofia, now=NOW, values={
            "contact": told.rita, "side": side, "competitor": "Norvane" if side == "competitor" else "", "weight": weight,
            "what": f"Act {back}", "on": DAY - dt.timedelta(days=back)})  # fmt: skip
    keeping.add(ACT, actor=told.petra, now=NOW, values={
        "contact": told.olga, "side": "competitor", "competitor": "Quartz rival", "what": "Quartz", "on": DAY})  # fmt: skip
    send(client, told.sofia, "act_new", told.rita.pk, side="competitor", kind="spoke", competitor="Norvane", on="2026-03-01",
         what="Opened the fair of Norvane", weight="1", secrecy="1", answer="Ask her to our jury", answer_by=told.ivo.pk,
         answer_due="2026-03-20", to_whom="", outcome="", source="", source_kind="")  # fmt: skip
    shown = page(client, told.sofia, "contact", told.rita.pk)
    for words in ("In the last four quarters 3 points for us, 1 for competitors; 2 recommendations given.",
                  "Comes nearer", "Q1 2026", "Q2 2024", "Ask her to our jury", "Norvane"):  # fmt: skip
        assert words in shown
    task = Task.objects.get()
    assert (task.owner, task.due_on) == (told.ivo, dt.date(2026, 3, 20))
    assert reverse("task", args=[task.pk]) in shown
    vips = page(client, told.sofia, "vips")
    assert "3 : 1" in vips
    assert "2 recommendations" in vips
    assert "Quartz" not in vips + shown
    assert page(client, told.petra, "vips").count("0 : 2") == 1


def test_what_is_out_of_reach_or_secret_is_not_there(client, told):
    other = keeping.add(
        ACT, actor=told.petra, now=NOW, values={"contact": told.olga, "what": "Quartz", "on": DAY}
    )
    secret = keeping.add(ACT, actor=told.sofia, now=NOW, values={
        "contact": told.rita, "what": "Quartz too", "on": DAY, "secrecy": 2})  # fmt: skip
    part = Participation.objects.get(contact=told.olga)
    for name, row in (("act", other), ("act_edit", other), ("event_part", part)):
        page(client, told.sofia, name, row.pk, status=404)
    for name, row in (("act_remove", other), ("event_part_remove", part), ("event_part_attended", part)):
        send(client, told.sofia, name, row.pk, status=404)
    page(client, told.sam, "act", secret.pk, status=404)
    assert AuditEntry.objects.filter(action="secrets.refused", actor=told.sam).count() == 1
    assert "Quartz" not in page(client, told.sam, "contact", told.rita.pk)
    page(client, told.sofia, "event_part_new", told.olga.pk, status=404)
    page(client, told.sofia, "act", secret.pk)
    assert AuditEntry.objects.filter(action="secrets.read", actor=told.sofia).exists()


def test_the_list_counts_what_the_reader_sees_and_filters(client, told):
    client.force_login(told.sofia)
    rows = client.get(reverse("events")).context["table"].rows
    assert [(str(row.cells[0].text), row.cells[4]) for row in rows] == [
        ("Spring fair", "0"),
        ("Filling days", "1"),
    ]
    for query, wanted in (({"ours": "yes"}, "Filling days"), ({"kind": "fair"}, "Spring fair"),
                          ({"list": "over"}, "Filling days"), ({"q": "tarvia"}, "Filling days")):  # fmt: skip
        rows = client.get(reverse("events"), query).context["table"].rows
        assert [str(row.cells[0].text) for row in rows] == [wanted]
    assert "Filling days" in page(client, told.sofia, "events_export", "csv")


def test_many_events_change_their_kind_and_back(client, told):
    values = {
        "action": "kind",
        "pick": [told.past.pk, told.ahead.pk],
        "step": "2",
        "kind": "public",
        "once": "x",
    }
    send(client, told.sofia, "events_bulk", **values)
    assert set(Event.objects.values_list("kind", flat=True)) == {"public"}
    taken_back(client, told.sofia, page(client, told.sofia, "events"))
    assert set(Event.objects.values_list("kind", flat=True)) == {"company", "fair"}


def test_many_contacts_are_invited_at_once_and_back(client, told):
    values = {
        "action": "invite",
        "pick": [told.rita.pk, told.olga.pk],
        "step": "2",
        "event": told.ahead.pk,
        "once": "x",
    }
    send(client, told.sofia, "contacts_bulk", **values)
    row = Participation.objects.get(event=told.ahead)
    assert (row.contact, row.invited_on, row.invited_by) == (told.rita, DAY, told.sofia)
    taken_back(client, told.sofia, page(client, told.sofia, "contacts"))
    assert not Participation.objects.filter(event=told.ahead).exists()


def test_from_a_contact_to_an_event_and_away_again(client, told):
    send(client, told.sofia, "event_part_new", told.rita.pk, event=told.ahead.pk, invited_on="2026-03-02",
         invited_by=told.sofia.pk, answer="", accompanied_by="", attended="unknown", follow_up="", follow_up_by="",
         follow_up_due="")  # fmt: skip
    row = Participation.objects.get(event=told.ahead)
    assert (row.contact, row.attended) == (told.rita, None)
    send(client, told.sofia, "event_part_remove", row.pk)
    taken_back(client, told.sofia, page(client, told.sofia, "event", told.ahead.pk))
    assert Participation.objects.get(event=told.ahead).pk == row.pk


def test_an_event_is_written_changed_and_removed(client, told):
    send(client, told.sofia, "event_new", name="Open day", kind="company", is_ours="on", place="", starts_on="2026-05-01",
         ends_on="", note="")  # fmt: skip
    one = Event.objects.get(name="Open day")
    form = page(client, told.sofia, "event_edit", one.pk)
    values = {
        "kind": "company",
        "is_ours": "on",
        "place": "",
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-01",
        "note": "",
    }
    send(client, told.sofia, "event_edit", one.pk, version=hidden(form), name="Open days", **values)
    again = send(
        client, told.ivo, "event_edit", one.pk, status=409, version=hidden(form), name="Day", **values
    )
    assert "Open days" in again.content.decode()
    send(client, told.sofia, "event_remove", one.pk)
    send(client, told.sofia, "event_remove", told.past.pk)
    assert set(Event.objects.values_list("name", flat=True)) == {"Filling days", "Spring fair"}
    assert "There are people or presentations on this event" in page(
        client, told.sofia, "event", told.past.pk
    )


def test_talks_and_acts_are_changed_and_removed(client, told):
    talk = keeping.add(events.TALK, actor=told.sofia, now=NOW, values={
        "event": told.past, "title": "T", "contact": told.rita})  # fmt: skip
    form = page(client, told.sofia, "event_talk", talk.pk)
    send(client, told.sofia, "event_talk", talk.pk, version=hidden(form), title="Talk", prepared_by="", due_on="",
         ready_on="2026-03-01")  # fmt: skip
    talk.refresh_from_db()
    assert (talk.title, talk.ready_on, talk.contact) == ("Talk", dt.date(2026, 3, 1), told.rita)
    send(client, told.sofia, "event_talk_remove", talk.pk)
    assert not Presentation.objects.exists()
    act = keeping.add(ACT, actor=told.sofia, now=NOW, values={"contact": told.rita, "what": "W", "on": DAY})
    form = page(client, told.sofia, "act_edit", act.pk)
    send(client, told.sofia, "act_edit", act.pk, version=hidden(form), side="us", kind="preferred", on="2026-03-01",
         what="Why", weight="3", secrecy="1", answer="", answer_by="", answer_due="", to_whom="", outcome="", source="",
         source_kind="", competitor="")  # fmt: skip
    assert "Strongly" in page(client, told.sofia, "act", act.pk)
    send(client, told.sofia, "act_remove", act.pk)
    assert not Act.objects.exists()


@pytest.mark.parametrize("name", ["events", "event", "contact", "vips"])
def test_queries_are_the_same_at_one_row_and_at_three(client, told, name):
    args = {"event": [told.past.pk], "contact": [told.rita.pk]}.get(name, [])
    Contact.objects.filter(pk=told.rita.pk).update(is_vip=True)

    def more(at: int) -> None:
        other = Contact.objects.create(account=told.helios, name=f"C{at}", is_vip=True, created_at=NOW)
        event = keeping.add(
            events.EVENT, actor=told.dario, now=NOW, values={"name": f"E{at}", "starts_on": DAY}
        )
        for contact, where in ((other, told.past), (told.rita, event)):
            keeping.add(events.PART, actor=told.sofia, now=NOW, values={
                "event": where, "contact": contact, "invited_on": DAY, "invited_by": told.ivo, "follow_up": "F",
                "follow_up_by": told.ivo})  # fmt: skip
            keeping.add(events.TALK, actor=told.sofia, now=NOW, values={
                "event": where, "contact": contact, "title": "T", "prepared_by": told.ivo})  # fmt: skip
            keeping.add(ACT, actor=told.sofia, now=NOW, values={
                "contact": contact, "what": "W", "on": DAY, "answer": "A", "answer_by": told.ivo})  # fmt: skip

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, told.sofia, name, *args)
        return len(queries)

    more(0)
    asked()
    one = asked()
    more(1)
    more(2)
    assert asked() == one
