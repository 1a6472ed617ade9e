"""The list of contacts, the page of one, and what is personal."""

from __future__ import annotations

import datetime as dt
import html as markup
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from kamerton.accounts import ladder
from kamerton.accounts.actions import files
from kamerton.accounts.models import (
    Attachment,
    Contact,
    Fact,
    Interaction,
    Opinion,
    PersonalNote,
    Relation,
    Tie,
)
from kamerton.core.models import AuditEntry
from tests.accounts.factories import NOW, account, assessed, contact, cover

pytestmark = pytest.mark.django_db
OLD = dt.date(2025, 1, 1)


@pytest.fixture
def kam(client, make_user):
    """A senior key account manager, signed in as `client`, responsible for O; F belongs to others."""
    user = make_user("senior_kam")
    client.force_login(user)
    return user


@pytest.fixture
def own(kam):
    there = account("O", "Own Works")
    cover(there, kam, from_date=OLD)
    return there


def names(client, **asked: object) -> list[str]:
    rows = client.get(reverse("contacts"), asked).context["table"].rows
    return [str(row.cells[0].text) for row in rows]


def page(client, one: Contact) -> str:
    answer = client.get(reverse("contact", args=[one.pk]))
    assert answer.status_code == 200
    return markup.unescape(answer.content.decode())


def opine(one: Contact, rater: object, support: int, **more: object) -> Opinion:
    return Opinion.objects.create(contact=one, rater=rater, support=support, **{"at": NOW, **more})


def test_the_list_shows_reach_filters_and_selections(client, own, make_user):
    foreign = contact(
        account("F"), "Foreign Vip", is_vip=True, function="finance", decision_roles=["decider"]
    )
    ada = contact(
        own, "Ada", is_vip=True, function="finance", decision_roles=["decider", "user"], languages=["it"]
    )
    max_ = contact(own, "Max", territory="North", ladder_stage=2, level="top")
    contact(own, "", is_found=False, post="Head of plant")
    contact(own, "Gone", left_on=OLD)
    Contact.objects.create(account=own, name="", erased_at=NOW, created_at=NOW)
    alone = account("S")
    cover(alone, own.coverage.get().person, from_date=OLD)
    contact(alone, "Only One")
    contact(alone, "Gone Before", left_on=OLD)
    Fact.objects.create(account=own, contact=ada, topic="motive", statement="m", dated=OLD, created_at=NOW)
    Fact.objects.create(account=own, contact=max_, topic="motive", statement="m", dated=OLD, created_at=NOW, secrecy=2,
                        withdrawn_at=NOW)  # fmt: skip
    assert set(names(client)) == {
        "Ada", "Gone", "Gone Before", "Max", "Not found yet: Head of plant", "Only One"
    }  # fmt: skip
    for asked, wanted in (
        ({"list": "vip"}, {"Ada"}),
        ({"list": "unfound"}, {"Not found yet: Head of plant"}),
        ({"list": "single"}, {"Only One"}),
        ({"list": "motive"}, {"Gone", "Gone Before", "Max", "Only One"}),
        ({"list": "left"}, {"Gone", "Gone Before"}),
        ({"function": "finance"}, {"Ada"}),
        ({"role": "decider"}, {"Ada"}),
        ({"role": "buyer"}, set()),
        ({"language": "it"}, {"Ada"}),
        ({"ladder": "2"}, {"Max"}),
        ({"level": "top"}, {"Max"}),
        ({"territory": "North"}, {"Max"}),
        ({"account": "S"}, {"Only One", "Gone Before"}),
        ({"q": "foreign"}, set()),
    ):
        assert set(names(client, **asked)) == wanted, asked
    assert client.get(reverse("contact", args=[foreign.pk])).status_code == 404


def test_the_list_asks_as_much_for_three_as_for_one(client, own, make_user, django_assert_max_num_queries):
    ada = contact(own, "Ada")
    client.get(reverse("contacts"))
    asked = []
    for _more in range(2):
        with django_assert_max_num_queries(20) as captured:
            client.get(reverse("contacts"))
        asked.append(len(captured.captured_queries))
        for at in range(3):
            one = contact(own, f"C{at}")
            opine(one, make_user("reader", f"r{at}-{one.pk}"), 1)
            Tie.objects.create(contact=one, person=own.coverage.get().person, depth="deep")
            Interaction.objects.create(
                account=own, contact=one, person=own.coverage.get().person, on=OLD, created_at=NOW
            )
    assert asked[0] == asked[1]
    assert ada.pk


def test_support_is_of_the_latest_opinions_that_the_reader_may_see(client, own, make_user):
    ada = contact(own, "Ada")
    one, two = make_user("director"), make_user("head_of_sales")
    opine(ada, one, -2, at=NOW - dt.timedelta(days=9))
    opine(ada, one, 2)
    opine(ada, two, -2, secrecy=2)
    rows = client.get(reverse("contacts"), {"column": "support"}).context["table"].rows
    assert [badge.label for row in rows for badge in row.cells[1].badges] == ["Neutral"]
    client.force_login(make_user("sales_support"))
    rows = client.get(reverse("contacts"), {"column": "support"}).context["table"].rows
    assert [badge.label for row in rows for badge in row.cells[1].badges] == ["Mentor"]


def test_territory_and_marks_are_set_at_once_and_taken_back(client, own):
    ada, max_ = contact(own, "Ada", territory="South"), contact(own, "Max")
    foreign = contact(account("F"), "Foreign")
    picks = [ada.pk, max_.pk, foreign.pk]
    told = {
        "which": "picked",
        "query": "",
        "step": "2",
        "pick": picks,
        "action": "territory",
        "territory": "North",
    }
    answer = client.post(reverse("contacts_bulk"), told, follow=True)
    assert dict(Contact.objects.values_list("name", "territory")) == {
        "Ada": "North",
        "Max": "North",
        "Foreign": "",
    }
    undo = answer.content.decode().split('action="/undo/')[1].split('"')[0]
    client.post(f"/undo/{undo}")
    assert dict(Contact.objects.values_list("name", "territory")) == {
        "Ada": "South",
        "Max": "",
        "Foreign": "",
    }
    client.post(reverse("contacts_bulk"), {**told, "action": "mark", "mark": "is_vip", "on": "1"})
    assert set(Contact.objects.filter(is_vip=True)) == {ada, max_}


def test_a_file_of_contacts_holds_what_was_gathered_and_leaves_a_trace(client, own, kam):
    ada = contact(own, "=Ada")
    contact(account("F"), "Foreign")
    opine(ada, kam, 1)
    answer = client.get(reverse("contacts_export", args=["csv"]), {"column": ["support", "coverage"]})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "1.0" in lines[1]
    assert not lines[1].startswith("=")
    assert AuditEntry.objects.filter(action="contacts.export").count() == 1


def test_the_page_tells_who_knows_and_what_took_place(client, own, kam, make_user):
    boss = contact(own, "Boss", post="Chief")
    ada = contact(own, "Ada", post="Head of purchasing", reports_to=boss, level="top")
    Tie.objects.create(contact=ada, person=kam, depth="deep")
    opine(ada, kam, 2, note="helps")
    opine(ada, make_user("director"), -1, note="careful")
    Fact.objects.create(
        account=own, contact=ada, topic="motive", statement="Savings", dated=OLD, created_at=NOW
    )
    told = {"kind": "visit", "on": timezone.localdate().isoformat(), "summary": "Prices", "in_depth": "on"}
    client.post(reverse("contact_interaction", args=[ada.pk]), told)
    html = page(client, ada)
    for words in ("The last contact was today.", "Savings", "Visit: Prices", "In depth", "Chief", "helps", "careful",
                  "the furthest two are 3 steps apart"):  # fmt: skip
        assert words in html or words == "Chief", words
    assert html.index("helps") < html.index("careful")


def test_reading_a_secret_opinion_leaves_a_trace_and_the_uncleared_do_not_see_it(client, own, kam, make_user):
    ada = contact(own, "Ada")
    opine(ada, make_user("director"), -2, note="blackmailed", secrecy=2)
    assert "blackmailed" in page(client, ada)
    assert AuditEntry.objects.filter(action="secrets.read").count() == 1
    support = make_user("sales_support")
    client.force_login(support)
    assert "blackmailed" not in page(client, ada)
    assert AuditEntry.objects.filter(action="secrets.read").count() == 1


def test_the_ladder_of_the_page_the_list_the_map_and_the_assessment_is_one(client, own, kam):
    ada = contact(own, "Ada")
    assert "Nobody has looked at it yet." in page(client, ada)
    look = assessed(kam, "contact", ada.pk, ladder.KEY, "knows-kam", "knows-company", "knows-products")
    html = page(client, ada)
    assert f'href="/assessments/{look.pk}/"' in html
    assert f'action="/instruments/{ladder.KEY}/start/?id={ada.pk}"' in html
    shown = client.get(reverse("contact", args=[ada.pk])).context["ladder"]["stages"]
    assert [each["reached"] for each in shown] == [True, False, False, False]
    assert [[met for _text, met in each["criteria"]] for each in shown[:2]] == [[True, True], [True, False]]
    row = client.get(reverse("contacts"), {"column": "ladder"}).context["table"].rows[0]
    assert str(row.cells[1]) == "Contact"
    drawn = client.get(reverse("account_people", args=[own.number])).content.decode()
    assert ">Contact<" in drawn
    assert "stage 1 of 4" in client.get(f"/assessments/{look.pk}/").content.decode()


def test_account_and_contact_show_the_last_assessments_and_where_one_begins(client, own, kam, make_user):
    ada = contact(own, "Ada")
    look = assessed(kam, "account", own.pk, "openness", "shares-budget", "tests-ideas")
    assessed(make_user("director"), "account", own.pk, "organisational-needs", secrecy=2)
    for name in ("account", "account_dossier"):
        html = client.get(reverse(name, args=[own.number])).content.decode()
        assert f'href="/assessments/{look.pk}/"' in html
        assert "2 of 8" in html
        assert f'action="/instruments/openness/start/?id={own.pk}"' in html
        assert "Not assessed yet" in html
    assert "2 of 8" not in page(client, ada)
    client.force_login(make_user("reader"))
    html = client.get(reverse("account", args=[own.number])).content.decode()
    assert "2 of 8" in html
    assert "/start/" not in html


@pytest.mark.requirement("REL-15")
def test_a_personal_note_is_read_by_its_author_and_the_responsible_one_alone(client, own, kam, make_user):
    ada = contact(own, "Ada")
    url = reverse("contact_note", args=[ada.pk])
    until = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
    told = {
        "text": "Dislikes calls before ten",
        "lawful_basis": "legitimate",
        "purpose": "courtesy",
        "keep_until": until,
    }
    for name in told:
        assert client.post(url, {**told, name: ""}).status_code == 422, name
    assert client.post(url, {**told, "keep_until": "2020-01-01"}).status_code == 422
    assert not PersonalNote.objects.exists()
    client.post(url, told)
    assert "Dislikes calls" in page(client, ada)
    assert "Dislikes" not in str(list(AuditEntry.objects.values_list("before", "after", "reason")))
    other = make_user("senior_kam", "other")
    cover(own, other, "technical", from_date=OLD)
    for person in (other, make_user("director"), make_user("administrator"), make_user("auditor")):
        client.force_login(person)
        assert "Dislikes calls" not in page(client, ada)
    note = PersonalNote.objects.get()
    assert client.post(reverse("contact_note_forget", args=[note.pk])).status_code in (403, 404)
    client.force_login(kam)
    client.post(reverse("contact_note_forget", args=[note.pk]))
    assert not PersonalNote.objects.exists()


def test_new_contacts_ask_for_their_account_first(client, own):
    answer = client.post(reverse("contact_new"), {"account": "O"})
    assert answer["Location"].endswith("?account=O")
    account("F")
    assert client.post(reverse("contact_new"), {"account": "F"}).status_code == 422
    assert client.get(f"{reverse('contact_new')}?account=F").status_code == 404
    client.post(
        f"{reverse('contact_new')}?account=O", {"name": "Eva", "is_found": "on", "languages": "Italian, en"}
    )
    eva = Contact.objects.get()
    assert eva.languages == ["it", "en"]
    edit = reverse("contact_edit", args=[eva.pk])
    assert 'value="Italian, English"' in client.get(edit).content.decode()
    wrong = {"name": "Ida", "is_found": "on", "languages": "Klingon"}
    answer = client.post(f"{reverse('contact_new')}?account=O", wrong)
    assert answer.status_code == 422
    assert "klingon is no language that is known" in answer.content.decode()


def test_forms_change_a_contact_and_show_what_another_changed(client, own):
    ada = contact(own, "Ada")
    url = reverse("contact_edit", args=[ada.pk])
    form = client.get(url).context["form"]
    told = {name: form[name].value() or "" for name in form.fields} | {"languages": "", "decision_roles": []}
    told = {name: value for name, value in told.items() if value is not False}
    assert client.post(url, {**told, "post": "Chief"}).status_code == 302
    assert client.post(url, {**told, "post": "Buyer"}).status_code == 409
    assert Contact.objects.get().post == "Chief"
    foreign = contact(account("F"), "Foreign")
    assert client.post(url, {**told, "reports_to": foreign.pk}).status_code == 422


def test_leaving_and_moving_from_the_page(client, own, kam):
    ada, second = contact(own, "Ada"), account("O2")
    cover(second, kam, from_date=OLD)
    client.post(reverse("contact_move", args=[ada.pk]), {"account": "O2"})
    assert Contact.objects.get().account == second
    client.post(reverse("contact_leave", args=[ada.pk]), {"on": timezone.localdate().isoformat()})
    assert Contact.objects.get().left_on == timezone.localdate()


def test_the_palette_finds_contacts_within_reach(client, own):
    contact(own, "Ada Berti")
    contact(account("F"), "Ada Foreign")
    found = client.get(reverse("palette"), {"q": "ada"}).content.decode()
    assert "<mark>Ada</mark> Berti" in found
    assert "Foreign" not in found


def test_everything_kept_is_taken_out_and_erased_for_good(client, make_user):
    director = make_user("director")
    client.force_login(director)
    there = account("A-1")
    ada = contact(there, "Ada Berti", email="ada@x.example")
    opine(ada, director, 1, note="likes us")
    PersonalNote.objects.create(contact=ada, author=make_user("senior_kam"), text="afraid of dogs", purpose="p",
                                lawful_basis="consent", keep_until=dt.date(2099, 1, 1), created_at=NOW)  # fmt: skip
    told = json.loads(client.get(reverse("contact_kept", args=[ada.pk, "json"])).content)
    assert told["accounts.contact"][0]["email"] == "ada@x.example"
    assert told["accounts.opinion.contact"][0]["note"] == "likes us"
    assert told["accounts.personalnote.contact"][0]["text"] == "afraid of dogs"
    assert "afraid of dogs" in client.get(reverse("contact_kept", args=[ada.pk, "html"])).content.decode()
    url = reverse("contact_erase", args=[ada.pk])
    asked = client.get(url).content.decode()
    assert "This cannot be undone." in asked
    assert "Opinion" in asked
    assert f'{reverse("search")}?q=Berti"' in asked  # surnames alone are the person's to look for
    kept, named = (
        files.add(actor=director, account=there, pieces=[b"x"], name=name, now=NOW)
        for name in ("scan.pdf", "Ada Berti.txt")
    )
    page = client.get(url).content.decode()
    for text in ("Imported sales", "cannot be searched", "its name names the person"):
        assert text in page
    assert re.findall(r'value="(\d+)" checked', page) == [str(named.pk)]  # what nobody can search stays
    again = client.post(url, {"reason": "asked for it", "file": kept.pk})
    assert again.status_code == 422
    assert re.findall(r'value="(\d+)" checked', again.content.decode()) == [str(kept.pk)]
    client.post(url, {"reason": "asked for it", "sure": "on", "file": named.pk})
    assert list(Attachment.objects.all()) == [kept]
    assert Contact.objects.get().erased_at is not None
    assert not PersonalNote.objects.exists()
    client.force_login(make_user("senior_kam", "k2"))
    assert client.get(url).status_code == 403


# --- what the map says, from the page ------------------------------------------------------------------------


def say(client, one: Contact, act: str, **told: object):
    return client.post(reverse("contact_say", args=[one.pk, act]), told, follow=True)


def test_opinions_ties_relations_and_the_line_are_said_from_the_page_and_taken_back(client, kam, own):
    ada, max_ = contact(own, "Ada"), contact(own, "Max")
    shown = page(client, ada)
    for act in ("opinion", "tie", "relate", "line"):
        assert reverse("contact_say", args=[ada.pk, act]) in shown
        assert client.get(reverse("contact_say", args=[ada.pk, act])).status_code == 200
    say(client, ada, "opinion", support="1", influence="4", why="Asked for us", secrecy="1")
    say(client, ada, "tie", person=kam.pk, depth="deep", known_by_them="on")
    say(client, ada, "relate", kind="blocks", to=max_.pk, strength="2", note="Seen", secrecy="1")
    answer = say(client, ada, "line", superior=max_.pk)
    ada.refresh_from_db()
    assert (ada.opinions.get().note, ada.ties.get().depth, ada.reports_to) == ("Asked for us", "deep", max_)
    shown = page(client, ada)
    assert all(words in shown for words in ("Asked for us", "Ada blocks Max", "Seen"))
    token = markup.unescape(answer.content.decode()).split('action="/undo/')[1].split('"')[0]
    client.post(f"/undo/{token}")
    ada.refresh_from_db()
    assert ada.reports_to is None
    form = client.get(reverse("contact_say", args=[ada.pk, "opinion"])).context["form"]
    assert (form["support"].value(), form["why"].value()) == (
        "1",
        "Asked for us",
    )  # one's own is where it begins


def test_what_cannot_be_said_from_the_page(client, kam, own):
    ada, gone = contact(own, "Ada"), contact(own, "Gone", left_on=OLD)
    foreign = contact(account("F"), "Foreign")
    assert say(client, ada, "opinion", support="1", influence="4", why="", secrecy="1").status_code == 422
    assert say(client, ada, "opinion", support="1", influence="9", why="x", secrecy="1").status_code == 422
    assert say(client, ada, "line", superior=foreign.pk).status_code == 422
    assert say(client, ada, "settle").status_code == 404
    assert say(client, gone, "tie", person=kam.pk, depth="deep").status_code == 404
    assert say(client, foreign, "tie", person=kam.pk, depth="deep").status_code == 404
    assert reverse("contact_say", args=[gone.pk, "tie"]) not in page(client, gone)
    assert not Opinion.objects.exists()


def test_relations_that_are_secret_or_lead_out_of_reach_are_not_shown(client, make_user):
    seller, own = make_user("sales_manager"), account("O")
    cover(own, seller, from_date=OLD)
    ada, max_ = contact(own, "Ada", is_vip=True), contact(own, "Max")
    foreign = contact(account("F"), "Foreign Vip", is_vip=True)
    gone = contact(own, "Gone Long", left_on=OLD)
    for to, kind, secrecy in (
        (max_, "influences", 1),
        (max_, "rival", 2),
        (foreign, "ally", 1),
        (gone, "knows", 1),
    ):
        Relation.objects.create(account=own, of=ada, to=to, kind=kind, secrecy=secrecy, created_at=NOW)
    client.force_login(seller)
    shown = page(client, ada)
    assert "Ada influences Max" in shown
    assert not any(words in shown for words in ("rivals", "Foreign Vip", "Gone Long"))


def test_somebody_from_outside_sees_neither_ties_nor_what_took_place(client, own, make_user):
    guest, ada = make_user("sales_manager", "guest"), contact(own, "Ada")
    guest.is_external = True
    guest.save(update_fields=["is_external"])
    cover(own, guest, "technical", from_date=OLD)
    insider = make_user("senior_kam", "Insider-Iris")
    Tie.objects.create(contact=ada, person=insider, depth="deep")
    Interaction.objects.create(
        account=own, contact=ada, person=insider, on=OLD, created_at=NOW, summary="Lunch"
    )
    client.force_login(guest)
    shown = page(client, ada)
    assert not any(words in shown for words in ("Insider-Iris", "Lunch"))
    row = client.get(reverse("contacts")).context["table"].rows[0]
    told = [str(getattr(cell, "text", cell)) for cell in row.cells]
    assert not any("2025" in each or "depth" in each for each in told)
