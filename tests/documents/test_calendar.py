"""Calendar files and the private address, read with an independent reader."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr

from kamerton.access.models import User
from kamerton.accounts import calendar as registry
from kamerton.accounts.calendar import Entry, Wanted
from kamerton.core.models import AuditEntry
from kamerton.documents.actions import calendar as addresses
from kamerton.documents.actions.make import make
from kamerton.documents.kinds import calendars
from kamerton.documents.models import CalendarAddress
from kamerton.documents.office import ics
from kamerton.work import rules
from kamerton.work.models import Task
from tests.work.conftest import NOW, TODAY, absence, firm  # noqa: F401

ROME = "Europe/Rome"
DAY = dt.timedelta(days=1)


def entry(**more) -> Entry:
    return Entry(**({"uid": "visit-1", "title": "Visit", "starts": TODAY, "changed_at": NOW} | more))


def read(blob: bytes):
    return icalendar.Calendar.from_ical(blob)


def events(blob: bytes) -> dict[str, icalendar.Event]:
    return {str(each["uid"]).split("@")[0]: each for each in read(blob).walk("VEVENT")}


def written(*entries: Entry, zone: str = ROME) -> bytes:
    return ics.calendar(
        entries, name="Activities: Ivo", zone=zone, host=ics.house("s"), address="https://kam.example/"
    )


def at(*told: int) -> dt.datetime:
    return dt.datetime(*told, tzinfo=ZoneInfo(ROME))


def test_a_calendar_has_what_the_standard_asks_for_and_comes_back_the_same():
    blob = written(
        entry(text="Line one\nline; two, \\three", place="Milan", path="/to-do/tasks/1/", sequence=3)
    )
    made = read(blob)
    assert (made["version"], made["method"], made["calscale"]) == ("2.0", "PUBLISH", "GREGORIAN")
    event = events(blob)["visit-1"]
    assert event.decoded("dtstart") == TODAY
    assert event.decoded("dtend") == TODAY + DAY
    assert event.decoded("dtstamp") == NOW
    assert (event["sequence"], event["status"], event["url"]) == (
        3,
        "CONFIRMED",
        "https://kam.example/to-do/tasks/1/",
    )
    assert str(event["description"]) == "Line one\nline; two, \\three"
    assert str(event["uid"]) == f"visit-1@{ics.house('s')}"
    assert blob == written(
        entry(text="Line one\nline; two, \\three", place="Milan", path="/to-do/tasks/1/", sequence=3)
    )
    assert read(made.to_ical()).to_ical() == blob
    assert all(len(line) <= 75 for line in blob.split(b"\r\n"))


def test_moments_keep_their_hour_on_the_wall_over_daylight_saving():
    """Clocks go forward on 29 March 2026 and back on 25 October."""
    found = events(
        written(
            entry(uid="a", starts=at(2026, 3, 28, 9), ends=at(2026, 3, 28, 10)),
            entry(uid="b", starts=at(2026, 3, 29, 9), ends=at(2026, 3, 29, 10)),
            entry(uid="c", starts=at(2026, 10, 26, 9), ends=at(2026, 10, 26, 10)),
        )
    )
    told = {key: each.decoded("dtstart") for key, each in found.items()}
    assert {key: (each.hour, each.astimezone(dt.UTC).hour) for key, each in told.items()} == {
        "a": (9, 8), "b": (9, 7), "c": (9, 8),
    }  # fmt: skip


def test_the_time_zone_is_described_with_both_its_offsets():
    made = read(written(entry(starts=at(2026, 3, 28, 9))))
    (zone,) = made.walk("VTIMEZONE")
    assert str(zone["tzid"]) == ROME
    offsets = {each["tzoffsetto"].td for each in zone.walk() if each.name in ("STANDARD", "DAYLIGHT")}
    assert offsets == {dt.timedelta(hours=1), dt.timedelta(hours=2)}
    assert not read(written(entry())).walk("VTIMEZONE")


def test_what_was_called_off_stays_and_says_so():
    event = events(written(entry(state="cancelled", sequence=2)))["visit-1"]
    assert (event["status"], event["sequence"], event["transp"]) == ("CANCELLED", 2, "TRANSPARENT")
    assert str(events(written(entry(state="done")))["visit-1"]["summary"]) == "✓ Visit"


def test_what_is_confidential_says_nothing_but_its_time():
    event = events(
        written(
            entry(title="Take over Norvane", text="secret", place="Milan", account="Helios", is_private=True)
        )
    )
    told = event["visit-1"].to_ical()
    assert b"CLASS:PRIVATE" in told
    for word in (b"Norvane", b"secret", b"Milan", b"Helios"):
        assert word not in told


@pytest.mark.parametrize("repeats", ["weekly", "fortnightly", "monthly", "quarterly", "yearly"])
@pytest.mark.parametrize(
    "start", [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2024, 2, 29), dt.date(2026, 4, 15)]
)
def test_what_repeats_falls_on_the_days_of_the_tasks_own_rule(repeats, start):
    event = events(written(entry(starts=start, repeats=repeats, repeats_day=start.day)))["visit-1"]
    moment = dt.datetime.combine(start, dt.time())
    found = rrulestr(event["rrule"].to_ical().decode(), dtstart=moment)[1:9]
    wanted, day = [], start
    for _step in range(8):
        day = rules.next_due(day, repeats, done_on=day, day=start.day)
        wanted.append(day)
    assert [each.date() for each in found] == wanted


def test_a_line_break_in_a_title_cannot_write_a_line_of_the_file():
    blob = written(entry(title="Visit\r\nATTACH:https://evil.example/x\r\nSUMMARY:x", account="A\nB"))
    event = events(blob)["visit-1"]
    assert "attach" not in event
    assert b"\r\nATTACH" not in blob


# --- from the database -------------------------------------------------------------------------------------------


def task(owner: User, title: str, **more) -> Task:
    told = {"due_on": TODAY + DAY, "created_at": NOW, "created_by": owner} | more
    return Task.objects.create(owner=owner, title=title, **told)


@pytest.mark.requirement("ABP-04")
def test_the_file_of_an_account_has_every_dated_task_in_reach_with_its_owner(firm):  # noqa: F811
    one = task(firm.ivo, "Send samples", account=firm.helios)
    off = task(firm.sofia, "Call Rita", account=firm.helios, state="dropped", ended_at=NOW, version=4)
    task(firm.ivo, "No day", account=firm.helios, due_on=None)
    task(firm.petra, "Elsewhere", account=firm.foreign)
    made = make(actor=firm.sofia, kind=calendars.ACCOUNT, format="ics", subject=firm.helios, now=NOW)
    found = events(made.blob)
    assert set(found) == {f"task-{one.pk}", f"task-{off.pk}"}
    event = found[f"task-{one.pk}"]
    assert event.decoded("dtstart") == one.due_on
    assert str(event["summary"]) == "Send samples · Helios"
    assert "Owner: Ivo" in str(event["description"])
    assert (found[f"task-{off.pk}"]["status"], found[f"task-{off.pk}"]["sequence"]) == ("CANCELLED", 3)
    assert AuditEntry.objects.get(action="documents.account_calendar").account_id == firm.helios.pk


def under(token: str, now=NOW) -> set[str]:
    blob = addresses.read(token=token, now=now)
    return {str(each["summary"]) for each in events(blob).values()} if blob else {"closed"}


def test_the_address_shows_what_its_owner_has_to_do_and_follows_their_rights(firm):  # noqa: F811
    task(firm.ivo, "Mine", account=firm.helios)
    task(firm.sofia, "Hers", account=firm.helios)
    token = addresses.renew(actor=firm.ivo, now=NOW)
    assert under(token) == {"Mine · Helios"}
    assert token not in str(CalendarAddress.objects.values()), "the secret itself is kept nowhere"
    absence(firm.sofia, firm.ivo)
    from kamerton.core import clock

    with clock.set_to(NOW):
        assert under(token) == {"Mine · Helios", "Hers · Helios"}  # stands in for her today
    with clock.set_to(NOW + 2 * DAY):
        assert under(token, NOW + 2 * DAY) == {"Mine · Helios"}
    User.objects.filter(pk=firm.ivo.pk).update(leaving_on=TODAY + 30 * DAY)
    assert under(token) == {"closed"}  # who is about to leave takes nothing out
    User.objects.filter(pk=firm.ivo.pk).update(leaving_on=None, is_active=False)
    assert under(token) == {"closed"}
    User.objects.filter(pk=firm.ivo.pk).update(is_active=True, role="reader")
    assert under(token) == {"closed"}


def test_a_renewed_or_revoked_address_is_closed_at_once(firm):  # noqa: F811
    first = addresses.renew(actor=firm.ivo, now=NOW)
    second = addresses.renew(actor=firm.ivo, now=NOW)
    assert (under(first), under(second)) == ({"closed"}, set())
    assert addresses.revoke(actor=firm.ivo, now=NOW) is True
    assert addresses.revoke(actor=firm.ivo, now=NOW) is False
    assert under(second) == {"closed"}
    assert list(AuditEntry.objects.filter(action__startswith="documents.calendar").order_by("pk").values_list("action", flat=True)) == [
        "documents.calendar_open", "documents.calendar_close", "documents.calendar_open", "documents.calendar_close",
    ]  # fmt: skip


def test_rooms_add_what_they_know(firm):  # noqa: F811
    registry.register("test", lambda actor, wanted: [entry(uid="visit-7", account=str(wanted.account))])
    try:
        told = registry.entries(firm.ivo, Wanted(TODAY, TODAY + DAY, TODAY, firm.helios.pk))
    finally:
        registry.unregister("test")
    assert [each.uid for each in told] == ["visit-7"]


def test_the_number_of_queries_does_not_grow_with_the_tasks(firm, django_assert_num_queries):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            calendars.activities(User.objects.get(pk=firm.ivo.pk), NOW)
        return len(found)

    task(firm.ivo, "One", account=firm.helios)
    one = asked()
    task(firm.ivo, "Two", account=firm.helios)
    task(firm.ivo, "Three", account=firm.nordelma)
    assert asked() == one


def test_visits_stand_at_the_hour_of_the_place_where_they_are(firm):  # noqa: F811
    from kamerton.engagements.models import Companion, Engagement

    told = {
        "account": firm.helios,
        "owner": firm.sofia,
        "created_at": NOW,
        "created_by": firm.sofia,
        "channel": "visit",
    }
    starts = dt.datetime(2026, 3, 30, 14, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
    visit = Engagement.objects.create(
        **told, purpose="Look at line 4", on=starts.date(), starts_at=starts, ends_at=starts + dt.timedelta(hours=2),
        time_zone="Europe/Warsaw", place="Łódź", version=2,
    )  # fmt: skip
    off = Engagement.objects.create(
        **told, purpose="Second call", on=starts.date(), starts_at=starts, ends_at=starts + dt.timedelta(hours=1),
        time_zone="Europe/Warsaw", state="cancelled",
    )  # fmt: skip
    Companion.objects.create(engagement=visit, person=firm.ivo)
    told_of = calendars.activities(firm.ivo, NOW)
    assert {each.uid for each in told_of.entries} == {f"engagement-{visit.pk}"}  # comes along to one of them
    blob = make(actor=firm.sofia, kind=calendars.ACCOUNT, format="ics", subject=firm.helios, now=NOW).blob
    found = events(blob)
    event = found[f"engagement-{visit.pk}"]
    assert event.decoded("dtstart").isoformat() == "2026-03-30T14:00:00+02:00"
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(hours=2)
    assert (str(event["location"]), event["sequence"]) == ("Łódź", 1)
    assert found[f"engagement-{off.pk}"]["status"] == "CANCELLED"
    assert {str(each["tzid"]) for each in read(blob).walk("VTIMEZONE")} == {"Europe/Warsaw"}
