"""The pages on which contacts that are one person are merged."""

from __future__ import annotations

import html as markup

import pytest
from django.urls import reverse

from kamerton.accounts.models import Contact, ContactMerge
from tests.accounts.factories import account, contact, cover

pytestmark = pytest.mark.django_db


@pytest.fixture
def kam(client, make_user):
    user = make_user("senior_kam")
    client.force_login(user)
    return user


def shown(client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return markup.unescape(answer.content.decode())


def test_doubles_are_offered_merged_with_one_click_and_parted(client, kam):
    own, foreign = account("A"), account("F")
    cover(own, kam)
    one, two = contact(own, "Rita Sole", post="Buyer"), contact(own, "Sole Rita", email="rita@a.example")
    hidden = [contact(foreign, "Olga Fern"), contact(foreign, "Olga Fern", post="Chief of secrets")]
    html = shown(client, "contact_doubles")
    assert "1 person may be here twice." in html
    assert "rita@a.example" in html
    assert not any(word in html for word in ("Olga", "secrets"))
    url = reverse("contact_merge")
    assert client.post(url, {"keep": hidden[0].pk, "merge": hidden[1].pk}).status_code == 404
    assert client.post(url, {"keep": one.pk, "merge": hidden[0].pk}).status_code == 404
    assert Contact.objects.count() == 4
    client.post(url, {"keep": one.pk, "merge": two.pk})
    assert Contact.objects.get(account=own).email == "rita@a.example"
    html = shown(client, "contact_doubles")
    assert "No two contacts that you reach look like one person." in html
    assert "Sole Rita →" in html
    client.post(reverse("contact_part", args=[ContactMerge.objects.get().pk]))
    assert Contact.objects.filter(account=own).count() == 2
    assert "Sole Rita →" not in shown(client, "contact_doubles")


def test_another_of_the_account_goes_into_the_one_that_is_open(client, kam):
    own = account("A")
    cover(own, kam)
    one, two = contact(own, "Rita Sole"), contact(own, "R. S.")
    elsewhere = account("B")
    cover(elsewhere, kam)
    other = contact(elsewhere, "Somebody Else")
    url = reverse("contact_merge_one", args=[one.pk])
    assert url in shown(client, "contact", one.pk)
    assert {each.pk for each in client.get(url).context["form"].fields["other"].queryset} == {two.pk}
    assert client.post(url, {"other": other.pk}).status_code == 422
    answer = client.post(url, {"other": two.pk}, follow=True)
    html = markup.unescape(answer.content.decode())
    assert "Rita Sole is one contact now." in html
    assert not Contact.objects.filter(pk=two.pk).exists()
    token = html.split('action="/undo/')[1].split('"')[0]
    client.post(f"/undo/{token}")
    assert Contact.objects.filter(pk=two.pk).exists()


def test_who_may_not_merge_is_not_offered_it(client, make_user):
    junior, own = make_user("junior_kam"), account("A")
    cover(own, junior)
    one = contact(own, "Rita Sole")
    client.force_login(junior)
    assert reverse("contact_merge_one", args=[one.pk]) not in shown(client, "contact", one.pk)


def test_the_page_asks_as_much_for_three_as_for_one(client, kam, django_assert_max_num_queries):
    from kamerton.accounts.actions import merging_contacts
    from tests.accounts.factories import NOW

    own = account("A")
    cover(own, kam)
    asked = []
    for at in range(2):
        for more in range(1 + 2 * at):
            for name in (f"Rita {at}{more}", f"{at}{more} Rita"):
                contact(own, name)
            pair = [contact(own, f"Old {at}{more}"), contact(own, f"Older {at}{more}")]
            merging_contacts.merge(actor=kam, survivor=pair[0], merged=pair[1], now=NOW)
        with django_assert_max_num_queries(20) as captured:
            shown(client, "contact_doubles")
        asked.append(len(captured.captured_queries))
    assert asked[0] == asked[1]
