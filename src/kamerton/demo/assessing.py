"""What our people answered about accounts and persons: at several dates, several of them about the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamerton.accounts import ladder
from kamerton.accounts.models import Account, Contact
from kamerton.demo import contacts as people
from kamerton.instruments import actions, queries
from kamerton.instruments.actions import Reply
from kamerton.instruments.subjects import Subject

if TYPE_CHECKING:
    from kamerton.demo.telling import Told

_SEEN = {
    "shares-information": "Showed us the budget of next year before it was out",
    "allows-help-requests": "Introduced us to the plant that we could not reach",
}

#: Account, who, days ago, what they say yes to with what they saw.
_PLANS, _BUDGET, _NEXT, _BECOME = (
    "shares-strategic-plans", "shares-budget", "shares-future-plans", "says-what-we-must-become",
)  # fmt: skip
_DOUBLE, _NO_TENDER, _ALONE, _IDEAS = (
    "conditions-to-double", "orders-without-tender", "conditions-for-exclusivity", "tests-ideas",
)  # fmt: skip
OPENNESS: tuple[tuple[str, str, int, Mapping[str, str]], ...] = (
    ("Helios Tarvia", "irina", 290, {_BUDGET: "The figure stood in the call for offers", _NO_TENDER: "Spare parts in May"}),
    ("Helios Tarvia", "tomas", 120, {_BUDGET: "Told in the yearly talk", _NEXT: "Second line in autumn"}),
    ("Helios Tarvia", "irina", 100, {_BUDGET: "Told in the yearly talk", _NO_TENDER: "Spare parts, twice", _NEXT: "Second line",
                                     _IDEAS: "Asked us about the coating first"}),
    ("Helios Tarvia", "lena", 35, {_NEXT: "Drawings of the second line", _IDEAS: "Trial of the coating",
                                   _BECOME: "A partner for the whole line, says the plant"}),
    ("Helios Tarvia", "irina", 14, {_PLANS: "Slides of the management meeting", _BUDGET: "Told in the yearly talk",
                                    _NO_TENDER: "Spare parts, twice", _NEXT: "Second line", _IDEAS: "Trial of the coating",
                                    _DOUBLE: "Delivery within 24 hours"}),
    ("Oravin Elektro", "irina", 210, {_BUDGET: "Named on the telephone"}),
    ("Oravin Elektro", "irina", 40, {_BUDGET: "Named on the telephone", _NEXT: "Two new boards", _DOUBLE: "Stock on site"}),
    ("Oravin Elektro", "tomas", 22, {_NEXT: "Two new boards"}),
    ("Brassmoor Engineering", "claire", 190, {_NO_TENDER: "Call-off renewed"}),
    ("Brassmoor Engineering", "claire", 25, {_NO_TENDER: "Call-off renewed", _PLANS: "Third hall in spring"}),
    ("Quellmark Anlagenbau", "claire", 60, {}),
    ("Balvano Verpackung", "jonas", 75, {_IDEAS: "Asked for a sample before the fair", _NO_TENDER: "Small orders"}),
)  # fmt: skip

#: Account, who, days ago, instrument, what they wrote.
WRITTEN: tuple[tuple[str, str, int, str, Mapping[str, str]], ...] = (
    ("Helios Tarvia", "irina", 160, "organisational-needs", {
        "more-profitable": "Fewer changes of tools on the night shift",
        "goals-reached": "The second line by autumn: we keep its parts in stock",
    }),
    ("Helios Tarvia", "irina", 20, "organisational-needs", {
        "more-profitable": "Fewer changes of tools on the night shift",
        "ahead-of-competitors": "Shorter delivery of their own valves",
        "goals-reached": "The second line by autumn: we keep its parts in stock",
    }),
    ("Helios Tarvia", "irina", 245, "loyalty-analysis", {
        "recommends": "2", "asks-first": "3", "forgives": "4", "would-miss-us": "2", "direction": "4", "breadth": "3",
        "statistics": "Turnover grows, the margin keeps, few returns",
        "next-step": "A trial at the second line",
    }),
    ("Helios Tarvia", "irina", 35, "loyalty-analysis", {
        "recommends": "4", "asks-first": "4", "forgives": "4", "would-miss-us": "3", "direction": "5", "breadth": "3",
        "statistics": "A quarter more than the year before; returns below those of all",
        "reasons": "The trial held: maintenance trusts us", "next-step": "A framework contract for the group",
    }),
    ("Oravin Elektro", "irina", 55, "organisational-needs", {"more-profitable": "Less stock of boards"}),
    ("Helios Tarvia", "tomas", 130, "dossier-completeness", {
        "general": "Valves and fittings, two plants", "history": "Founded by the Ferri family",
    }),
    ("Helios Tarvia", "tomas", 18, "dossier-completeness", {
        "general": "Valves and fittings, two plants", "income": "About 40 million a year",
        "history": "Founded by the Ferri family", "possible-needs": "Coating, parts of the second line",
        "development-plans": "A second line in autumn",
    }),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """One finished assessment to come."""

    ago: int
    user: str
    key: str
    subject: Subject
    replies: Mapping[str, Reply]


def assess(told: Told) -> None:
    """In the order of the days: a later look takes over and moves on; one is left open."""
    looks = [*_of_accounts(told), *_of_people(told)]
    for look in sorted(looks, key=lambda each: -each.ago):
        actor, now = told.users[look.user], told.at(look.ago)
        instrument = queries.active(look.key)
        if instrument is None:  # an administrator of a test took it away
            continue
        begun = actions.start_assessment(actor=actor, instrument=instrument, subject=look.subject, now=now)
        actions.answer_all(actor=actor, assessment=begun, replies=look.replies, now=now)
        actions.finish(actor=actor, assessment=begun, now=now)
    opened = queries.active("openness")
    if opened is not None:
        subject = about(told.account("Dornwald Technik"))
        actions.start_assessment(
            actor=told.users["irina"], instrument=opened, subject=subject, now=told.at(2)
        )


def about(one: Account) -> Subject:
    return Subject("account", one.pk, one.name, one.pk, one.number)


def _of_accounts(told: Told) -> Iterator[_Look]:
    asked = queries.active("openness")
    keys = list(queries.definition_of(asked).by_key) if asked else []
    for name, user, ago, seen in OPENNESS:
        replies = {key: Reply("yes", seen[key]) if key in seen else Reply("no") for key in keys}
        yield _Look(ago, user, "openness", about(told.account(name)), replies)
    for name, user, ago, key, said in WRITTEN:
        written = {item: Reply(text) for item, text in said.items()}
        yield _Look(ago, user, key, about(told.account(name)), written)


def _of_people(told: Told) -> Iterator[_Look]:
    """Each person's rung was one lower in the year before; who knows them too sees it their own way."""
    for circle in people.CIRCLES:
        for each in circle.people:
            contact = told.people[circle.account, each.key]
            if not each.name or not each.ladder:
                continue
            raters = [*each.ties, "irina"] if each.ties else ["irina"]
            yield _on_rung(contact, raters[0], 300, each.ladder - 1)
            if len(each.ties) > 1:
                yield _on_rung(contact, raters[1], 90, max(each.ladder - 1, 1))
            yield _on_rung(contact, raters[0], 60, each.ladder)


def _on_rung(contact: Contact, user: str, ago: int, rung: int) -> _Look:
    """All that the rungs up to this one ask, and nothing of those above."""
    replies = {
        item.key: Reply("yes", _SEEN.get(item.key, "")) if stage <= rung else Reply("no")
        for stage, section in enumerate(ladder.shipped().sections, 1)
        for item in section.items
    }
    subject = Subject("contact", contact.pk, contact.display_name, contact.account_id, contact.account.number)
    return _Look(ago, user, ladder.KEY, subject, replies)
