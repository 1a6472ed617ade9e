"""Writing down what the fictional company knows: units, coverage, people of its accounts, facts, matters.

Everything that has an action goes through it, dated as if it had been done on its day; what the map draws is
written as rows, since it began in the past.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.accounts.actions import budgets, companies, contacts, facts, needs, notes
from kamerton.accounts.models import (
    Account,
    Contact,
    Coverage,
    Fact,
    Industry,
    Opinion,
    PersonalNote,
    PowerChange,
    Relation,
    Tie,
)
from kamerton.demo import (
    assessing,
    claims,
    documents,
    events,
    identities,
    knowledge,
    matters,
    planning,
    potential,
    programme,
    projects,
    protecting,
    reporting,
    staff,
    status,
    targets,
    week,
)
from kamerton.demo import contacts as people
from kamerton.portfolio import queries as portfolio
from kamerton.portfolio.actions import economics, health, serving
from kamerton.work.actions import approvals, consultations, management, requests, tasks

_MORNING = dt.time(9, 12)


@dataclass(frozen=True)
class Told:
    """What has been written so far, by the keys of the story."""

    now: dt.datetime
    users: dict[str, User]
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[tuple[str, str], Contact] = field(default_factory=dict)

    def at(self, ago: int) -> dt.datetime:
        """The morning so many days ago; a time today that has not come yet is now."""
        day = self.day(ago)
        return min(dt.datetime.combine(day, _MORNING, tzinfo=self.now.tzinfo), self.now)

    def day(self, ago: int) -> dt.date:
        return self.now.date() - dt.timedelta(days=ago)

    def account(self, name: str) -> Account:
        """The account whose name begins so; found once."""
        if name not in self.accounts:
            self.accounts[name] = Account.objects.get(name__startswith=name)
        return self.accounts[name]


def is_told() -> bool:
    """All or nothing: the story is written in one transaction."""
    return OrgUnit.objects.exists()


@transaction.atomic
def tell(*, now: dt.datetime) -> int:
    """Write the whole story once; the number of contacts."""
    told = Told(now, {user.username: user for user in User.objects.all()})
    _company(told)
    _coverage(told)
    _industries(told)
    _identities(told)
    for circle in people.CIRCLES:
        _circle(told, circle)
    _knowledge(told)
    _matters(told)
    _costs(told)
    events.tell(users=told.users, people=told.people, at=told.at)
    assessing.assess(told)
    programme.promise(users=told.users, at=told.at)
    status.tell_status(told)
    protecting.tell(told)
    potential.tell(users=told.users, account=told.account, at=told.at)
    programme.tell(users=told.users, at=told.at)
    programme.lately(users=told.users, account=told.account, at=told.at)
    reporting.tell(users=told.users, account=told.account, at=told.at)
    projects.tell(users=told.users, account=told.account, at=told.at)
    claims.tell(users=told.users, people=told.people, account=told.account, at=told.at)
    week.tell(users=told.users, people=told.people, account=told.account, now=told.now)
    planning.tell(told)
    targets.tell(users=told.users, today=told.day(0), at=told.at)
    documents.tell(users=told.users, account=told.account, at=told.at)
    health.renew_health(now=now)  # the figures were there before anybody wrote about accounts
    return len(told.people)


# --- the company ---------------------------------------------------------------------------------------------


def _company(told: Told) -> None:
    units: dict[str, OrgUnit] = {}
    for unit in staff.UNITS:
        units[unit.key] = OrgUnit.objects.create(
            name=unit.name, kind=unit.kind, function=unit.function, parent=units.get(unit.parent),
            head=told.users.get(unit.head),
        )  # fmt: skip
    for post in staff.POSTS:
        user = told.users[post.user]
        user.unit, user.title, user.spoken, user.function = (
            units[post.unit],
            post.title,
            list(post.spoken),
            post.function,
        )
        user.reports_to = told.users.get(post.reports_to)
        user.sales_name = post.sales_name
    User.objects.bulk_update(
        told.users.values(), ["unit", "title", "spoken", "function", "reports_to", "sales_name"]
    )
    for number, absent, substitute, since, until in staff.ABSENCES:
        Delegation.objects.create(
            order_number=number, absent=told.users[absent], substitute=told.users[substitute],
            from_date=told.day(since), to_date=told.day(until), reason="Leave", created_by=told.users["helena"],
            created_at=told.at(since + 7),
        )  # fmt: skip


def _coverage(told: Told) -> None:
    rows = [
        Coverage(
            account=told.account(each.account), person=told.users[each.user], role=each.role,
            from_date=told.day(each.since), created_by=told.users["helena"], created_at=told.at(each.since),
        )
        for each in staff.COVERS
    ]  # fmt: skip
    Coverage.objects.bulk_create(rows)
    led = {row.account_id for row in rows if row.role == "responsible"}
    Coverage.objects.bulk_create(_of_sellers(told, led))


def _of_sellers(told: Told, led: set[int]) -> list[Coverage]:
    """What a seller of the ledger sells to, and nobody else looks after."""
    snapshot = portfolio.latest_snapshot()
    assert snapshot is not None  # noqa: S101 - the figures were just taken
    figures = portfolio.account_figures(snapshot).filter(seller__in=staff.SELLERS)
    seller = dict(figures.values_list("account", "seller"))
    found = Account.objects.filter(number__in=seller).exclude(pk__in=led)
    return [
        Coverage(
            account=account, person=told.users[staff.SELLERS[seller[account.number]]], from_date=told.day(600),
            created_by=told.users["helena"], created_at=told.at(600),
        )
        for account in found
    ]  # fmt: skip


def _industries(told: Told) -> None:
    for name, pack, description, terms in knowledge.INDUSTRIES:
        Industry.objects.create(name=name, pack=pack, description=description, terms=terms)
    known = {industry.name: industry for industry in Industry.objects.all()}
    for circle in people.CIRCLES:
        account = told.account(circle.account)
        account.industry, account.version = known[circle.industry], F("version") + 1
        account.save(update_fields=["industry", "version"])
        account.refresh_from_db()


def _costs(told: Told) -> None:
    marco, now = told.users["marco"], told.at(0)
    economics.set_fixed_cost(actor=marco, fixed_cost=knowledge.FIXED_COST, now=told.at(90))
    for driver, rate in knowledge.ACTIVITY_RATES:
        serving.set_rate(actor=marco, driver=driver, rate=rate, from_date=told.day(540), now=now)
    for name, kind, amount, ago, what in knowledge.SERVING_COSTS:
        serving.record_cost(actor=marco, account=told.account(name), kind=kind, amount=amount, on=told.day(ago),
                            what=what, now=now)  # fmt: skip
    for username, amount in knowledge.PERSON_COSTS:
        serving.record_cost(actor=marco, person=told.users[username], kind="people", amount=amount,
                            on=told.day(50), what="Pay and car", now=now)  # fmt: skip


def _identities(told: Told) -> None:
    helena, at = told.users["helena"], told.at(380)
    for each in identities.IDENTITIES:
        account = told.account(each.account)
        companies.edit(actor=helena, account=account, opened={}, submitted=each.fields, now=at)
        place = {"street": each.street, "postcode": each.postcode, "city": each.city, "region": each.region}
        seat = {**place, "kind": "legal", "country": each.country, "territory": each.territory}
        companies.save_address(actor=helena, account=account, values=seat, now=at)
        if each.delivery:
            street, postcode, city = each.delivery
            door = {
                "kind": "delivery",
                "street": street,
                "postcode": postcode,
                "city": city,
                "country": each.country,
            }
            companies.save_address(actor=helena, account=account, values=door, now=at)
        if each.tags:
            companies.tag(actor=helena, account=account, add=each.tags, now=at)
        account.refresh_from_db()


# --- the people of an account --------------------------------------------------------------------------------


def _circle(told: Told, circle: people.Circle) -> None:
    account = told.account(circle.account)
    began = told.at(400)
    for each in circle.people:
        told.people[circle.account, each.key] = _person(told, circle, each, began)
    for of, kind, to, strength in circle.relations:
        Relation.objects.create(
            account=account, of=told.people[circle.account, of], to=told.people[circle.account, to], kind=kind,
            strength=strength, created_at=told.at(100 if strength == 3 else 40), created_by=told.users["irina"],
        )  # fmt: skip
    for key, ahead, what in circle.changes:
        PowerChange.objects.create(
            contact=told.people[circle.account, key], expected_on=told.day(-ahead), what=what, source="Talk on the spot",
            created_at=told.at(20), created_by=told.users["irina"],
        )  # fmt: skip


def _person(told: Told, circle: people.Circle, each: people.Person, began: dt.datetime) -> Contact:
    contact = Contact(
        account=told.account(circle.account), name=each.name, post=each.post, is_found=bool(each.name),
        function=each.function, level=each.level, decision_roles=list(each.roles), languages=list(each.languages),
        reports_to=told.people.get((circle.account, each.over)), territory=each.territory, is_vip=each.vip,
        is_opinion_leader=each.leader, email=_address(each, circle),
        left_on=told.day(each.left) if each.left else None, created_at=began, created_by=told.users["irina"],
    )  # fmt: skip
    contact.search_text = contacts.search_text(contact)
    contact.save(force_insert=True)
    _standing(told, circle, each, contact)
    return contact


def _address(each: people.Person, circle: people.Circle) -> str:
    """An address under a name that nobody can own."""
    plain = each.name.casefold().replace(" ", ".").encode("ascii", "ignore").decode()
    return f"{plain}@{circle.account.split()[0].casefold()}.example" if plain else ""


def _standing(told: Told, circle: people.Circle, each: people.Person, contact: Contact) -> None:
    for rater, (support, influence, why) in each.support.items():
        Opinion.objects.create(
            contact=contact,
            rater=told.users[rater],
            support=support,
            influence=influence,
            note=why,
            at=told.at(45),
        )
    for user, depth in each.ties.items():
        Tie.objects.create(contact=contact, person=told.users[user], depth=depth, since=told.day(380))
    for user, kind, ago, from_them in each.seen:
        contacts.log_interaction(
            actor=told.users[user], account=told.account(circle.account), contact=contact, kind=kind, on=told.day(ago),
            from_them=from_them, in_depth=kind == "visit", now=told.at(ago),
        )  # fmt: skip
    if each.motive:
        by = next(iter(each.ties), "irina")
        values = {"topic": "motive", "statement": each.motive, "source_kind": "contact", "source": each.name,
                  "dated": told.day(50), "contact": contact}  # fmt: skip
        facts.say(actor=told.users[by], account=told.account(circle.account), values=values, now=told.at(50))


# --- what is known -------------------------------------------------------------------------------------------


def _knowledge(told: Told) -> None:
    goals: dict[tuple[str, str], Fact] = {}
    for each in knowledge.FACTS:
        fact = facts.say(
            actor=told.users[each.by], account=told.account(each.account), now=told.at(each.ago),
            values=_of_fact(told, each, goals),
        )  # fmt: skip
        if each.key:
            goals[each.account, each.key] = fact
    for need in knowledge.NEEDS:
        values = {"what": need.what, "family": need.family, "source": need.source, "raised_on": told.day(need.ago),
                  "state": need.state, "answer": need.answer, "contact": told.people.get((need.account, need.contact))}  # fmt: skip
        needs.raise_need(
            actor=told.users[need.by],
            account=told.account(need.account),
            values=values,
            now=told.at(need.ago),
        )
    for note in knowledge.NOTES:
        _note(told, note)
    for name, key, author, text in knowledge.PERSONAL:
        PersonalNote.objects.create(
            contact=told.people[name, key], author=told.users[author], text=text, lawful_basis="legitimate",
            purpose="To meet the person well", keep_until=told.day(-365), created_at=told.at(60),
        )  # fmt: skip
    for industry, name, level, what, amount, ago in knowledge.BUDGETS:
        _budget(told, industry, name, level, what, amount, ago)


def _of_fact(told: Told, each: knowledge.Said, goals: dict[tuple[str, str], Fact]) -> dict[str, Any]:
    return {
        "topic": each.topic, "statement": each.text, "source_kind": each.kind, "source": each.source,
        "dated": told.day(each.ago), "confidence": each.confidence, "secrecy": each.secrecy,
        "contact": told.people.get((each.account, each.contact)), "answers": goals.get((each.account, each.answers)),
    }  # fmt: skip


def _note(told: Told, note: knowledge.Written) -> None:
    text = " ".join([note.text, *(f"@{name}" for name in note.mentions)])
    values = {
        "kind": note.kind,
        "title": note.title,
        "text": text,
        "on": told.day(note.ago),
        "secrecy": note.secrecy,
    }
    there = tuple(told.people[note.account, key] for key in note.contacts)
    notes.write(
        actor=told.users[note.by],
        account=told.account(note.account),
        values=values,
        now=told.at(note.ago),
        contacts=there,
    )


def _budget(
    told: Told, industry: str, name: str, level: str, what: str, amount: int | None, ago: int
) -> None:
    money = Decimal(amount) / 100 if amount is not None else None
    values = {
        "level": level,
        "what": what,
        "amount": money,
        "currency": "EUR" if amount else "",
        "on": told.day(ago),
    }
    budgets.record(
        actor=told.users["marco"], values=values, now=told.at(ago),
        industry=Industry.objects.get(name=industry) if industry else None,
        account=told.account(name) if name else None,
    )  # fmt: skip


# --- what is going on ----------------------------------------------------------------------------------------


def _matters(told: Told) -> None:
    for each in matters.TASKS:
        _task(told, each)
    for asked in matters.REQUESTS:
        _request(told, asked)
    for decision in matters.DECISIONS:
        _decision(told, decision)
    for question in matters.QUESTIONS:
        _question(told, question)
    for title, text, ago, by in matters.MANAGEMENT:
        management.publish_decision(
            actor=told.users[by], title=title, text=text, decided_on=told.day(ago), now=told.at(ago)
        )


def _account(told: Told, name: str) -> Account | None:
    return told.account(name) if name else None


def _task(told: Told, each: matters.ToDo) -> None:
    """Whoever may not give a task to somebody writes it down for them all the same: so it was agreed."""
    now = told.at(each.ago)
    task = tasks.put_down(
        actor=told.users[each.by], owner=told.users[each.owner], title=each.title, text=each.text, now=now,
        account=_account(told, each.account), due_on=None if each.due is None else told.day(-each.due),
        checklist=each.checklist, repeats=each.repeats, origin="own" if each.by == each.owner else "assigned",
    )  # fmt: skip
    if each.done:
        tasks.finish_task(actor=told.users[each.owner], task=task, now=told.at(1), outcome=each.outcome)


def _request(told: Told, asked: matters.Asked) -> None:
    names = {unit.key: unit.name for unit in staff.UNITS}
    row = requests.send_request(
        actor=told.users[asked.by], unit=OrgUnit.objects.get(name=names[asked.unit]), title=asked.title, text=asked.text,
        account=_account(told, asked.account), due_on=told.day(-asked.due), now=told.at(asked.ago),
    )  # fmt: skip
    if asked.answer:
        requests.answer_request(
            actor=told.users[asked.answered_by], request=row, answer=asked.answer, now=told.at(asked.ago - 2)
        )


def _decision(told: Told, decision: matters.ToDecide) -> None:
    row = approvals.ask_approval(
        actor=told.users[decision.by], kind=decision.kind, title=decision.title, reason=decision.reason,
        account=_account(told, decision.account), now=told.at(decision.ago),
    )  # fmt: skip
    if decision.decided_by:
        approvals.decide(
            actor=told.users[decision.decided_by], approval=row, approve=decision.approve, reason=decision.why,
            now=told.at(decision.ago - 3),
        )  # fmt: skip


def _question(told: Told, question: matters.Question) -> None:
    consultations.log_consultation(
        actor=told.users[question.by], account=told.account(question.account), kind=question.kind,
        question=question.question, asked_on=told.day(question.ago),
        now=told.at(question.ago if question.answered is None else question.answered),
        contact=told.people.get((question.account, question.contact)), advice=question.advice,
        answered_on=None if question.answered is None else told.day(question.answered), action=question.action,
        result=question.result,
    )  # fmt: skip
