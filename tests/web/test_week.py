"""Pages of the week and of visits. Sofia looks after Helios, Ivo helps her; Petra, elsewhere, sees none of it."""

# Fixtures are taken from the tests of the room: their names come back as parameters.
# ruff: noqa: F811

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.core import clock
from kamerton.engagements.actions import briefs, planning
from kamerton.engagements.models import Engagement, WeekBrief
from tests.engagements.conftest import MONDAY, NOW, _today, person_at, planned  # noqa: F401
from tests.web.test_events import hidden, page, send, taken_back
from tests.work.conftest import firm  # noqa: F401

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + dt.timedelta(days=1)


def filled(**more):
    told = {
        "purpose": "Prices", "channel": "phone", "day": TUESDAY.isoformat(), "at": "09:30", "minutes": "45",
        "time_zone": "UTC",
    }  # fmt: skip
    return told | more


def test_the_week_shows_by_day_what_is_mine_and_where_i_come_along(client, firm):
    planned(firm.sofia, firm.helios, contacts=[firm.contact])
    planned(firm.ivo, firm.helios, day=2, purpose="Line four", colleagues=[firm.sofia])
    planned(firm.ivo, firm.helios, day=3, purpose="Ivo alone")
    planned(firm.sofia, firm.helios, day=8, purpose="Next week")
    shown = page(client, firm.sofia, "week")
    days = dict(re.findall(r'data-day="([\d-]+)">(.*?)</section>', shown, re.DOTALL))
    assert list(days) == [(MONDAY + dt.timedelta(days=n)).isoformat() for n in range(5)]
    assert "Quarterly talk" in days[TUESDAY.isoformat()]
    assert "Rita Sole" in days[TUESDAY.isoformat()]
    assert "Line four" in days["2026-03-04"]
    assert "Ivo alone" not in shown
    assert "Next week" not in shown
    assert "Next week" in page(client, firm.sofia, "week", on="2026-03-11")
    assert "Ivo alone" in page(client, firm.sofia, "week", person="ivo")
    page(client, firm.sofia, "week", person="nobody", status=404)


def test_the_week_of_a_colleague_shows_only_what_one_reaches(client, firm):
    planned(firm.petra, firm.foreign, purpose="Secret of Foreign")
    assert "Secret of Foreign" not in page(client, firm.sofia, "week", person="petra")
    assert "Secret of Foreign" in page(client, firm.dario, "week", person="petra")


def test_two_at_once_are_told(client, firm):
    planned(firm.sofia, firm.helios)
    assert "Overlaps" not in page(client, firm.sofia, "week")
    planned(firm.ivo, firm.helios, minutes=30, colleagues=[firm.sofia])
    assert page(client, firm.sofia, "week").count("Overlaps") == 2


def test_planned_by_its_form_without_a_script(client, firm):
    shown = page(client, firm.sofia, "engagement_new", on=TUESDAY.isoformat())
    assert 'name="which-account"' in shown
    client.force_login(firm.sofia)
    answer = client.get(reverse("engagement_new"), {"on": TUESDAY.isoformat(), "which-account": "Helios"})
    assert answer.url == f"{reverse('engagement_new')}?on={TUESDAY.isoformat()}&account=H-1"
    form = page(client, firm.sofia, "engagement_new", on=TUESDAY.isoformat(), account="H-1")
    values = filled(
        owner=firm.sofia.pk, contacts=[firm.contact.pk], colleagues=[firm.ivo.pk], version=hidden(form)
    )
    assert client.post(answer.url, values).status_code == 302
    row = Engagement.objects.get()
    assert (row.channel, row.starts_at.hour, row.starts_at.minute, row.ends_at.hour) == ("phone", 9, 30, 10)
    assert (list(row.contacts.all()), list(row.colleagues.all())) == ([firm.contact], [firm.ivo])


def test_what_is_wrong_is_said_and_kept_in_the_form(client, firm):
    client.force_login(firm.sofia)
    url = f"{reverse('engagement_new')}?account=H-1"
    answer = client.post(url, filled(owner=firm.sofia.pk, time_zone="Mars/Base", channel=""))
    assert answer.status_code == 422
    assert "There is no such time zone" in answer.content.decode()
    assert 'value="Prices"' in answer.content.decode()
    assert client.get(f"{reverse('engagement_new')}?account=F-1").status_code == 404


def test_dragged_or_by_its_form_it_moves_and_is_taken_back(client, firm):
    row = planned(firm.sofia, firm.helios)
    send(client, firm.sofia, "engagement_move", row.pk, day="2026-03-05", dragged="1")
    row.refresh_from_db()
    assert (row.on.isoformat(), row.starts_at.hour) == ("2026-03-05", 10)
    taken_back(client, firm.sofia, page(client, firm.sofia, "week"))
    send(client, firm.sofia, "engagement_move", row.pk, day="2026-03-06", at="15:00")
    row.refresh_from_db()
    assert (row.on.isoformat(), row.starts_at.hour) == ("2026-03-06", 15)
    send(client, firm.petra, "engagement_move", row.pk, day="2026-03-05", status=404)


def test_took_place_in_two_taps_and_stands_with_account_and_contact(client, firm):
    row = planned(firm.sofia, firm.helios, day=-3, contacts=[firm.contact])
    send(client, firm.sofia, "engagement_hold", row.pk, outcome="She signs on Friday")
    assert "She signs on Friday" in page(client, firm.sofia, "engagement", row.pk)
    assert "Took place" in page(client, firm.sofia, "account_visits", "H-1")
    assert "She signs on Friday" in page(client, firm.sofia, "contact", firm.contact.pk)
    assert "She signs on Friday" in page(client, firm.sofia, "account_timeline", "H-1")
    planned(firm.sofia, firm.helios, contacts=[firm.contact], purpose="Signing")
    assert "Signing" in page(client, firm.sofia, "contact", firm.contact.pk)


def test_who_does_not_reach_the_account_finds_nothing(client, firm):
    row = planned(firm.sofia, firm.helios)
    for name in ("engagement", "engagement_edit", "engagement_hold", "engagement_off"):
        page(client, firm.petra, name, row.pk, status=404)
    page(client, firm.petra, "account_visits", "H-1", status=404)
    page(client, firm.petra, "week_brief", "H-1", status=404)
    assert "Quarterly talk" not in page(client, firm.petra, "engagements")


@pytest.mark.requirement("REL-14")
def test_the_second_visit_of_the_week_makes_the_shared_brief_appear_on_both(client, firm):
    first = planned(firm.sofia, firm.helios, contacts=[firm.contact])
    briefs.agree(
        actor=firm.sofia, account=firm.helios, day=TUESDAY, opened={}, submitted={"say": "One price"}, now=NOW
    )
    assert "Shared brief" not in page(client, firm.sofia, "engagement", first.pk)
    second = planned(firm.ivo, firm.helios, day=4, contacts=[firm.contact])
    planned(firm.petra, firm.foreign, day=4, purpose="Elsewhere")
    for reader in (firm.sofia, firm.ivo):
        for row in (first, second):
            shown = page(client, reader, "engagement", row.pk)
            assert "Shared brief" in shown
            assert "One price" in shown
            assert "both meet Rita Sole" in shown
            assert "Elsewhere" not in shown
    planning.move(actor=firm.ivo, engagement=second, day=MONDAY + dt.timedelta(days=7), now=NOW)
    assert "Shared brief" not in page(client, firm.sofia, "engagement", first.pk)


def test_what_is_said_is_written_by_who_is_responsible(client, firm):
    planned(firm.sofia, firm.helios)
    planned(firm.ivo, firm.helios)
    client.force_login(firm.sofia)
    url = f"{reverse('week_brief', args=['H-1'])}?on={TUESDAY.isoformat()}"
    form = client.get(url).content.decode()
    values = {"say": "One price", "avoid": "Dates", "secrecy": "1", "version": hidden(form)}
    assert client.post(url, values).status_code == 302
    row = WeekBrief.objects.get()
    assert (row.say, row.avoid, row.monday) == ("One price", "Dates", MONDAY)
    stale = client.post(url, values | {"say": "Two prices", "version": hidden(form)})
    assert stale.status_code == 409  # since then somebody has said something else
    client.force_login(firm.ivo)
    assert client.post(url, values | {"say": "x"}).status_code == 422
    assert reverse("week_brief", args=["H-1"]) not in page(
        client, firm.ivo, "engagement", Engagement.objects.first().pk
    )


def queries_of(client, who, name, *args) -> int:
    client.force_login(who)
    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", ["week", "engagements", "account_visits"])
def test_the_number_of_queries_is_the_same_for_one_row_and_for_three(client, firm, name):
    args = ["H-1"] if name == "account_visits" else []
    planned(firm.sofia, firm.helios, contacts=[firm.contact], colleagues=[firm.ivo])
    queries_of(client, firm.sofia, name, *args)
    one = queries_of(client, firm.sofia, name, *args)
    for day in (2, 3):
        other = person_at(firm.helios, f"Person {day}")
        planned(firm.sofia, firm.helios, day=day, contacts=[firm.contact, other], colleagues=[firm.ivo])
    assert queries_of(client, firm.sofia, name, *args) == one


def test_the_list_is_searched_filtered_exported_and_cancelled_from(client, firm):
    planned(firm.sofia, firm.helios, contacts=[firm.contact])
    planned(firm.sofia, firm.nordelma, channel="phone", purpose="Offer")
    planned(firm.petra, firm.foreign, purpose="Elsewhere")
    assert "Offer" not in page(client, firm.sofia, "engagements", q="rita")
    assert "Quarterly talk" in page(client, firm.sofia, "engagements", q="rita")
    assert "Quarterly talk" not in page(client, firm.sofia, "engagements", channel="phone")
    told = page(client, firm.sofia, "engagements_export", "csv")
    assert "Quarterly talk" in told
    assert "Elsewhere" not in told


@pytest.mark.requirement("MTG-01")
def test_the_week_proposes_with_reasons_and_an_unplanned_next_week_is_told(client, firm):
    boss = person_at(firm.helios, "Carlo Nero", decision_roles=["decider"])
    strange = person_at(firm.foreign, "Olga Farr", decision_roles=["decider"])
    shown = page(client, firm.sofia, "week")
    assert "Has a say in decisions, and was never met" in shown
    assert f"account=H-1&contact={boss.pk}" in shown
    assert strange.name not in shown
    assert "Nothing is planned for next week yet." in shown
    planned(firm.sofia, firm.helios, day=8, contacts=[boss])
    shown = page(client, firm.sofia, "week")
    assert "Nothing is planned for next week yet." not in shown
    assert "was never met" not in shown


def test_today_tells_what_comes_what_nobody_has_said_and_from_thursday_on_an_empty_week(client, firm):
    planned(firm.sofia, firm.helios, day=0, purpose="Of today")
    planned(firm.sofia, firm.helios, day=-4, purpose="Nobody said")
    planned(firm.petra, firm.foreign, day=0, purpose="Of Petra")
    shown = page(client, firm.sofia, "today")
    assert shown.index("Of today") < shown.index("Nobody said")
    assert "Of Petra" not in shown
    assert "Nothing is planned for next week yet." not in shown
    with clock.set_to(NOW + dt.timedelta(days=3)):
        assert "Nothing is planned for next week yet." in page(client, firm.sofia, "today")


@pytest.mark.requirement("MTG-02")
def test_a_call_in_no_plan_with_a_prospect_is_saved_and_lowers_nothing(client, firm):
    firm.nordelma.stage = "prospect"
    firm.nordelma.save()
    row = planned(firm.sofia, firm.helios, day=-1, purpose="Planned one")
    planning.hold(actor=firm.sofia, engagement=row, outcome="", now=NOW)
    sunday = {"on": (MONDAY - dt.timedelta(days=1)).isoformat()}
    assert "Of 1 that were planned until now 1 took place." in page(client, firm.sofia, "week", **sunday)
    form = page(client, firm.sofia, "engagement_record", account="N-1")
    assert "Terms of sale" in form
    assert "Procedure of payment" in form
    client.force_login(firm.sofia)
    values = filled(
        purpose="Terms of sale",
        owner=firm.sofia.pk,
        day=sunday["on"],
        outcome="Thirty days",
        version=hidden(form),
    )
    assert client.post(f"{reverse('engagement_record')}?account=N-1", values).status_code == 302
    call = Engagement.objects.get(account=firm.nordelma)
    assert (call.state, call.is_unplanned, call.channel, call.outcome) == (
        "done",
        True,
        "phone",
        "Thirty days",
    )
    shown = page(client, firm.sofia, "week", **sunday)
    assert "Of 1 that were planned until now 1 took place. 1 more took place outside the plan." in shown


@pytest.mark.requirement("MTG-03")
def test_how_must_be_said_and_is_counted_by_account(client, firm):
    client.force_login(firm.sofia)
    answer = client.post(f"{reverse('engagement_new')}?account=H-1", filled(owner=firm.sofia.pk, channel=""))
    assert (answer.status_code, Engagement.objects.count()) == (422, 0)
    for day, channel in ((-1, "phone"), (-2, "phone"), (-3, "video"), (-4, "person"), (-5, "mail")):
        row = planned(firm.sofia, firm.helios, day=day, channel=channel)
        planning.hold(actor=firm.sofia, engagement=row, outcome="", now=NOW)
    planned(firm.sofia, firm.helios, channel="video")  # still to come: not counted
    shown = page(client, firm.sofia, "account_visits", "H-1")
    for text in ("Phone: 2", "Video: 1", "Personal meeting: 1", "E-mail or letter: 1"):
        assert text in shown


@pytest.mark.requirement("MTG-12")
def test_the_plan_of_a_day_shows_conflicts_and_overload(client, firm):
    planned(firm.sofia, firm.helios, purpose="First", minutes=90)
    planned(firm.sofia, firm.nordelma, at=11, purpose="Second", channel="phone")
    planned(firm.sofia, firm.nordelma, at=12, purpose="Third")
    shown = page(client, firm.sofia, "week")
    cards = re.findall(r"<article.*?</article>", shown, re.DOTALL)
    assert [("Overlaps" in each) for each in cards] == [True, True, False]
    assert "no time is left" not in shown
    for hour in (13, 15, 17, 19):
        planned(firm.sofia, firm.nordelma, at=hour, minutes=110, purpose="More")
    assert "10 hours 20 minutes: no time is left" in page(client, firm.sofia, "week")
