"""The tab of people, its picture, its steps, the page of one person, VIPs by territory, the slide."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pptx import Presentation

from kamerton.accounts.actions import map as actions
from kamerton.accounts.models import Contact, Opinion, Relation, Tie
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from tests.accounts.factories import NOW, account, contact, cover


@pytest.fixture(autouse=True)
def _the_day():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def irina(make_user):
    user = make_user("senior_kam", "irina")
    user.first_name, user.last_name = "Irina", "Volkova"
    user.save()
    return user


@pytest.fixture
def helios(company, irina, make_user):
    at = account("H-1", "Helios")
    cover(at, irina)
    cover(at, make_user("sales_manager", "sven"), "sales")
    return at


@pytest.fixture
def people(helios, irina):
    """Ada decides and Irina knows her; Lena influences Karl, whom nobody has met; a post is not found."""
    ada = contact(helios, "Ada Berti", post="Managing director", decision_roles=["decider"], level="top",
                  function="management")  # fmt: skip
    lena = contact(helios, "Lena Hart", decision_roles=["user"], reports_to=ada, function="technical")
    karl = contact(helios, "Karl Voss", decision_roles=["influencer"], function="quality")
    contact(helios, "", is_found=False, post="Head of quality", reports_to=karl)
    act = {"actor": irina, "now": NOW}
    actions.tie(contact=ada, person=irina, depth="deep", **act)
    actions.tie(contact=lena, person=irina, depth="many", **act)
    actions.relate(of=lena, to=karl, kind="influences", **act)
    actions.opine(contact=ada, support=2, influence=5, why="Called for us", **act)
    return {"ada": ada, "lena": lena, "karl": karl}


@pytest.fixture
def secrets_of(people, irina, helios):
    """A secret relation, opinion and change at Helios, and somebody at an account that Irina does not reach."""
    act = {"actor": irina, "now": NOW, "secrecy": 2}
    actions.relate(of=people["ada"], to=people["karl"], kind="blocks", note="The affair of the crates", **act)
    actions.opine(contact=people["karl"], support=-2, influence=4, why="The affair of the crates", **act)
    actions.expect_change(
        contact=people["ada"], expected_on=dt.date(2026, 9, 1), what="The affair of the crates", **act
    )
    return contact(account("F-1", "Foreign"), "Hidden Stranger", is_vip=True, territory="North")


def _page(client, who, at, **query):
    client.force_login(who)
    return client.get(reverse("account_people", args=[at.number]), query)


def _sven():
    from kamerton.access.models import User

    return User.objects.get(username="sven")


def test_the_page_says_first_who_decides_who_covers_them_and_with_whom_to_begin(
    client, irina, helios, people
):
    page = _page(client, irina, helios)
    assert page.context["lead"] == (
        "Ada Berti decides; Irina Volkova knows this person in depth. 2 of 4 people have not been met. "
        "Start with Karl Voss, through Lena Hart."
    )
    told = page.content.decode()
    assert "Irina Volkova gets there through Lena Hart." in told
    assert "Comes first as Influencer." in told
    assert "Find out who holds the post: Head of quality" in told


@pytest.mark.parametrize(
    ("roles", "begins"),
    [
        ({}, "Nobody is known to decide here."),
        ({"Ada": ["decider"]}, "Ada decides, and nobody of ours has met this person."),
        ({"Ada": ["decider"], "Bo": ["decider"]}, "Ada and Bo decide; we have met 0 of them."),
    ],
)
def test_the_opening_is_true_of_maps_with_gaps(client, irina, helios, roles, begins):
    for name in ("Ada", "Bo"):
        contact(helios, name, decision_roles=roles.get(name, []))
    page = _page(client, irina, helios)
    assert page.context["lead"].startswith(begins)
    assert any("No influencer" in text for text in page.context["warnings"])


def test_an_account_without_people_says_how_to_begin(client, irina, helios):
    page = _page(client, irina, helios)
    assert "Nobody is on the map yet." in page.content.decode()
    assert "data-map-canvas" not in page.content.decode()


@pytest.mark.requirement("REL-02")
def test_the_matrix_names_the_function_without_its_specialist(client, irina, helios, people):
    rows = {row.cells[0]: row.cells[-1] for row in _page(client, irina, helios).context["matrix"].rows}
    assert {name: str(cell.badges[0].label) for name, cell in rows.items()} == {
        "Management": "Covered", "Engineering": "Without its specialist", "Quality": "Known to nobody"
    }  # fmt: skip


def test_nothing_secret_and_nobody_of_another_account_reaches_who_is_not_cleared(
    client, irina, helios, secrets_of
):
    for who, sees in ((irina, True), (_sven(), False)):
        client.force_login(who)
        ada = Contact.objects.get(name="Ada Berti")
        told = [
            client.get(reverse("account_people", args=["H-1"])).content.decode(),
            client.get(reverse("account_map", args=["H-1"])).content.decode(),
            client.get(reverse("map_person", args=[ada.pk])).content.decode(),
            client.get(reverse("vips")).content.decode(),
        ]
        assert ("blocks" in json.dumps(json.loads(told[1])["links"])) is sees
        assert ("The affair of the crates" in "".join(told)) is sees
        assert "Hidden Stranger" not in "".join(told)
        assert client.get(reverse("map_person", args=[secrets_of.pk])).status_code == 404
        assert client.get(reverse("account_people", args=["F-1"])).status_code == 404
        assert client.get(reverse("account_map", args=["F-1"])).status_code == 404
    read = AuditEntry.objects.filter(action="secrets.read")
    assert [(entry.actor, entry.account_id) for entry in read] == [(irina, helios.pk)]
    assert len(read[0].after["read"]) == 3
    assert "crates" not in str(list(AuditEntry.objects.values_list("before", "after", "reason")))


def test_the_picture_has_cards_places_and_lines(client, irina, helios, people):
    client.force_login(irina)
    told = client.get(reverse("account_map", args=["H-1"])).json()
    cards = {card["name"]: card for card in told["people"]}
    ada = cards["Ada Berti"]
    assert (ada["support_word"], ada["influence"], ada["cover"], ada["decides"]) == (
        "Mentor",
        5.0,
        "deep",
        True,
    )
    assert "Managing director" in ada["spoken"]
    assert cards["Lena Hart"]["superior"] == ada["id"]
    assert cards["Lena Hart"]["y"] > ada["y"]
    assert [(line["of"], line["to"], line["kind"]) for line in told["links"]] == [
        (people["lena"].pk, people["karl"].pk, "influences")
    ]


def test_what_changed_since_a_day_is_told_and_marked(client, irina, helios, people):
    later = NOW + dt.timedelta(days=40)
    actions.relate(actor=irina, of=people["karl"], to=people["ada"], kind="ally", now=later)
    actions.opine(actor=irina, contact=people["ada"], support=-1, influence=5, now=later)
    with clock.set_to(later + dt.timedelta(days=1)):
        page = _page(client, irina, helios, since="2026-03-31")
        assert page.context["changed"] == [
            "Ada Berti: support went from Mentor to Opponent.", "New: Karl Voss and Ada Berti are allies."
        ]  # fmt: skip
        url = reverse("account_map", args=["H-1"])
        now = client.get(url, {"since": "2026-03-31"}).json()
        then = client.get(url, {"since": "2026-03-31", "then": "1"}).json()
    assert {line["kind"]: line["mark"] for line in now["links"]} == {"influences": "", "ally": "new"}
    assert [line["kind"] for line in then["links"]] == ["influences"]
    assert {card["mark"] for card in now["people"] if card["name"] == "Ada Berti"} == {"changed"}
    assert {card["support"] for card in then["people"] if card["name"] == "Ada Berti"} == {2}


@pytest.mark.parametrize("since", ["", "no", "2026-03-02", "2999-01-01", "2026-13-01"])
def test_a_day_that_is_none_is_as_if_it_were_not_there(client, irina, helios, people, since):
    page = _page(client, irina, helios, since=since)
    assert (page.status_code, page.context["since"]) == (200, None)


@pytest.mark.parametrize("name", ["account_people", "account_map"])
def test_queries_are_the_same_at_one_and_thirty_people(client, irina, helios, people, name):
    client.force_login(irina)
    url = reverse(name, args=["H-1"])

    def asked():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    few = asked()
    for at in range(30):
        more = contact(helios, f"Person {at}", reports_to=people["ada"], is_vip=True)
        actions.relate(actor=irina, of=people["ada"], to=more, kind="knows", now=NOW)
        actions.opine(actor=irina, contact=more, support=1, influence=2, now=NOW)
        actions.expect_change(actor=irina, contact=more, expected_on=NOW.date(), what="Rises", now=NOW)
    assert asked() == few
    assert few <= 25


# --- steps ---------------------------------------------------------------------------------------------------


def _step(client, **told):
    return client.post(reverse("map_step", args=["H-1"]), told)


def test_each_step_of_the_map_is_done_and_taken_back(client, irina, helios, people):
    client.force_login(irina)
    karl, lena, ada = people["karl"].pk, people["lena"].pk, people["ada"].pk
    steps = [
        {"act": "place", "id": ada, "x": "120.5", "y": "-8"},
        {"act": "line", "id": karl, "superior": lena},
        {"act": "line", "id": lena, "superior": ""},
        {"act": "relate", "of": karl, "to": ada, "kind": "ally"},
        {"act": "end", "relation": Relation.objects.get().pk},
    ]
    picture = lambda: client.get(reverse("account_map", args=["H-1"])).json()  # noqa: E731
    before = picture()
    for told in steps:
        answer = _step(client, **told)
        assert (answer.status_code, picture() != before) == (200, True), told
        assert client.post(answer.json()["undo_url"]).status_code == 302
        assert picture() == before, told
    _step(client, **steps[0])
    assert client.post(_step(client, act="arrange").json()["undo_url"]).status_code == 302
    assert Contact.objects.get(pk=ada).x == 120.5


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"act": "fly"}, 404),
        ({"act": "place", "id": "x", "x": "1", "y": "1"}, 404),
        ({"act": "place", "id": "ada", "x": "far", "y": "1"}, 409),
        ({"act": "line", "id": "ada", "superior": "lena"}, 409),
        ({"act": "relate", "of": "ada", "to": "ada", "kind": "ally"}, 409),
        ({"act": "relate", "of": "ada", "to": "stranger", "kind": "ally"}, 404),
        ({"act": "end", "relation": "77777"}, 404),
    ],
)
def test_a_step_that_cannot_be_done_says_so_and_changes_nothing(
    client, irina, helios, people, secrets_of, told, status
):
    client.force_login(irina)
    numbers = {name: row.pk for name, row in people.items()} | {"stranger": secrets_of.pk}
    before = list(Contact.objects.order_by("pk").values()), list(Relation.objects.values())
    answer = _step(client, **{key: numbers.get(value, value) for key, value in told.items()})
    assert answer.status_code == status
    assert (list(Contact.objects.order_by("pk").values()), list(Relation.objects.values())) == before


# --- the page of one person ----------------------------------------------------------------------------------


def _act(client, who, act, **told):
    return client.post(reverse("map_act", args=[who.pk, act]), told)


def test_everything_that_the_map_does_is_done_by_forms(client, irina, helios, people):
    client.force_login(irina)
    karl, ada = people["karl"], people["ada"]
    forms = [
        ("line", {"superior": people["lena"].pk}),
        ("relate", {"kind": "ally", "to": ada.pk, "strength": "3", "note": "School", "secrecy": "1"}),
        ("opinion", {"support": "1", "influence": "4", "why": "Asked twice", "secrecy": "1"}),
        ("tie", {"person": irina.pk, "depth": "brief", "known_by_them": "on"}),
        ("change", {"what": "Joins the board", "expected_on": "2026-09-01", "secrecy": "1"}),
    ]
    for act, told in forms:
        assert _act(client, karl, act, **told).status_code == 302, act
    page = client.get(reverse("map_person", args=[karl.pk])).content.decode()
    for text in (
        "Karl Voss and Ada Berti are allies",
        "Asked twice",
        "Irina Volkova",
        "Joins the board",
        "School",
    ):
        assert text in page, text
    ally = Relation.objects.get(kind="ally")
    _act(client, karl, "end", relation=ally.pk)
    _act(client, karl, "settle", change=karl.power_changes.get().pk)
    page = client.get(reverse("map_person", args=[karl.pk])).content.decode()
    assert ("are allies" in page, "Joins the board" in page) == (False, False)


def test_a_form_with_something_wrong_is_shown_again_with_what_was_entered(client, irina, people):
    client.force_login(irina)
    answer = _act(client, people["karl"], "opinion", support="9", influence="4", why="Because", secrecy="1")
    assert (answer.status_code, Opinion.objects.filter(contact=people["karl"]).count()) == (422, 0)
    assert "Because" in answer.content.decode()
    circle = _act(client, people["ada"], "line", superior=people["lena"].pk)
    assert (circle.status_code, "Nobody reports to somebody below them" in circle.content.decode()) == (
        422,
        True,
    )


def test_who_is_not_cleared_is_not_offered_secrecy_and_cannot_send_it(client, people, helios):
    client.force_login(_sven())
    page = client.get(reverse("map_person", args=[people["karl"].pk])).content.decode()
    assert '<option value="2">Secret' not in page
    told = {"support": "1", "influence": "4", "why": "Because", "secrecy": "2"}
    assert _act(client, people["karl"], "opinion", **told).status_code == 422


def test_opinions_are_shown_apart_ones_own_first_and_together(client, irina, people, helios):
    actions.opine(actor=_sven(), contact=people["ada"], support=0, influence=3, why="Says little", now=NOW)
    client.force_login(_sven())
    page = client.get(reverse("map_person", args=[people["ada"].pk]))
    assert [row.cells[0].text for row in page.context["opinions"].rows] == ["You", "Irina Volkova"]
    assert "Together, 2 of us say: supporter, with a spread of 2." in page.context["lead"]
    table = _page(client, irina, helios).context["people"]
    support = next(row.cells[2] for row in table.rows if row.cells[0].text == "Ada Berti")
    assert support.sub == "Irina Volkova: mentor; sven: neutral"


# --- VIPs ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("REL-05")
def test_vips_of_a_territory_show_allies_rivals_and_dated_changes_across_accounts(
    client, irina, helios, secrets_of
):
    other = account("N-1", "Nordelma")
    cover(other, irina)
    told = {"territory": "North", "is_vip": True}
    ada, bo = contact(helios, "Ada V", long_term_plan="Meet yearly", **told), contact(other, "Bo V", **told)
    cleo = contact(other, "Cleo V", **told)
    contact(other, "South V", is_opinion_leader=True, territory="South")
    act = {"actor": irina, "now": NOW}
    actions.relate(of=ada, to=bo, kind="ally", **act)
    actions.relate(of=cleo, to=ada, kind="rival", **act)
    actions.expect_change(contact=ada, expected_on=dt.date(2026, 9, 1), what="Retires", **act)
    client.force_login(irina)
    page = client.get(reverse("vips"), {"territory": "North"})
    rows = {row.cells[0].text: row.cells for row in page.context["territories"][0]["table"].rows}
    heads = [str(each.label) for each in page.context["territories"][0]["table"].columns]
    told = dict(zip(heads, rows["Ada V"], strict=True))
    assert (told["Allies"], told["Rivals"]) == ("Bo V", "Cleo V")
    assert page.context["territories"][0]["changes"] == [("1\u00a0September\u00a02026", "Ada V: Retires")]
    assert [name for name, _url in page.context["territories"][0]["without_plan"]] == ["Bo V", "Cleo V"]
    assert [each["name"] for each in page.context["territories"]] == ["North"]
    assert "Hidden Stranger" not in page.content.decode()
    assert {name for name, _url in client.get(reverse("vips")).context["territories"][1]["without_plan"]} == {
        "South V"
    }


@pytest.mark.requirement("REL-07")
def test_vips_and_those_responsible_for_them_know_one_another_or_are_listed(client, irina, helios):
    foreign = account("F-9", "Foreign")
    told = {"territory": "North", "is_vip": True}
    contact(foreign, "Quartz V", **told)
    for name, mutual in (("Ada V", True), ("Bo V", False)):
        Tie.objects.create(
            contact=contact(helios, name, **told), person=irina, depth="many", known_by_them=mutual
        )
    contact(helios, "Cleo V", **told)
    client.force_login(irina)
    shown = client.get(reverse("vips"), {"territory": "North"})
    (north,) = shown.context["territories"]
    assert north["mutual"].replace("\xa0", " ").startswith("33 % know whoever is responsible")
    assert [(name, what) for name, _url, what in north["not_mutual"]] == [
        ("Bo V", "does not know us"), ("Cleo V", "not known to us"),
    ]  # fmt: skip
    assert "Quartz" not in shown.content.decode()


# --- the slide -----------------------------------------------------------------------------------------------


def _slide(client, who):
    client.force_login(who)
    answer = client.get(reverse("account_people_slide", args=["H-1"]))
    assert answer.status_code == 200
    return Presentation(io.BytesIO(answer.content)).slides[0].shapes


def _lines(shapes):
    return sorted(shape.name for shape in shapes if shape.shape_type is not None and " > " in shape.name)


def test_the_slide_has_the_people_and_the_lines_of_the_database(client, irina, helios, people, secrets_of):
    shapes = _slide(client, irina)
    names = {shape.name for shape in shapes}
    there = Contact.objects.filter(account=helios)
    assert {each.display_name for each in there} <= names
    reports = {f"report {each.pk} > {each.reports_to_id}" for each in there if each.reports_to_id}
    relations = {
        f"{each.kind} {each.of_id} > {each.to_id}" for each in Relation.objects.filter(ended_at=None)
    }
    assert _lines(shapes) == sorted(reports | relations)
    by_id = {shape.shape_id: shape.name for shape in shapes}
    line = next(shape for shape in shapes if shape.name.startswith("blocks"))
    ends = line._element.xpath(".//a:stCxn/@id | .//a:endCxn/@id")
    assert [by_id[int(end)] for end in ends] == ["Ada Berti", "Karl Voss"]
    assert "Secret. Read by Irina Volkova on 2 March 2026." in [
        s.text_frame.text for s in shapes if s.name == "mark"
    ]
    entry = AuditEntry.objects.get(action="documents.map_slide")
    assert (entry.account_id, entry.after) == (
        helios.pk,
        {"people": 4, "relations": 2, "secret": True, "format": "pptx"},
    )


def _ends(line):
    """Where an elbow begins and ends on the slide, its turn and flip carried out."""
    frame = line._element.spPr.xfrm
    middle = frame.off.x + frame.ext.cx / 2, frame.off.y + frame.ext.cy / 2
    found = []
    for end in (-1, 1):
        across = end * frame.ext.cx / 2 * (-1 if frame.flipH else 1)
        down = end * frame.ext.cy / 2 * (-1 if frame.flipV else 1)
        x, y = (-down, across) if frame.rot == 90 else (across, down)
        found.append((middle[0] + x, middle[1] + y))
    return found


def test_lines_of_report_leave_below_the_superior_and_arrive_above_the_card(client, irina, helios, people):
    contact(helios, "Right Hand", reports_to=people["ada"])
    shapes = _slide(client, irina)
    boxes = {shape.name: shape for shape in shapes}
    above = boxes["Ada Berti"]
    for name in ("Lena Hart", "Right Hand"):
        box, number = boxes[name], Contact.objects.get(name=name).pk
        begin, end = _ends(
            next(each for each in shapes if each.name == f"report {number} > {people['ada'].pk}")
        )
        assert begin == pytest.approx((above.left + above.width / 2, above.top + above.height), abs=2)
        assert end == pytest.approx((box.left + box.width / 2, box.top), abs=2)


def test_the_image_of_the_map_leaves_a_trace_and_says_what_has_to_stand_on_it(
    client, irina, helios, secrets_of
):
    url = reverse("account_map_export", args=["H-1"])
    marks = []
    for who in (irina, _sven()):
        client.force_login(who)
        told = client.post(url).json()
        marks.append(told["mark"])
        assert (told["title"], told["day"]) == ("Helios: who decides", "As of 2 March 2026")
    assert marks == ["Secret. Read by Irina Volkova on 2 March 2026.", ""]
    assert AuditEntry.objects.filter(action="documents.map_image", account_id=helios.pk).count() == 2


def test_the_slide_of_who_is_not_cleared_has_no_secret_line_and_no_mark(client, helios, people, secrets_of):
    shapes = _slide(client, _sven())
    assert "mark" not in {shape.name for shape in shapes}
    assert not [name for name in _lines(shapes) if name.startswith("blocks")]
    assert len([name for name in _lines(shapes) if name.startswith("influences")]) == 1


def test_every_box_of_a_slide_of_many_people_stands_on_it(client, irina, helios, people):
    for at in range(40):
        contact(helios, f"Person {at}", reports_to=people["karl"] if at % 3 else people["ada"])
    deck = _slide(client, irina)
    for shape in deck:
        assert 0 <= shape.left <= shape.left + shape.width <= 13.34 * 914400
        assert 0 <= shape.top <= shape.top + shape.height <= 7.5 * 914400
