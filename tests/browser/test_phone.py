"""The pages of people, accounts and work on a phone: nothing wider than the window, no complaint of the console."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from kamerton.access.models import OrgUnit
from kamerton.accounts import ladder
from kamerton.accounts.actions import budgets, contacts, facts, needs, notes
from kamerton.accounts.actions import map as drawing
from kamerton.accounts.models import Industry
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.portfolio.actions.references import write_reference
from kamerton.signals.actions import evaluate
from kamerton.signals.models import Signal
from kamerton.work import rules
from kamerton.work.actions import approvals, consultations, requests, tasks
from kamerton.work.models import Task
from tests.accounts.factories import account, assessed, contact, cover
from tests.web.conftest import import_rows, monthly_sales  # noqa: F401 - the fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau GmbH & Co. Kommanditgesellschaft"
TITLE = (
    "Unterlagen der Instandhaltung bis zum Jahresende zusammenstellen und an die Geschäftsführung übergeben"
)

#: What sticks out of the window, or out of its cell in the card of a row; the first few.
_TOO_WIDE = """() => {
  const root = document.documentElement;
  const right = (each) => each.getBoundingClientRect().right;
  const out = root.scrollWidth > root.clientWidth ? [...document.body.querySelectorAll('*')].filter((each) => right(each) > root.clientWidth + 1) : [];
  const cells = [...document.querySelectorAll('.k-table-cards :is(tbody, tfoot) :is(th, td)')];
  const cut = cells.flatMap((cell) => [...cell.querySelectorAll('*')].filter((each) => right(each) > right(cell) + 1));
  return [...out, ...cut].slice(0, 6).map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 30)}`);
}"""


@pytest.fixture
def house(make_user, import_rows):  # noqa: F811
    """One of everything, with names as long as they come."""
    Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
    now, today = clock.now(), clock.today()
    user = make_user("administrator", "anna")
    unit = OrgUnit.objects.create(
        name="Wissenschaftliche Anwendungsberatung", kind="department", head=make_user("director")
    )
    helios = account(
        "K-00000000000219", LONG, industry=Industry.objects.create(name="Maschinenbau", pack="pharma")
    )
    cover(helios, user)
    sales = [[*row] for row in monthly_sales()]
    import_rows([helios.number, LONG, *row[2:]] if row[0] == "H-1" else row for row in sales)
    act = {"actor": user, "now": now}
    boss = contact(helios, "Maximiliane Freifrau von Hohenstein-Waldenburg", post=TITLE[:80], decision_roles=["decider"],
                   is_vip=True, territory="Nordrhein-Westfalen", email="maximiliane.hohenstein.waldenburg@elektrizitaet.example")  # fmt: skip
    ada = contact(
        helios, "Ada", reports_to=boss, decision_roles=["user", "influencer"], is_opinion_leader=True
    )
    drawing.opine(contact=boss, support=1, influence=5, **act)
    drawing.expect_change(contact=boss, expected_on=today + dt.timedelta(days=30), what=TITLE, **act)
    contacts.log_interaction(account=helios, contact=ada, kind="visit", on=today, summary=TITLE, **act)
    fact = facts.say(account=helios, values={"topic": "goal", "statement": f"{TITLE}. {LONG}", "source_kind": "interview",
                                             "source": LONG, "dated": today}, **act)  # fmt: skip
    need = needs.raise_need(account=helios, values={"what": TITLE, "raised_on": today}, **act)
    notes.write(account=helios, values={"text": TITLE, "on": today, "kind": "interview"}, **act)
    budgets.record(
        account=helios,
        values={"what": TITLE, "on": today, "level": "vip", "amount": Decimal(4200000), "currency": "EUR"},
        **act,
    )
    task = tasks.create_task(title=TITLE, account=helios, due_on=today, **act)
    Task.objects.filter(pk=task.pk).update(due_on=today - dt.timedelta(days=3), priority=rules.KEY)
    requests.send_request(unit=unit, title=TITLE, text=TITLE, account=helios, due_on=today, **act)
    approvals.ask_approval(kind="sales_proposal", title=TITLE, reason=TITLE, account=helios, **act)
    consultations.log_consultation(account=helios, kind="product", question=TITLE, asked_on=today, **act)
    reference = write_reference(account=helios, story=TITLE, may_name=True, on=today, **act)
    evaluate.evaluate(now=now)
    look = assessed(user, "contact", boss.pk, ladder.KEY, "knows-kam", "knows-company", now=now)
    answered = assessed(user, "account", helios.pk, "openness", "shares-budget", now=now)
    return {"user": user, "account": helios, "contact": boss, "fact": fact, "need": need, "task": task,
            "assessments": (look, answered), "reference": reference, "signal": Signal.objects.first(),
            "leaver": unit.head}  # fmt: skip


def addresses(house) -> list[str]:
    of_account = (
        "account",
        "account_people",
        "account_dossier",
        "account_timeline",
        "account_work",
        "account_details",
        "account_key",
        "account_key_propose",
        "account_potential",
        "opportunity_new",
        "account_risk",
        "account_value",
        "account_costs",
    )
    plain = ("today", "accounts", "contacts", "facts", "needs", "tasks", "requests", "approvals", "consultations", "handovers",
             "management", "assessments", "instruments", "prospects", "industries", "vips", "people", "units", "absences", "trail",
             "sign_ins", "settings", "limits", "search", "you", "account_doubles", "contact_import_new", "company_new", "task_new",
             "request_new", "contact_doubles", "signals", "signal_rules", "portfolio", "key_accounts", "review",
             "references", "launches", "risks", "protections", "barriers", "potential", "potentials", "gaps",
             "opportunities", "portfolio_maps", "what_if", "portfolio_values", "serving", "sellers", "programme",
             "programme_watch", "programme_case", "programme_services", "programme_outcomes", "error_impacts",
             "foresight", "roles", "role_new", "costs", "activity_rates", "events", "event_new")  # fmt: skip
    rows = [("contact", house["contact"]), ("contact_edit", house["contact"]), ("map_person", house["contact"]),
            ("fact", house["fact"]), ("need", house["need"]), ("task", house["task"]),
            ("reference", house["reference"]), ("signal", house["signal"]), ("contact_erase", house["contact"]),
            ("person", house["leaver"]), ("offboarding", house["leaver"])]  # fmt: skip
    rows += [("assessment", each) for each in house["assessments"]]
    return [
        *[reverse(name, args=[house["account"].number]) for name in of_account],
        *[reverse(name) for name in plain],
        *[reverse(name, args=[row.pk]) for name, row in rows],
        f"{reverse('instrument', args=['openness'])}",
        f"{reverse('instrument_history', args=['openness'])}?id={house['account'].pk}",
        f"{reverse('contacts')}?account={house['account'].number}",
    ]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_is_wider_than_a_phone_and_none_complains(chromium, live_server, house, language):
    house["user"].language = language
    house["user"].save()
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale=language)
    page, told = context.new_page(), []
    page.on("console", lambda said: told.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(live_server.url)
    page.fill("[name=login]", "anna")
    page.fill("[name=password]", "kamerton-test")
    page.click("form button.btn-primary")
    page.wait_for_url("**/today/")
    wrong: dict[str, object] = {}
    for url in addresses(house):
        told.clear()
        answer = page.goto(f"{live_server.url}{url}", wait_until="networkidle")
        wide = page.evaluate(_TOO_WIDE)
        if answer.status != 200 or wide or told:
            wrong[url] = (answer.status, wide, list(told))
    context.close()
    assert not wrong, "\n".join(f"{url}: {what}" for url, what in wrong.items())
