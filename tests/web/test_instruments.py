"""Questionnaires and checklists in the browser: the list, one of them, adapting, answering, results, history."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamerton.access.models import User
from kamerton.instruments import actions, queries
from kamerton.instruments.actions import Reply
from kamerton.instruments.models import Assessment, Instrument
from kamerton.instruments.subjects import Subject
from tests.instruments.conftest import known_subjects  # noqa: F401 - a fixture
from tests.web.test_ui_parts import policy_of

pytestmark = pytest.mark.django_db
HELIOS = Subject("account", 7, "Helios Tarvia", account_id=7)
YES = {"a-shares-strategic-plans": "yes", "e-shares-strategic-plans": "the plan of 2026, in February"}


@pytest.fixture
def kam(company, make_user, client, known_subjects):  # noqa: F811
    user = make_user("head_of_sales")
    client.force_login(user)
    return user


@pytest.fixture
def begun(kam):
    instrument = queries.active("openness")
    return actions.start_assessment(actor=kam, instrument=instrument, subject=HELIOS, now=timezone.now())


def made(actor, key, subject, now, **values):
    instrument = queries.active(key)
    found = actions.start_assessment(actor=actor, instrument=instrument, subject=subject, now=now)
    replies = {item.replace("_", "-"): Reply(value, "seen") for item, value in values.items()}
    assert actions.answer_all(actor=actor, assessment=found, replies=replies, now=now) == {}
    return actions.finish(actor=actor, assessment=found, now=now)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- the list and one of them --------------------------------------------------------------------


def test_the_list_names_every_instrument_in_the_readers_language(kam, client):
    html = client.get("/instruments/").content.decode()
    for key, title in (
        ("openness", "Openness of the customer"),
        ("relationship-ladder", "Relationship ladder"),
    ):
        assert f'href="/instruments/{key}/"' in html
        assert title in html
    kam.language = "pl"
    kam.save()
    assert "Drabina relacji" in client.get("/instruments/").content.decode()


def test_one_instrument_shows_its_questions_results_and_versions(kam, client):
    told = text_of(client.get("/instruments/openness/"))
    for words in (
        "They tell us the size of their budget",
        "a yes needs evidence",
        "Not justified",
        "Version 1",
        "In use",
        "365 days",
    ):
        assert words in told, words
    assert client.get("/instruments/openness/?version=1").status_code == 200
    assert client.get("/instruments/openness/?version=9").status_code == 404
    assert client.get("/instruments/nothing/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/instruments/", "/instruments/openness/", "/instruments/openness/start/?id=7"]
)
def test_pages_keep_the_content_policy(kam, client, address):
    found = policy_of(client.get(address).content.decode())
    assert found.refused == []
    assert len(found.ids) == len(set(found.ids))


def test_the_list_asks_as_much_for_one_assessment_as_for_three(kam, client, django_assert_num_queries, now):
    made(kam, "openness", HELIOS, now)
    client.get("/instruments/")
    with CaptureQueriesContext(connection) as one:
        client.get("/instruments/")
    for number in (8, 9):
        made(kam, "openness", Subject("account", number, "x", account_id=number), now)
    with django_assert_num_queries(len(one)):
        client.get("/instruments/")


def test_the_palette_finds_an_instrument_by_its_title(kam, client):
    assert "/instruments/relationship-ladder/" in client.get("/palette/?q=ladder").content.decode()


# --- adapting ------------------------------------------------------------------------------------


def form_of(client, address):
    """What the form holds as it comes."""
    html = client.get(address).content.decode()
    lines = re.findall(r'<input class="form-control"[^>]* name="([^"]+)" value="([^"]*)"', html)
    texts = re.findall(r'<textarea class="form-control"[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', html)
    return {name: unescape(value) for name, value in [*lines, *texts]}


ADAPT = "/instruments/openness/adapt/"


def test_a_form_of_all_texts_makes_a_new_version(director, company):
    posted = form_of(director, ADAPT)
    assert posted["section.0.item.0.text.ru"] == "Делятся с нами стратегическими планами"
    posted |= {"section.0.item.0.text.en": "They show us their strategy", "section.0.item.0.required": "1",
               "section.0.item.1.fresh_days": "90", "scoring.result.1.from": "4"}  # fmt: skip
    answer = director.post(ADAPT, posted)
    assert answer["Location"] == "/instruments/openness/"
    found = queries.active("openness")
    definition = queries.definition_of(found)
    item = definition.by_key["shares-strategic-plans"]
    assert (found.version, found.origin, item.text.en, item.required) == (
        2,
        "adapted",
        "They show us their strategy",
        True,
    )
    assert definition.by_key["shares-budget"].fresh_days == 90
    assert definition.scoring.results[1].start == 4
    page = text_of(director.get("/instruments/openness/"))
    assert "Version 2 is in use" in page
    assert "They show us their strategy" in page


def test_the_form_as_it_comes_changes_nothing(director, company):
    answer = director.post(ADAPT, form_of(director, ADAPT))
    assert answer.status_code == 422
    assert "Nothing was changed: the texts" in text_of(answer)
    assert Instrument.objects.filter(key="openness").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "section.0.item.0.text.pl",
            "",
            "section 1 (“tells-us”), item 1 (“shares-strategic-plans”): “text” is missing in “pl”",
        ),
        ("section.0.item.0.fresh_days", "soon", "“fresh_days” must be a whole number"),
        ("scoring.result.1.from", "inf", "“from” must be a number"),
        ("key", "relationship-ladder", "another instrument with the key"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(director, company, field, value, said):
    posted = form_of(director, ADAPT) | {"section.0.item.1.text.en": "Typed words", field: value}
    answer = director.post(ADAPT, posted)
    assert answer.status_code == 422
    assert said in text_of(answer).replace("&quot;", '"')
    assert "Typed words" in answer.content.decode()
    assert Instrument.objects.filter(key="openness").count() == 1


def test_the_source_is_checked_before_it_is_saved_and_kept_as_written(director, company):
    source = Instrument.objects.get(key="openness").source
    bad = director.post(f"{ADAPT}?as=source", {"source": source.replace("count", "cuont")})
    assert bad.status_code == 422
    assert "“method” is “cuont”" in text_of(bad)
    assert "cuont" in bad.content.decode().split("<textarea")[1]
    written = "# ours\n" + source.replace("from = 5", "from = 6")
    director.post(f"{ADAPT}?as=source", {"source": written})
    assert queries.active("openness").source == written


def test_another_version_is_chosen_and_undone(director, company):
    director.post(ADAPT, form_of(director, ADAPT) | {"title.en": "Ours"})
    director.post("/instruments/openness/use/1/")
    assert queries.active("openness").version == 1
    assert 'action="/instruments/openness/use/2/"' in director.get("/instruments/openness/").content.decode()


# --- answering -----------------------------------------------------------------------------------


def test_a_start_makes_one_open_assessment_of_the_subject(kam, client):
    assert "About: Helios Tarvia" in text_of(client.get("/instruments/openness/start/?id=7"))
    assert not Assessment.objects.exists()
    first = client.post("/instruments/openness/start/?id=7")
    again = client.post("/instruments/openness/start/?id=7")
    found = Assessment.objects.get()
    assert first["Location"] == again["Location"] == f"/assessments/{found.pk}/"
    assert (found.subject_kind, found.subject_id, found.account_id, found.rater) == ("account", 7, 7, kam)


@pytest.mark.parametrize("query", ["?id=99", "", "?id=-1", "?id=x", "?id=99999999999999999999"])
def test_a_subject_out_of_reach_is_not_found(kam, client, query):
    assert client.get(f"/instruments/openness/start/{query}").status_code == 404
    assert client.post(f"/instruments/openness/start/{query}").status_code == 404
    assert client.get(f"/instruments/openness/history/{query}").status_code == 404
    assert not Assessment.objects.exists()


def test_a_single_answer_is_kept_as_it_is_given(begun, client):
    url = f"/assessments/{begun.pk}/answer/shares-strategic-plans/"
    answer = client.post(url, YES, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    told = text_of(answer)
    assert "Saved" in told
    assert "1 of 8 answered" in told
    kept = begun.answers.get()
    assert (kept.value, kept.evidence) == ("yes", "the plan of 2026, in February")


def test_an_answer_of_another_kind_says_so_and_keeps_the_old_one(begun, client):
    url = f"/assessments/{begun.pk}/answer/shares-strategic-plans/"
    client.post(url, YES)
    answer = client.post(url, {"a-shares-strategic-plans": "perhaps"})
    assert answer.status_code == 422
    assert "The answer is yes or no" in text_of(answer)
    assert begun.answers.get().value == "yes"
    assert client.post(f"/assessments/{begun.pk}/answer/unknown/", {}).status_code == 404


def test_without_a_script_the_form_saves_and_finishes(begun, client):
    html = client.get(f"/assessments/{begun.pk}/").content.decode()
    assert html.count("<fieldset") == 8
    assert f'action="/assessments/{begun.pk}/save/"' in html
    assert policy_of(html).refused == []
    saved = client.post(f"/assessments/{begun.pk}/save/", YES | {"do": "save"})
    assert saved["Location"] == f"/assessments/{begun.pk}/"
    assert 'value="yes" checked' in client.get(saved["Location"]).content.decode()
    client.post(
        f"/assessments/{begun.pk}/save/",
        {"a-shares-budget": "yes", "e-shares-budget": "mail", "do": "finish"},
    )
    begun.refresh_from_db()
    assert (begun.is_open, begun.score, begun.result) == (False, 2, "not-justified")


def test_finishing_names_what_is_missing_with_a_link_to_it(begun, client):
    answer = client.post(f"/assessments/{begun.pk}/save/", {"a-tests-ideas": "yes", "do": "finish"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#item-tests-ideas"' in html
    assert "Evidence is still needed." in html
    assert begun.answers.get().value == "yes"


def test_a_wrong_answer_in_the_form_stays_typed_and_the_others_are_kept(begun, client):
    posted = YES | {"a-shares-budget": "perhaps", "e-shares-budget": "typed words", "do": "finish"}
    answer = client.post(f"/assessments/{begun.pk}/save/", posted)
    assert answer.status_code == 422
    assert "typed words" in answer.content.decode()
    assert begun.answers.get().item == "shares-strategic-plans"
    begun.refresh_from_db()
    assert begun.is_open


def test_an_open_assessment_is_its_raters_alone(begun, client, make_user):
    client.force_login(make_user("administrator"))
    for method, address in (
        ("get", ""),
        ("post", "save/"),
        ("post", "answer/shares-budget/"),
        ("post", "discard/"),
    ):
        assert getattr(client, method)(f"/assessments/{begun.pk}/{address}", YES).status_code == 404, address
    assert Assessment.objects.filter(pk=begun.pk, finished_at=None).exists()
    assert not begun.answers.exists()


def test_a_finished_one_is_not_answered_again(begun, client):
    client.post(f"/assessments/{begun.pk}/save/", YES | {"do": "finish"})
    for address in ("save/", "answer/shares-budget/", "discard/"):
        assert (
            client.post(f"/assessments/{begun.pk}/{address}", {"a-shares-budget": "yes"}).status_code == 409
        )
    assert begun.answers.count() == 1


def test_old_answers_are_marked_and_can_be_confirmed(kam, client):
    long_ago = timezone.now() - dt.timedelta(days=400)
    made(kam, "openness", HELIOS, long_ago, shares_budget="yes")
    client.post("/instruments/openness/start/?id=7")
    again = Assessment.objects.get(finished_at=None)
    html = client.get(f"/assessments/{again.pk}/").content.decode()
    assert "Old answer" in html
    assert "1 old answer" in html
    assert html.count('name="c-') == 1
    url = f"/assessments/{again.pk}/answer/shares-budget/"
    told = {"a-shares-budget": "yes", "e-shares-budget": "seen"}
    assert "Old answer" in client.post(url, told).content.decode()
    assert "Old answer" not in client.post(url, told | {"c-shares-budget": "1"}).content.decode()


def test_an_open_one_can_be_discarded(begun, client):
    answer = client.post(f"/assessments/{begun.pk}/discard/")
    assert answer["Location"] == "/instruments/openness/history/?id=7"
    assert not Assessment.objects.exists()


# --- results and history -------------------------------------------------------------------------


def test_the_result_tells_the_score_its_parts_what_moved_and_who_differs(kam, client, make_user, now):
    made(make_user("director", "marta"), "openness", HELIOS, now, shares_budget="no", tests_ideas="yes")
    made(kam, "openness", HELIOS, now, shares_budget="yes")
    last = made(kam, "openness", HELIOS, now + dt.timedelta(days=9), shares_budget="yes", tests_ideas="yes",
                shares_strategic_plans="yes")  # fmt: skip
    response = client.get(f"/assessments/{last.pk}/")
    told = text_of(response)
    for words in ("Helios Tarvia: Opening up , 3 of 8. 2 more than on 2", "Some doors are open", "What they tell us",
                  "They share their strategic plans with us", "marta", "They differ on 1 question.", "seen",
                  "What moved"):  # fmt: skip
        assert words in told, words
    assert policy_of(response.content.decode()).refused == []


def test_the_ladder_shows_its_stages(kam, client, now):
    last = made(kam, "relationship-ladder", Subject("contact", 70, "Ada Berti", account_id=7), now,
                knows_kam="yes", knows_company="yes", knows_products="yes")  # fmt: skip
    told = text_of(client.get(f"/assessments/{last.pk}/"))
    assert "Ada Berti: Contact , stage 1 of 4." in told
    assert "1 of 2" in told


def test_an_assessment_whose_subject_is_gone_still_shows(kam, client, now):
    last = made(kam, "openness", Subject("account", 99, "Gone", account_id=99), now)
    response = client.get(f"/assessments/{last.pk}/")
    assert response.status_code == 200
    assert "Gone" not in text_of(response)
    assert "Assess again" not in text_of(response)


def test_the_history_holds_one_subjects_finished_assessments_and_asks_constantly(
    kam, client, now, django_assert_num_queries
):
    made(kam, "openness", HELIOS, now)
    other = made(kam, "openness", Subject("account", 8, "Nordelma", account_id=8), now)
    url = "/instruments/openness/history/?id=7"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        html = client.get(url).content.decode()
    assert f'href="/assessments/{other.pk}/"' not in html
    for day in (1, 2):
        made(kam, "openness", HELIOS, now + dt.timedelta(days=day), tests_ideas="yes")
    with django_assert_num_queries(len(one)):
        html = client.get(url).content.decode()
    assert html.count('href="/assessments/') == 3
    assert "Helios Tarvia: 3 finished assessments." in html


def test_what_people_typed_is_escaped(kam, client, now):
    attack = Subject("account", 7, "<script>alert(1)</script>", account_id=7)
    instrument = queries.active("organisational-needs")
    found = actions.start_assessment(actor=kam, instrument=instrument, subject=attack, now=now)
    actions.answer(
        actor=kam, assessment=found, item="goals-reached", reply=Reply("<script>alert(2)</script>"), now=now
    )
    for _turn in ("form", "result"):
        assert "<script>alert" not in client.get(f"/assessments/{found.pk}/").content.decode()
        actions.finish(actor=kam, assessment=found, now=now) if _turn == "form" else None


def test_everybody_may_reach_the_pages_that_they_are_given(company, client, make_user):
    assert User.objects.count() == 0
    client.force_login(make_user("reader"))
    assert client.get(reverse("instruments")).status_code == 200
    assert client.get(reverse("instrument_adapt", args=["openness"])).status_code == 403
    assert client.post(reverse("instrument_use", args=["openness", 1])).status_code == 403
