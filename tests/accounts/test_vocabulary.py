"""Packs of words: they change words and nothing else."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from kamerton.accounts import vocabulary
from kamerton.accounts.models import Industry, Interaction
from tests.accounts.factories import DAY, NOW, account, contact

PACKS = ("b2c", "banks", "construction", "ecommerce", "fmcg", "it", "manufacturing", "pharma")


@pytest.mark.requirement("LOC-05")
def test_there_is_a_pack_for_every_trade_that_is_asked_for():
    assert sorted(key for key, _title in vocabulary.packs()) == sorted(PACKS)


@pytest.mark.parametrize("key", PACKS)
def test_a_pack_says_words_in_four_languages(key):
    pack = vocabulary.found(key)
    assert pack.words
    assert set(pack.words) <= set(vocabulary.WORDS)
    for said in (pack.title, *pack.words.values()):
        assert set(said) == set(vocabulary.LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        'title = {en="a", it="a", pl="a", ru="a"}\nrights = ["export"]',
        '[title]\nen="a"\nit="a"\npl="a"\nru="a"\n[words.limit]\nen="9"\nit="9"\npl="9"\nru="9"',
        '[title]\nen="a"\nit="a"\npl="a"\nru="a"\n[words.vip]\nen="KOL"',
        '[title]\nen="a"\nit="a"\npl="a"\nru="a"\n[words.vip]\nen=1\nit="a"\npl="a"\nru="a"',
        '[words.vip]\nen="a"\nit="a"\npl="a"\nru="a"',
    ],
)
def test_what_is_no_word_is_refused(text):
    with pytest.raises(vocabulary.BadPack):
        vocabulary.build("bad", text)


def test_the_word_follows_trade_and_language():
    pharma = Industry(name="Clinics", pack="pharma")
    with translation.override("ru"):
        assert vocabulary.word("visit", pharma) == "Визит медпредставителя"
        assert vocabulary.word("vip", pharma, "en") == "KOL"
    assert vocabulary.word("vip", pharma) == "KOL"
    assert vocabulary.word("vip", Industry(name="x", pack="gone")) == "VIP"
    assert vocabulary.word("vip") == "VIP"
    with pytest.raises(KeyError):
        vocabulary.word("limit", pharma)


@pytest.mark.django_db
@pytest.mark.requirement("LOC-05")
def test_with_a_pack_the_pages_show_the_same_in_other_words(client, make_user):
    director = make_user("director")
    client.force_login(director)
    industry = Industry.objects.create(name="Clinics")
    clinic = account(industry=industry)
    ada = contact(clinic, "Ada", is_vip=True, is_opinion_leader=True, territory="North")
    Interaction.objects.create(
        account=clinic, contact=ada, person=director, kind="visit", on=DAY, created_at=NOW
    )
    urls = [
        reverse("contacts"),
        f"{reverse('contacts')}?account={clinic.number}",
        reverse("contact", args=[ada.pk]),
        reverse("contact_interaction", args=[ada.pk]),
        reverse("account_people", args=[clinic.number]),
        reverse("account_map", args=[clinic.number]),
        reverse("map_person", args=[ada.pk]),
        reverse("vips"),
        reverse("account_dossier", args=[clinic.number]),
        reverse("account_timeline", args=[clinic.number]),
    ]
    words = {"vip": "KOL", "opinion_leader": "Regional opinion leader", "visit": "Detailing visit",
             "account": "Institution", "contact": "Specialist"}  # fmt: skip

    def pages() -> list[str]:
        told = [client.get(url).content.decode() for url in urls]
        return [re.sub(r'name="(csrfmiddlewaretoken|once|version)" value="[^"]*"', "", each) for each in told]

    plain = pages()
    Industry.objects.update(pack="pharma")
    told = pages()
    for url, before, after in zip(urls, plain, told, strict=True):
        assert before != after, url
        back = after
        for key, word in words.items():  # nothing but words differs: put back, the pages are the same
            back = re.sub(rf"(?<![\w]){word}(?![\w])", str(vocabulary.WORDS[key]), back)
        assert before == back, url
