"""Random companies: what the door shows is what a naive reading of the rules shows, row by row.

The model below knows no ORM: it is written from docs/rooms/access.md and says for one row whether it may be seen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.access import policy
from kamerton.access.models import Delegation, OrgUnit, OwnRole, User
from kamerton.access.rights import NOT_DELEGATED, RIGHTS, ROLES
from kamerton.accounts.models import Account, Contact, Coverage, Fact, PersonalNote
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.work.models import Approval, ApprovalStep, Request, Task

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
PEOPLE, UNITS, ACCOUNTS = 5, 3, 3
GUEST_RIGHTS = {"accounts.view", "accounts.edit", "work.view", "work.edit", "work.answer", "instruments.view", "instruments.assess"}  # fmt: skip

who = st.integers(0, PEOPLE - 1)
maybe_who = st.none() | who
unit = st.integers(0, UNITS - 1)
maybe_unit = st.none() | unit
where = st.integers(0, ACCOUNTS - 1)
maybe_where = st.none() | where
days = st.tuples(st.integers(-2, 1), st.integers(0, 2)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@dataclass
class Firm:
    """Plain values; people, units and accounts by their place."""

    people: list[dict]
    units: list[dict]
    coverage: list[dict]
    orders: list[dict]
    facts: list[tuple[int, int]]  # account, secrecy
    notes: list[tuple[int, int]]  # account, author
    tasks: list[tuple]  # account, owner, author
    requests: list[tuple]  # account, asked by, unit, taken by, escalated to
    approvals: list[tuple]  # account, asked by, deciders
    entries: list[int | None] = field(default_factory=lambda: [None, 0, 1, 2])


#: A role of the company's own: any rights, any breadth, whatever it was copied from.
own_roles = st.fixed_dictionaries(
    {
        "rights": st.lists(st.sampled_from([*sorted(RIGHTS), "gone.right"]), unique=True, max_size=12),
        "breadth": st.sampled_from(["line", "all"]),
    }
)

firms = st.builds(
    Firm,
    people=st.lists(
        st.fixed_dictionaries(
            {
                "role": st.sampled_from(sorted(ROLES)),
                "own": st.none() | own_roles,
                "unit": maybe_unit,
                "reports_to": maybe_who,
                "external": st.sampled_from([False, False, False, True]),
                "active": st.sampled_from([True, True, True, False]),
                "leaving": st.sampled_from([None, None, None, -1, 0, 5]),
            }
        ),
        min_size=PEOPLE, max_size=PEOPLE,
    ),
    units=st.lists(
        st.fixed_dictionaries({"parent": maybe_unit, "head": maybe_who}), min_size=UNITS, max_size=UNITS
    ),
    coverage=st.lists(
        st.fixed_dictionaries(
            {"account": where, "person": who, "role": st.sampled_from(["responsible", "technical"]), "days": days}
        ),
        max_size=6,
    ),
    orders=st.lists(
        st.fixed_dictionaries({"absent": who, "substitute": who, "days": days, "revoked": st.sampled_from([False, False, True])}),
        max_size=4,
    ),
    facts=st.just([(account, secrecy) for account in range(ACCOUNTS) for secrecy in range(3)]),
    notes=st.lists(st.tuples(where, who), min_size=1, max_size=3),
    tasks=st.lists(st.tuples(maybe_where, who, maybe_who), min_size=1, max_size=3),
    requests=st.lists(st.tuples(maybe_where, who, unit, maybe_who, maybe_who), min_size=1, max_size=3),
    approvals=st.lists(st.tuples(maybe_where, who, st.lists(who, min_size=1, max_size=2)), min_size=1, max_size=3),
)  # fmt: skip


# --- the rules, read naively -----------------------------------------------------------------------------


class Rules:
    def __init__(self, firm: Firm) -> None:
        self.firm = firm

    def gone(self, person: int) -> bool:
        told = self.firm.people[person]
        return not told["active"] or (told["leaving"] is not None and told["leaving"] < 0)

    def superior(self, person: int) -> int | None:
        told = self.firm.people[person]
        if told["reports_to"] is not None and told["reports_to"] != person:
            return told["reports_to"]
        place = told["unit"]
        for _step in range(UNITS):
            if place is None:
                return None
            head = self.firm.units[place]["head"]
            if head is not None and head != person:
                return head
            parent = self.firm.units[place]["parent"]
            place = parent if parent != place else None
        return None

    def stands_above(self, upper: int, lower: int) -> bool:
        at = lower
        for _step in range(PEOPLE):
            at = self.superior(at)
            if at is None:
                return False
            if at == upper:
                return upper != lower
        return False

    def rights(self, person: int) -> set[str]:
        told = self.firm.people[person]
        held = set(ROLES[told["role"]].rights)
        if told["own"] is not None:
            held = (set(told["own"]["rights"]) & set(RIGHTS)) - {"people.manage"}
        if told["external"]:
            held &= GUEST_RIGHTS
        if told["leaving"] is not None:
            held.discard("export")
        return held

    def absent_for(self, actor: int) -> set[int]:
        if self.gone(actor) or self.firm.people[actor]["external"]:
            return set()
        return {
            order["absent"]
            for order in self.firm.orders
            if order["substitute"] == actor != order["absent"]
            and not order["revoked"]
            and order["days"][0] <= 0 <= order["days"][1]
            and not self.gone(order["absent"])
        }

    def covers(self, person: int, account: int, responsible: bool = False) -> bool:
        return any(
            row["person"] == person
            and row["account"] == account
            and row["days"][0] <= 0 <= row["days"][1]
            and (not responsible or row["role"] == "responsible")
            for row in self.firm.coverage
        )

    def reaches(self, holder: int, account: int | None) -> bool:
        told = self.firm.people[holder]
        breadth = told["own"]["breadth"] if told["own"] is not None else ROLES[told["role"]].breadth
        if breadth == "all" and not told["external"]:
            return True
        if account is None:
            return False
        return any(
            self.covers(person, account)
            for person in range(PEOPLE)
            if person == holder or self.stands_above(holder, person)
        )

    def cleared_for(self, holder: int) -> int:
        if self.firm.people[holder]["external"]:
            return 0
        return 2 if "secrets.read" in self.rights(holder) else 1

    def sees(self, actor: int, right: str, row: SimpleNamespace) -> bool:
        if self.gone(actor):
            return False
        absent = self.absent_for(actor)
        if actor in row.own or (absent & set(row.duty)):
            return True
        holders = {actor}
        if right not in NOT_DELEGATED and not (
            right == "export" and self.firm.people[actor]["leaving"] is not None
        ):
            holders |= absent
        return any(self.brings(holder, row) for holder in holders if right in self.rights(holder))

    def brings(self, holder: int, row: SimpleNamespace) -> bool:
        if row.internal and self.firm.people[holder]["external"]:
            return False
        if row.personal:
            return self.covers(holder, row.account, responsible=True)
        return self.reaches(holder, row.account) and row.secrecy <= self.cleared_for(holder)


def row(account, *, secrecy=0, own=(), duty=(), personal=False, internal=False) -> SimpleNamespace:
    clean = {each for each in own if each is not None}, {each for each in duty if each is not None}
    return SimpleNamespace(
        account=account, secrecy=secrecy, own=clean[0], duty=clean[1], personal=personal, internal=internal
    )


# --- the same company in the database ----------------------------------------------------------------------


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


def filled(model: type[models.Model], **told) -> models.Model:
    """A row with something in every field that must have something."""
    for each in model._meta.concrete_fields:
        if each.attname in told or each.name in told or each.has_default() or each.null or each.primary_key:
            continue
        if isinstance(each, models.CharField | models.TextField):
            told[each.name] = ""
        elif isinstance(each, models.DateTimeField):
            told[each.name] = NOW
        elif isinstance(each, models.DateField):
            told[each.name] = TODAY
        elif isinstance(each, models.JSONField):
            told[each.name] = {}
        elif isinstance(each, models.ForeignKey):
            told[each.name] = filled(each.related_model)
        else:
            told[each.name] = 0
    return model._base_manager.create(**told)


@pytest.fixture
def snapshot(db):
    keeper = User.objects.create_user("keeper")
    from kamerton.ledger.models import LedgerVersion

    version = (
        filled(LedgerVersion, created_by=keeper)
        if hasattr(LedgerVersion, "created_by")
        else filled(LedgerVersion)
    )
    return filled(Snapshot, ledger_version=version, created_by=keeper, level="account", currency="EUR")


class Stored:
    def __init__(self, firm: Firm, snapshot: Snapshot) -> None:
        self.people = [
            User.objects.create(
                username=f"p{place}", role=told["role"], is_external=told["external"], is_active=told["active"],
                leaving_on=None if told["leaving"] is None else day(told["leaving"]),
                own_role=self._own(place, told),
            )
            for place, told in enumerate(firm.people)
        ]  # fmt: skip
        self.units = [OrgUnit.objects.create(name=f"u{place}") for place in range(UNITS)]
        self._line(firm)
        self.accounts = [
            Account.objects.create(number=f"A{place}", name=f"A{place}", created_at=NOW)
            for place in range(ACCOUNTS)
        ]
        self.contacts = [
            Contact.objects.create(account=each, name="C", created_at=NOW) for each in self.accounts
        ]
        self._care(firm)
        self._rows(firm, snapshot)

    @staticmethod
    def _own(place: int, told: dict) -> OwnRole | None:
        if told["own"] is None:
            return None
        return OwnRole.objects.create(name=f"r{place}", base=told["role"], created_at=NOW, **told["own"])

    def _line(self, firm: Firm) -> None:
        for place, told in enumerate(firm.units):
            mine = self.units[place]
            mine.parent = self._of(self.units, told["parent"] if told["parent"] != place else None)
            mine.head = self._of(self.people, told["head"])
            mine.save()
        for place, told in enumerate(firm.people):
            mine = self.people[place]
            mine.unit = self._of(self.units, told["unit"])
            mine.reports_to = self._of(
                self.people, told["reports_to"] if told["reports_to"] != place else None
            )
            mine.save()

    @staticmethod
    def _of(rows, place):
        return None if place is None else rows[place]

    def _care(self, firm: Firm) -> None:
        for told in firm.coverage:
            Coverage.objects.create(
                account=self.accounts[told["account"]], person=self.people[told["person"]], role=told["role"],
                from_date=day(told["days"][0]), to_date=day(told["days"][1]), created_at=NOW,
            )  # fmt: skip
        for place, told in enumerate(firm.orders):
            if told["absent"] != told["substitute"]:
                Delegation.objects.create(
                    order_number=str(place), absent=self.people[told["absent"]],
                    substitute=self.people[told["substitute"]], from_date=day(told["days"][0]),
                    to_date=day(told["days"][1]), created_by=self.people[0], created_at=NOW,
                    revoked_at=NOW if told["revoked"] else None,
                )  # fmt: skip

    def _rows(self, firm: Firm, snapshot: Snapshot) -> None:
        p, a, u = self.people, self.accounts, self.units
        self.facts = [
            Fact.objects.create(
                account=a[at], topic="other", statement="x", secrecy=secrecy, dated=TODAY, created_at=NOW
            )
            for at, secrecy in firm.facts
        ]
        self.notes = [
            PersonalNote.objects.create(
                contact=self.contacts[at], author=p[author], text="x", lawful_basis="interest", purpose="x",
                keep_until=TODAY, created_at=NOW,
            )
            for at, author in firm.notes
        ]  # fmt: skip
        self.tasks = [
            Task.objects.create(
                title="x",
                account=self._of(a, at),
                owner=p[owner],
                created_by=self._of(p, author),
                created_at=NOW,
            )
            for at, owner, author in firm.tasks
        ]
        self.requests = [
            Request.objects.create(
                title="x", account=self._of(a, at), asked_by=p[asked], unit=u[to], taken_by=self._of(p, taken),
                escalated_to=self._of(p, up), due_on=TODAY, created_at=NOW,
            )
            for at, asked, to, taken, up in firm.requests
        ]  # fmt: skip
        self.approvals = []
        for at, asked, deciders in firm.approvals:
            made = Approval.objects.create(
                kind="x", title="x", reason="x", account=self._of(a, at), asked_by=p[asked], asked_at=NOW
            )
            for order, decider in enumerate(deciders):
                ApprovalStep.objects.create(approval=made, order=order, decider=p[decider])
            self.approvals.append(made)
        self.entries = [
            AuditEntry.objects.create(
                at=NOW, action="x.x", subject="x:1", account_id=None if at is None else a[at].pk
            )
            for at in firm.entries
        ]
        self.figures = [
            filled(
                AccountFigure,
                id=place + 1,
                snapshot=snapshot,
                account=each.number,
                name=each.name,
                state="active",
            )
            for place, each in enumerate(a)
        ]


def expected_rows(firm: Firm) -> dict[str, list[SimpleNamespace]]:
    def of_unit(place: int) -> set[int]:
        return {at for at, told in enumerate(firm.people) if told["unit"] == place} | {
            firm.units[place]["head"]
        }

    return {
        "accounts": [row(at) for at in range(ACCOUNTS)],
        "facts": [row(at, secrecy=secrecy) for at, secrecy in firm.facts],
        "notes": [row(at, own={author}, personal=True, internal=True) for at, author in firm.notes],
        "tasks": [
            row(at, own={owner, author}, duty={owner}, internal=True) for at, owner, author in firm.tasks
        ],
        "requests": [
            row(
                at,
                own={asked, taken, up} | of_unit(to),
                duty={taken, up, firm.units[to]["head"]},
                internal=True,
            )
            for at, asked, to, taken, up in firm.requests
        ],
        "approvals": [
            row(at, own={asked, *deciders}, duty=deciders, internal=True)
            for at, asked, deciders in firm.approvals
        ],
        "entries": [row(at, internal=True) for at in firm.entries],
        "figures": [row(at) for at in range(ACCOUNTS)],
    }


ASKED = {
    "accounts": [(Account, right) for right in ("accounts.view", "export", "accounts.assign", "people.offboard")],
    "facts": [(Fact, "accounts.view"), (Fact, "accounts.edit"), (Fact, "secrets.read")],
    "notes": [(PersonalNote, "accounts.view")],
    "tasks": [(Task, "work.view"), (Task, "work.edit")],
    "requests": [(Request, "work.view")],
    "approvals": [(Approval, "work.view")],
    "entries": [(AuditEntry, "accounts.view"), (AuditEntry, "trail.view")],
    "figures": [(AccountFigure, "portfolio.view"), (AccountFigure, "export")],
}  # fmt: skip


@pytest.mark.requirement("ABS-01")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(firm=firms)
def test_the_door_shows_exactly_what_the_rules_say(snapshot, firm):
    with transaction.atomic(), clock.set_to(NOW):
        stored, rules, rows = Stored(firm, snapshot), Rules(firm), expected_rows(firm)
        for place, actor in enumerate(stored.people):
            for name, questions in ASKED.items():
                for model, right in questions:
                    fresh = User.objects.get(pk=actor.pk)
                    shown = set(policy.scope(model.objects.all(), fresh, right).values_list("pk", flat=True))
                    wanted = {
                        record.pk
                        for record, told in zip(getattr(stored, name), rows[name], strict=True)
                        if rules.sees(place, right, told)
                    }
                    assert shown == wanted, (name, right, place)
        transaction.set_rollback(True)
