"""The tab "Company and team", and the pages that change it."""

from __future__ import annotations

import datetime as dt
import html as markup

import pytest
from django.urls import reverse
from django.utils import timezone

from kamerton.accounts.models import Account, Coverage, ExternalId, Industry, Tag
from kamerton.portfolio import queries
from kamerton.web import formats
from kamerton.work.models import Handover
from tests.accounts.factories import account, contact, cover

pytestmark = pytest.mark.django_db
OLD = dt.date(2025, 1, 1)


def page(client, number: str, name: str = "account_details") -> str:
    answer = client.get(reverse(name, args=[number]))
    assert answer.status_code == 200, answer
    return markup.unescape(answer.content.decode())


def cells(html: str, name: str) -> list[str]:
    """The texts of the row that names `name`, of the table of the group."""
    row = next(part for part in html.split("<tr")[1:] if f">{name}</a>" in part.split("</th>")[0])
    return [cell.split("</span>")[1].split("<")[0] for cell in row.split("</tr>")[0].split("<td")[1:]]


@pytest.mark.usefixtures("book")
def test_the_group_sums_figures_over_any_depth(director):
    top = account("TOP", "Top Holding")
    helios, one, two = (Account.objects.get(number=number) for number in ("H-1", "N-1", "N-2"))
    Account.objects.filter(pk=helios.pk).update(parent=top)
    Account.objects.filter(pk=one.pk).update(parent=helios)
    Account.objects.filter(pk=two.pk).update(parent=one)
    snapshot = queries.latest_snapshot()
    amounts = {row.account: row.basis_amount for row in queries.account_figures(snapshot)}
    html = page(director, "N-1")
    for name, own, total in (
        ("Top Holding", None, sum(amounts[n] for n in ("H-1", "N-1", "N-2"))),
        ("– Helios Tarvia", amounts["H-1"], sum(amounts[n] for n in ("H-1", "N-1", "N-2"))),
        ("– – Nordelma", amounts["N-1"], amounts["N-1"] + amounts["N-2"]),
        ("– – – Nordika", amounts["N-2"], amounts["N-2"]),
    ):
        assert cells(html, name) == [formats.money(own, decimals=0), formats.money(total, decimals=0)]


@pytest.mark.usefixtures("book")
def test_what_is_out_of_reach_is_counted_and_never_named(client, make_user):
    kam = make_user("senior_kam")
    one, two = Account.objects.get(number="N-1"), Account.objects.get(number="N-2")
    helios = Account.objects.get(number="H-1")
    Account.objects.filter(pk__in=[two.pk, helios.pk]).update(parent=one)
    for each in (one, two):
        cover(each, kam)
    client.force_login(kam)
    html = page(client, "N-1")
    assert "Nordika" in html
    assert "Helios" not in html
    assert "1 company of this group is out of your reach" in html
    assert client.get(reverse("account_details", args=["H-1"])).status_code == 404


def test_the_tree_asks_as_much_for_three_subsidiaries_as_for_one(director, django_assert_max_num_queries):
    top = account("TOP")
    account("TS-1", parent=top)
    director.get(reverse("account_details", args=["TOP"]))
    asked = []
    for _more in range(2):
        with django_assert_max_num_queries(40) as captured:
            page(director, "TOP")
        asked.append(len(captured.captured_queries))
        for at in range(3):
            row = account(f"S-{Account.objects.count()}-{at}", parent=top)
            cover(row, Account.objects.first() and _person(at))
            Tag.objects.get_or_create(name=f"t{at}")
    assert asked[0] == asked[1]


def _person(at: int):
    from kamerton.access.models import User

    return User.objects.get_or_create(username=f"p{at}", defaults={"role": "senior_kam"})[0]


def test_who_is_responsible_is_said_changed_and_taken_back(director, make_user):
    there, ada = account("A-1", "Helios"), make_user("senior_kam", "ada")
    old = cover(there, make_user("senior_kam", "max"), from_date=OLD)
    assert "max looks after Helios alone." in page(director, "A-1")
    told = {"person": ada.pk, "from_date": timezone.localdate().isoformat(), "to_date": ""}
    answer = director.post(reverse("account_assign", args=["A-1"]), told, follow=True)
    assert "ada looks after Helios alone." in markup.unescape(answer.content.decode())
    assert Coverage.objects.get(pk=old.pk).to_date == timezone.localdate() - dt.timedelta(days=1)
    undo = markup.unescape(answer.content.decode()).split('action="/undo/')[1].split('"')[0]
    director.post(f"/undo/{undo}")
    assert list(Coverage.objects.values_list("person__username", "to_date")) == [("max", None)]
    refused = director.post(reverse("account_assign", args=["A-1"]), {**told, "person": old.person_id})
    assert refused.status_code == 422
    assert "is responsible already" in refused.content.decode()


@pytest.mark.requirement("SEL-20")
def test_another_responsible_person_starts_the_guided_hand_over(client, director, make_user):
    ada, there = make_user("senior_kam", "ada"), account("A-1", "Helios")
    cover(there, make_user("senior_kam", "max"), from_date=OLD)
    contact(there, "Rita", decision_roles=["decider"])
    url = reverse("account_assign", args=["A-1"])
    assert director.get(url).context["form"]["guided"].value() is True  # ticked already
    assert reverse("handover_new") + "?account=A-1" in page(director, "A-1")
    told = {"person": ada.pk, "from_date": timezone.localdate().isoformat(), "to_date": "", "guided": "on"}
    director.post(url, told)
    row = Handover.objects.get()
    shown = page(director, "A-1")
    assert "ada has taken over from max; the hand-over is not finished yet." in shown
    assert reverse("handover", args=[row.pk]) in shown
    assert "1 introduction to make" in shown
    assert reverse("handover_new") not in shown  # one runs
    client.force_login(make_user("auditor"))
    assert reverse("handover_new") not in page(client, "A-1")


def test_whoever_becomes_the_first_has_nobody_who_hands_over(director):
    account("A-1")
    assert "guided" not in director.get(reverse("account_assign", args=["A-1"])).context["form"].fields


def test_ending_the_last_responsible_one_is_refused_in_words(director, make_user):
    row = cover(account("A-1"), make_user("senior_kam"), from_date=OLD)
    answer = director.post(reverse("coverage_end", args=[row.pk]), follow=True)
    assert "would have nobody responsible" in answer.content.decode()
    assert Coverage.objects.get().to_date is None


def test_a_value_is_changed_where_it_stands(director):
    account("A-1")
    url = reverse("account_field", args=["website", "A-1"])
    form = director.get(url, headers={"HX-Request": "true"}).content.decode()
    version = form.split('name="version" value="')[1].split('"')[0]
    director.post(url, {"website": "helios.example", "version": version}, headers={"HX-Request": "true"})
    assert Account.objects.get(number="A-1").website == "helios.example"
    assert director.get(reverse("account_field", args=["number", "A-1"])).status_code == 404


def test_the_form_keeps_what_two_people_changed(director):
    account("A-1", "Helios")
    url = reverse("account_edit", args=["A-1"])
    form = director.get(url).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    assert director.post(url, {**told, "phone": "1"}).status_code == 302
    director.post(url, {**told, "segment": "pumps"})
    answer = director.post(url, {**told, "phone": "2"})
    assert answer.status_code == 409
    there = Account.objects.get(number="A-1")
    assert (there.phone, there.segment, there.name) == ("1", "pumps", "Helios")


def test_a_parent_is_named_by_a_number_in_reach(client, make_user):
    kam, own = make_user("senior_kam"), account("O")
    account("F", "Foreign")
    cover(own, kam, from_date=OLD)
    client.force_login(kam)
    url = reverse("account_edit", args=["O"])
    form = client.get(url).context["form"]
    told = {name: form[name].value() or "" for name in form.fields} | {"parent": "F"}
    answer = client.post(url, told)
    assert answer.status_code == 422
    assert "Foreign" not in answer.content.decode()
    assert client.get(reverse("account_edit", args=["F"])).status_code == 404


def test_a_parent_out_of_reach_stays_and_is_not_named(client, make_user):
    kam, above = make_user("senior_kam"), account("F", "Foreign")
    cover(account("O", parent=above), kam, from_date=OLD)
    client.force_login(kam)
    url = reverse("account_edit", args=["O"])
    answer = client.get(url)
    form = answer.context["form"]
    assert "Foreign" not in answer.content.decode()
    told = {name: form[name].value() or "" for name in form.fields}
    assert client.post(url, {**told, "segment": "pumps"}).status_code == 302
    row = Account.objects.get(number="O")
    assert (row.parent, row.segment) == (above, "pumps")


def test_countries_are_chosen_by_name_and_an_unknown_one_stays(director):
    account("A-1", country="IT")
    html = page(director, "A-1")
    assert ">Italy" in html
    url = reverse("account_edit", args=["A-1"])
    assert '<option value="PL">Poland</option>' in director.get(url).content.decode()
    Account.objects.update(country="QQ")
    assert '<option value="QQ" selected>QQ</option>' in director.get(url).content.decode()


def test_rows_of_others_are_not_found_whatever_number_is_forged(client, make_user):
    kam, own, foreign = make_user("senior_kam"), account("O"), account("F")
    cover(own, kam, from_date=OLD)
    address = foreign.addresses.create(city="Torre")
    number = ExternalId.objects.create(account=foreign, system="crm", value="1")
    client.force_login(kam)
    for name, pk in (("address_remove", address.pk), ("external_id_remove", number.pk)):
        assert client.post(reverse(name, args=[pk])).status_code == 404
    assert client.get(f"{reverse('account_address', args=['O'])}?id={address.pk}").status_code == 404
    assert (foreign.addresses.count(), ExternalId.objects.count()) == (1, 1)


def test_addresses_numbers_and_tags_are_written_and_shown(director):
    account("A-1")
    director.post(
        reverse("account_address", args=["A-1"]), {"kind": "legal", "city": "Torre", "country": "IT"}
    )
    director.post(reverse("account_external_id", args=["A-1"]), {"system": "CRM", "value": "77"})
    director.post(reverse("account_tags", args=["A-1"]), {"tags": "export, pumps"})
    director.post(reverse("account_tags", args=["A-1"]), {"tags": "pumps"})
    html = page(director, "A-1")
    assert "Torre, Italy" in html
    assert ">pumps</a>" in html
    assert ">export</a>" not in html
    assert "77" in html


@pytest.mark.requirement("TEAM-02")
def test_the_page_of_an_account_shows_its_team_inside_and_outside_with_their_parts(director, make_user):
    there = account("A-1")
    cover(account("A-2"), make_user("senior_kam", "petra"))
    cover(there, make_user("senior_kam", "irina"))
    cover(there, make_user("department_member", "lena"), "technical")
    told = {"role": "partner", "outsider": "Jan Rev", "organisation": "Rev Works",
            "from_date": "2026-01-01", "to_date": ""}  # fmt: skip
    director.post(reverse("account_team", args=["A-1"]), told)
    html = page(director, "A-1")
    for words in ("irina", "Responsible", "lena", "Technical", "Jan Rev, Rev Works", "Partner"):
        assert words in html, words
    assert "petra" not in html.split("<main")[1].split("<form")[0]


@pytest.mark.requirement("REL-12")
def test_the_network_of_helpers_is_found_inside_and_outside(director, make_user):
    there = account("A-1")
    contact(there, "Iwo Lis", is_helper=True)
    contact(there, "Eva Nowa")
    told = {"role": "partner", "outsider": "Jan Rev", "organisation": "Rev Works",
            "from_date": "2026-01-01", "to_date": ""}  # fmt: skip
    director.post(reverse("account_team", args=["A-1"]), told)
    assert "Jan Rev, Rev Works" in page(director, "A-1")
    listed = director.get(reverse("contacts"), {"list": "helpers"}).content.decode()
    assert "Iwo Lis" in listed
    assert "Eva Nowa" not in listed


def test_a_new_company_shows_what_may_be_there_and_is_added_on_insisting(director):
    account("NW-1", "Nova Works")
    url = reverse("company_new")
    told = {"name": "NOVA works Ltd", "stage": "prospect", "tags": ""}
    answer = director.post(url, told)
    assert answer.status_code == 422
    assert reverse("account", args=["NW-1"]) in answer.content.decode()
    director.post(url, {**told, "anyway": "1"})
    assert Account.objects.get(number="P-00001").name == "NOVA works Ltd"


@pytest.mark.requirement("DOS-07")
@pytest.mark.requirement("REL-16")
def test_prospects_stand_on_their_list_by_segment_within_reach(client, make_user):
    kam = make_user("senior_kam")
    mine = account("P-00001", "Mine", stage="prospect", segment="pumps")
    cover(mine, kam, from_date=OLD)
    other = account("P-00002", "Also mine", stage="newcomer", newcomer_kind="partner", segment="valves")
    cover(other, kam, from_date=OLD)
    account("P-00003", "Foreign", stage="prospect", segment="pumps")
    client.force_login(kam)

    def names(**asked: str) -> list[str]:
        rows = client.get(reverse("prospects"), asked).context["table"].rows
        return [str(row.cells[0].text) for row in rows]

    assert names() == ["Also mine", "Mine"]
    assert names(segment="pumps") == ["Mine"]
    assert names(kind="partner") == ["Also mine"]
    assert names(list="newcomers") == ["Also mine"]
    assert client.get(reverse("account_details", args=["P-00001"])).status_code == 200


def test_the_list_of_prospects_asks_as_much_for_three_as_for_one(director, django_assert_max_num_queries):
    account("P-1", stage="prospect")
    director.get(reverse("prospects"))
    asked = []
    for _more in range(2):
        with django_assert_max_num_queries(25) as captured:
            director.get(reverse("prospects"))
        asked.append(len(captured.captured_queries))
        for at in range(3):
            row = account(f"P-{at + 2}{Account.objects.count()}", stage="prospect")
            cover(row, _person(at), from_date=OLD)
            contact(row)
    assert asked[0] == asked[1]


@pytest.mark.usefixtures("book")
def test_many_accounts_get_a_responsible_person_and_tags_at_once(director, make_user):
    ada = make_user("senior_kam", "ada")
    figures = queries.account_figures(queries.latest_snapshot()).filter(account__in=["N-1", "N-2"])
    picks = [str(row.pk) for row in figures]
    base = {"which": "picked", "query": "", "step": "2", "pick": picks}
    today = timezone.localdate().isoformat()
    director.post(
        reverse("accounts_bulk"), {**base, "action": "assign", "person": ada.pk, "from_date": today}
    )
    director.post(reverse("accounts_bulk"), {**base, "action": "tag", "tags": "north"})
    rows = director.get(
        reverse("accounts"), {"responsible": str(ada.pk), "tag": "north", "column": ["responsible", "tags"]}
    )
    assert {row.key for row in rows.context["table"].rows} == {"N-1", "N-2"}
    assert "ada" in rows.content.decode()
    assert Coverage.objects.filter(person=ada).count() == 2
    file = director.get(reverse("accounts_export", args=["csv"]), {"tag": "north", "column": ["responsible"]})
    assert b"".join(file.streaming_content).decode().count(",ada") == 2


@pytest.mark.usefixtures("book")
def test_mine_are_those_that_i_am_responsible_for(client, make_user):
    kam = make_user("senior_kam")
    one, two = Account.objects.get(number="N-1"), Account.objects.get(number="N-2")
    cover(one, kam, from_date=OLD)
    cover(two, kam, "technical", from_date=OLD)
    client.force_login(kam)
    both = client.get(reverse("accounts")).context["table"].rows
    mine = client.get(reverse("accounts"), {"list": "mine"}).context["table"].rows
    assert {row.key for row in both} == {"N-1", "N-2"}
    assert {row.key for row in mine} == {"N-1"}


def test_an_industry_is_written_with_its_words(director):
    url = reverse("industry_new")
    told = {"name": "Clinics", "pack": "pharma", "description": "", "terms": "OR: operating room\n"}
    director.post(url, {**told, "version": director.get(url).context["form"]["version"].value()})
    made = Industry.objects.get()
    assert (made.name, made.pack, made.terms) == ("Clinics", "pharma", {"OR": "operating room"})
    assert "Clinics" in director.get(reverse("industries")).content.decode()
    assert director.get(reverse("industry", args=[made.pk])).status_code == 200


def test_limits_are_set_by_who_configures(director, make_user):
    ada = make_user("senior_kam", "ada")
    told = {"kam_limit": 4, "seller_limit": 20, "broad_limit": 30, "broad": [ada.pk]}
    assert director.get(reverse("limits")).status_code == 200
    assert director.post(reverse("limits"), told).status_code == 302
    html = director.get(reverse("limits")).content.decode()
    assert 'value="4"' in html
    assert director.post(reverse("limits"), {**told, "kam_limit": 0}).status_code == 422
