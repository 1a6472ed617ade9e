"""People, units, absences, leaving, hand-overs and the trail in the browser's words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from importlib import import_module
from pathlib import Path

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

import kamerton
from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Contact, Fact, Need
from kamerton.accounts.queries import responsible_for
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.web import trail_words
from kamerton.web.trail_list import changed_words
from kamerton.web.trail_sentences import SAID
from kamerton.work.models import Handover, Request, Task
from tests.work.conftest import NOW, TODAY, absence, account, cover, firm, person  # noqa: F401 - a fixture

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_nine():
    with clock.set_to(NOW):
        yield


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer) -> str:
    html = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\xa0", " ").split())


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


# --- lists ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["people", "absences", "trail", "handovers", "units"])
def test_lists_cost_the_same_with_one_row_and_three(firm, name):  # noqa: F811
    client = signed(person("auditor", "administrator", reports_to=firm.dario))

    def more(number: int) -> None:
        made = person(f"more{number}", "senior_kam", unit=firm.sales, reports_to=firm.sofia)
        whom = account(f"M-{number}", f"More {number}")
        cover(whom, made)
        absence(made, firm.petra, number=f"order-{number}")
        OrgUnit.objects.create(name=f"Unit {number}", head=made)
        AuditEntry.objects.create(
            at=NOW,
            actor=made,
            action="accounts.edit",
            subject=f"accounts.account:{whom.pk}",
            account_id=whom.pk,
        )
        Handover.objects.create(
            account=whom,
            giver=made,
            receiver=firm.petra,
            reason="changes_hands",
            on=TODAY,
            created_by=firm.dario,
            created_at=NOW,
        )

    more(1)
    few = queries(client, reverse(name))
    more(2)
    more(3)
    assert queries(client, reverse(name)) == few


def test_the_list_of_people_says_where_each_stands(firm):  # noqa: F811
    absence(firm.sofia, firm.petra, TODAY, TODAY + 3 * DAY)
    User.objects.filter(pk=firm.petra.pk).update(leaving_on=TODAY + 30 * DAY)
    shown = text(signed(firm.dario).get(reverse("people")))
    assert "away until 5 Mar 2026" in shown
    assert "Petra stands in" in shown
    assert "leaves on 1 Apr 2026" in shown
    assert re.search(r"Ivo .{0,80}Reports to Sofia", shown)
    assert "Sofia" not in text(signed(firm.dario).get(reverse("people") + "?list=leaving")).split("Export")[1]


def test_hand_overs_of_others_are_not_listed_nor_opened(firm):  # noqa: F811
    row = Handover.objects.create(
        account=firm.foreign, giver=firm.petra, receiver=firm.dario, reason="changes_hands", on=TODAY,
        created_by=firm.dario, created_at=NOW,
    )  # fmt: skip
    for user, sees in ((firm.sofia, False), (firm.petra, True), (firm.dario, True)):
        client = signed(user)
        assert ("Foreign" in text(client.get(reverse("handovers")))) is sees
        assert (client.get(reverse("handover", args=[row.pk])).status_code == 200) is sees
        for name in ("handover_finish", "handover_introduce"):
            if not sees:
                assert client.post(reverse(name, args=[row.pk])).status_code == 404
    assert signed(firm.sofia).get(reverse("handover_pack", args=[row.pk])).status_code == 404


# --- one person -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("TEAM-06")
def test_a_person_with_line_accounts_and_only_those_in_reach(firm):  # noqa: F811
    page = reverse("person", kwargs={"pk": firm.petra.pk})
    assert "Foreign" in text(signed(firm.dario).get(page))
    assert "Foreign" not in text(signed(firm.sofia).get(page))  # Petra's accounts are not hers
    shown = text(signed(firm.dario).get(reverse("person", kwargs={"pk": firm.ivo.pk})))
    assert re.search(r"Reports to Sofia › Dario", shown)
    assert "Sign-in" not in shown  # the director does not keep the sign-ins


@pytest.mark.requirement("SEL-21")
def test_the_page_warns_of_too_many_accounts(firm):  # noqa: F811
    page = reverse("person", kwargs={"pk": firm.sofia.pk})
    assert "more than the limit" not in text(signed(firm.dario).get(page))
    for number in range(2):
        cover(account(f"X-{number}", f"X {number}"), firm.sofia)
    assert "4 accounts are more than the limit of 3" in text(signed(firm.dario).get(page))


@pytest.mark.requirement("RGT-01")
def test_the_authority_to_represent_the_company_is_printed(firm):  # noqa: F811
    cover(firm.foreign, firm.sofia, "technical")  # no representation
    shown = text(signed(firm.dario).get(reverse("person_authority", args=[firm.sofia.pk])))
    assert "Nordwind Supplies authorises Sofia to represent it in matters of sales" in shown
    assert "Helios" in shown
    assert "Nordelma" in shown
    assert "Foreign" not in shown


def test_an_administrator_places_a_person_and_builds_the_tree(firm):  # noqa: F811
    admin = signed(person("admin", "administrator"))
    assert (
        admin.post(
            reverse("unit_new"),
            {
                "name": "South",
                "kind": "region",
                "parent": firm.sales.pk,
                "head": firm.petra.pk,
                "version": _version(admin, reverse("unit_new")),
            },
        ).status_code
        == 302
    )
    south = OrgUnit.objects.get(name="South")
    told = {
        "role": "senior_kam",
        "unit": south.pk,
        "reports_to": "",
        "title": "KAM",
        "spoken": ["pl"],
        "version": _version(admin, reverse("person_edit", args=[firm.ivo.pk])),
    }
    assert admin.post(reverse("person_edit", args=[firm.ivo.pk]), told).status_code == 302
    ivo = User.objects.get(pk=firm.ivo.pk)
    assert (ivo.unit, ivo.role, ivo.spoken, ivo.reports_to) == (south, "senior_kam", ["pl"], None)
    circle = admin.post(
        reverse("unit_edit", args=[firm.sales.pk]),
        {
            "name": "Sales",
            "kind": "department",
            "parent": south.pk,
            "function": "sales",
            "head": firm.dario.pk,
            "version": _version(admin, reverse("unit_edit", args=[firm.sales.pk])),
        },
    )
    assert (circle.status_code, "part of itself" in text(circle)) == (422, True)
    assert "South" in text(admin.get(reverse("units")))
    admin.post(reverse("unit_remove", args=[south.pk]))
    assert OrgUnit.objects.filter(pk=south.pk).exists()  # Ivo is in it


def _version(client, url) -> str:
    return re.search(r'name="version" value="([^"]*)"', client.get(url).content.decode())[1]


# --- absences ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ABS-01")
def test_an_absence_is_announced_told_in_words_and_revoked(firm):  # noqa: F811
    sofia = signed(firm.sofia)
    form = {
        "order_number": "7/26",
        "absent": firm.sofia.pk,
        "substitute": firm.petra.pk,
        "from_date": "2026-03-04",
        "to_date": "2026-03-06",
    }
    assert sofia.post(reverse("absence_new"), form | {"order_number": ""}).status_code == 422
    assert (
        sofia.post(
            reverse("absence_new"), form | {"absent": firm.petra.pk, "substitute": firm.ivo.pk}
        ).status_code
        == 422
    )
    done = sofia.post(reverse("absence_new"), form)
    order = Delegation.objects.get()
    assert done["Location"] == reverse("absence", args=[order.pk])
    assert "until then nothing passes" in text(sofia.get(done["Location"]))
    again = sofia.post(reverse("absence_new"), form | {"order_number": "8/26", "substitute": firm.dario.pk})
    assert "is away by order 7/26" in text(again)
    assert signed(firm.petra).post(reverse("absence_revoke", args=[order.pk])).status_code == 403
    sofia.post(reverse("absence_revoke", args=[order.pk]))
    assert "was revoked" in text(sofia.get(done["Location"]))


# --- leaving ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("CNF-02")
def test_leaving_is_guided_to_its_end(firm):  # noqa: F811
    dario, sofia = signed(firm.dario), signed(firm.sofia)
    page = reverse("offboarding", args=[firm.sofia.pk])
    assert sofia.get(reverse("accounts") + "export.csv").status_code != 403
    Task.objects.create(title="Call Rita", owner=firm.sofia, account=firm.helios, created_at=NOW)
    Task.objects.create(title="Clear the desk", owner=firm.sofia, created_at=NOW)
    assert (
        dario.post(reverse("offboarding_begin", args=[firm.sofia.pk]), {"last_day": "2026-03-10"}).status_code
        == 302
    )
    assert sofia.get(reverse("accounts") + "export.csv").status_code == 403
    shown = text(dario.get(page))
    assert "2 accounts have nobody who follows" in shown
    assert all(words in shown for words in ("Helios", "Nordelma", "Call Rita", "Clear the desk", "Ivo"))
    assert "Foreign" not in shown
    nordelma = firm.nordelma.coverage.get().pk
    nothing = dario.post(reverse("offboarding_hand_on", args=[firm.sofia.pk]), {})
    assert (nothing.status_code, "Choose who takes" in text(nothing)) == (422, True)
    dario.post(
        reverse("offboarding_hand_on", args=[firm.sofia.pk]),
        {"everybody": firm.petra.pk, f"to_{nordelma}": firm.dario.pk},
    )
    after = dt.date(2026, 3, 11)
    assert (responsible_for(firm.helios, after), responsible_for(firm.nordelma, after)) == (
        firm.petra,
        firm.dario,
    )
    taken = Request.objects.create(title="Pallets", unit=firm.logistics, asked_by=firm.petra, taken_by=firm.sofia,
                                   due_on=TODAY, created_at=NOW)  # fmt: skip
    assert "Pallets" in text(dario.get(page))
    handed = dario.post(
        reverse("offboarding_tasks", args=[firm.sofia.pk]), {"everybody": firm.dario.pk}, follow=True
    )
    assert "1 task is handed on. 1 request is handed on." in text(handed)
    assert Request.objects.get(pk=taken.pk).taken_by == firm.dario
    assert not Task.objects.filter(owner=firm.sofia, state="open").exclude(origin="handover").exists()
    assert "every account has somebody who follows" in text(dario.get(page))
    dario.post(reverse("offboarding_stay", args=[firm.sofia.pk]))
    assert User.objects.get(pk=firm.sofia.pk).leaving_on is None


def test_hr_is_told_that_accounts_are_open_and_not_which(firm):  # noqa: F811
    hr = signed(person("hr", "hr"))
    hr.post(reverse("offboarding_begin", args=[firm.sofia.pk]), {"last_day": "2026-03-10"})
    shown = text(hr.get(reverse("offboarding", args=[firm.sofia.pk])))
    assert "2 accounts are not yours to hand over" in shown
    assert "Helios" not in shown
    assert "Nordelma" not in shown


# --- files -----------------------------------------------------------------------------------------------------


def lines(client, name: str, query: str = "") -> list[dict[str, str]]:
    answer = client.get(reverse(name, kwargs={"kind": "csv"}) + query)
    told = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(told)))


def test_the_file_of_people_says_who_they_report_to_how_many_accounts_and_what_they_speak(firm):  # noqa: F811
    User.objects.filter(pk=firm.sofia.pk).update(spoken=["it", "zh", "xx"])
    columns = "?" + "&".join(f"column={name}" for name in ("name", "superior", "accounts", "languages"))
    found = {row["Name"]: row for row in lines(signed(firm.dario), "people_export", columns)}
    assert (found["Sofia"]["Reports to"], found["Sofia"]["Accounts"], found["Sofia"]["Speaks"]) == (
        "Dario",
        "2",
        "Italian, Chinese, xx",
    )
    assert (found["Ivo"]["Reports to"], found["Ivo"]["Accounts"], found["Ivo"]["Speaks"]) == (
        "Sofia",
        "0",
        "",
    )


def test_the_trail_names_units_people_contacts_and_accounts_and_not_what_is_out_of_reach(firm):  # noqa: F811
    boss = Contact.objects.create(account=firm.helios, name="Rita Boss", created_at=NOW)
    told = {
        "access.edit_person": (
            f"access.user:{firm.ivo.pk}", {"unit": firm.sales.pk, "reports_to": firm.sofia.pk}
        ),
        "access.edit_unit": (f"access.orgunit:{firm.logistics.pk}", {"parent": firm.sales.pk}),
        "accounts.contact_edit": (f"accounts.contact:{firm.contact.pk}", {"reports_to": boss.pk}),
        "accounts.contact_move": (f"accounts.contact:{firm.contact.pk}", {"account": firm.foreign.pk}),
    }  # fmt: skip
    for action, (subject, after) in told.items():
        AuditEntry.objects.create(at=NOW, actor=firm.dario, action=action, subject=subject, after=after,
                                  account_id=firm.helios.pk if action.startswith("accounts") else None)  # fmt: skip
    found = {row["Action"]: row for row in lines(
        signed(firm.dario), "trail_export", "?column=action&column=changed&column=account"
    )}  # fmt: skip
    assert {name: found[name]["Before and after"] for name in told} == {
        "access.edit_person": "unit: Sales; reports to: Sofia",
        "access.edit_unit": "part of: Sales",
        "accounts.contact_edit": "reports to: Rita Boss",
        "accounts.contact_move": "account: Foreign",
    }
    assert found["accounts.contact_edit"]["Account"] == "Helios"
    shown = text(signed(firm.dario).get(reverse("trail")))
    assert "unit: Sales" in shown


# --- the trail ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("CNF-01")
def test_the_trail_says_who_read_a_secret_and_what_was_changed(firm):  # noqa: F811
    from kamerton.access import secrets

    fact = Fact.objects.create(
        account=firm.helios,
        topic="other",
        statement="The buyer wants out",
        secrecy=Secrecy.SECRET,
        dated=TODAY,
        created_at=NOW,
    )
    secrets.reading(firm.sofia, [fact], NOW)
    AuditEntry.objects.create(
        at=NOW,
        actor=firm.ivo,
        action="access.edit_person",
        subject=f"access.user:{firm.ivo.pk}",
        before={"title": "A", "reports_to": None},
        after={"title": "B", "reports_to": firm.dario.pk},
    )
    dario = signed(firm.dario)
    shown = text(dario.get(reverse("trail")))
    assert "Sofia" in shown
    assert "Read what is secret" in shown
    assert "Helios" in shown
    assert "title: A → B; reports to: – → Dario" in shown
    assert "wants out" not in shown
    assert "title: A" not in text(dario.get(reverse("trail") + "?list=secrets"))
    assert "Read what is secret" not in text(dario.get(reverse("trail") + f"?who={firm.ivo.pk}"))
    assert "Read what is secret" not in text(dario.get(reverse("trail") + "?until=2026-03-01"))
    taken = dario.get(reverse("trail_export", kwargs={"kind": "csv"}))
    assert taken.status_code == 200
    assert AuditEntry.objects.filter(action="trail.export", actor=firm.dario).exists()


def test_the_trail_speaks_in_words_dates_and_figures():
    def told(model: str, after: object, before: object = None, action: str = "x.y") -> str:
        row = AuditEntry(action=action, subject=f"{model}:1", before=before, after=after)
        return changed_words(row).replace("\xa0", " ")

    assert told("portfolio.protection", {"share": 0.2291676605, "level": "company"}) == (
        "share: 22.9 %; level: Company"
    )
    assert told("accounts.account", {"country": "IT", "tax_number": "00123"}) == (
        "country: Italy; tax number: 00123"
    )
    assert told("work.task", {"due_on": "2026-12-04", "state": "done"}, {"state": "open"}) == (
        "state: Open → Done; due on: 4 Dec 2026"
    )
    assert told("access.user", {"read": ["accounts.note:4", "accounts.fact:21"]}) == "read: note 4, fact 21"
    assert told("ledger.batch", {"used": 63805, "refused": 8}) == "lines used: 63,805; lines refused: 8"
    assert told("accounts.contact", {"is_vip": True, "name": "A"}, {"is_vip": False, "name": "A"}) == (
        "VIP: No → Yes"
    )
    with translation.override("it"):
        assert told("accounts.account", {"country": "IT"}).endswith(": Italia")


def test_every_action_that_the_code_names_has_words():
    import_module("kamerton.web.urls")  # rooms register their sentences beside their pages
    named = set()
    for file in Path(kamerton.__file__).parent.rglob("*.py"):
        named |= set(re.findall(r'\baction="([a-z]+\.[a-z_]+)"', file.read_text()))
    assert len(named) > 60
    assert sorted(each for each in named if each not in SAID and each not in trail_words.known()) == []


# --- hand-over -------------------------------------------------------------------------------------------------------------


def pack(user: User, row: Handover) -> str:
    """Everything that stands in the document, tables, header and footer too."""
    answer = signed(user).get(reverse("handover_pack", args=[row.pk]))
    assert answer.status_code == 200, answer.status_code
    document = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    edges = [
        each.text
        for place in (document.sections[0].header, document.sections[0].footer)
        for each in place.paragraphs
    ]
    return "\n".join([*(each.text for each in document.paragraphs), *cells, *edges])


@pytest.mark.requirement("SEL-20")
def test_a_hand_over_is_guided_and_its_pack_says_what_the_database_says(firm):  # noqa: F811
    decider = Contact.objects.create(
        account=firm.helios, name="Zeno Alto", post="Buyer", decision_roles=["decider"], created_at=NOW
    )
    told = {"account": firm.helios, "topic": "other", "dated": TODAY, "created_at": NOW}
    Fact.objects.create(statement="Pays late", source="ledger", secrecy=Secrecy.INTERNAL, **told)
    Fact.objects.create(statement="Looks for a rival", secrecy=Secrecy.SECRET, **told)
    Fact.objects.create(**(told | {"account": firm.foreign}), statement="Of another account")
    Need.objects.create(account=firm.helios, what="Blue pallets", raised_on=TODAY, created_at=NOW)
    Task.objects.create(title="Send the samples", owner=firm.ivo, account=firm.helios, created_at=NOW)
    dario, sofia = signed(firm.dario), signed(firm.sofia)
    began = dario.post(
        reverse("handover_new"),
        {"account": "Helios", "receiver": firm.petra.pk, "on": "2026-03-02", "reason": "became_key"},
    )
    row = Handover.objects.get()
    assert began["Location"] == reverse("handover", args=[row.pk])
    page = reverse("handover", args=[row.pk])
    shown = text(sofia.get(page))
    assert all(
        words in shown
        for words in ("Send the samples", "Zeno Alto", "Pays late", "Looks for a rival", "Blue pallets")
    )
    assert "Of another account" not in shown
    assert AuditEntry.objects.filter(action="secrets.read", actor=firm.sofia).count() == 1
    sofia.post(page, {"note": "Begin with Zeno", "version": _version(sofia, page)})
    sofia.post(reverse("handover_introduce", args=[row.pk]), {"contact": decider.pk, "done": "1"})

    cleared, other = pack(firm.sofia, row), person("support", "sales_support")
    wanted = [
        "Helios",
        "Begin with Zeno",
        "Zeno Alto",
        "Decider",
        "done",
        "Pays late",
        "Secret: Looks for a rival",
        "Blue pallets",
        "Send the samples",
        "Sofia",
        "Secret. Read by Sofia on 2 March 2026.",
    ]
    assert [words for words in wanted if words not in cleared] == []
    assert "Of another account" not in cleared
    open_eyes = pack(other, row)  # reaches everything, is not cleared
    assert "Pays late" in open_eyes
    assert "rival" not in open_eyes
    assert "Secret" not in open_eyes
    assert AuditEntry.objects.filter(action="documents.handover_pack").count() == 2

    assert sofia.post(reverse("handover_finish", args=[row.pk])).status_code == 302
    assert responsible_for(firm.helios, TODAY) == firm.petra
    assert "took over from Sofia" in text(signed(firm.petra).get(page))


def test_who_may_not_take_out_gets_no_pack(firm):  # noqa: F811
    row = Handover.objects.create(
        account=firm.helios,
        giver=firm.sofia,
        receiver=firm.petra,
        reason="changes_hands",
        on=TODAY,
        created_by=firm.dario,
        created_at=NOW,
    )
    url = reverse("handover_pack", args=[row.pk])
    User.objects.filter(pk=firm.sofia.pk).update(leaving_on=TODAY + DAY)
    assert signed(User.objects.get(pk=firm.sofia.pk)).get(url).status_code == 403
    assert signed(firm.petra).get(url).status_code == 403  # receives, and does not reach the account yet
    assert signed(firm.ivo).get(url).status_code == 200
