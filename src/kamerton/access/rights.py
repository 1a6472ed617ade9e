"""Rights, the roles that bundle them, and how far each role reaches. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Every right that exists, with what it lets a person do.
RIGHTS: MappingProxyType[str, str | Promise] = MappingProxyType(
    {
        "portfolio.view": _("See the figures of the accounts in reach"),
        "portfolio.view_all": _("See the figures of the whole company"),
        "portfolio.configure": _("Change the basis and the thresholds"),
        "portfolio.decide": _("Decide who is a key account"),
        "plans.allot": _("Set the targets of departments and of their people"),
        "ledger.view": _("See the imports and the documents behind a figure"),
        "ledger.import": _("Import sales, and settle what the reader asks"),
        "ledger.withdraw": _("Withdraw and restore an import"),
        "export": _("Take lists and figures out as a file"),
        "documents.configure": _("Replace the templates of documents and the texts of the law in them"),
        "jobs.view_all": _("See the jobs of others"),
        "people.view": _("See the people, the units and the line of report"),
        "people.manage": _("Add people and change their roles and units"),
        "people.delegate": _("Pass rights to a substitute by an order"),
        "people.offboard": _("Let a person leave: close access and hand over the accounts"),
        "trail.view": _("Read the trail of what was done"),
        "accounts.view": _("See accounts, contacts and what is known of them"),
        "accounts.edit": _("Write down contacts, facts, needs and notes"),
        "accounts.create": _("Add prospects and companies"),
        "accounts.merge": _("Merge accounts and contacts, and undo it"),
        "accounts.assign": _("Say who looks after which account"),
        "accounts.import": _("Import accounts and contacts from files"),
        "accounts.erase": _("Export and erase what is kept of a person"),
        "secrets.read": _("Read what is secret, on accounts in reach"),
        "work.view": _("See tasks, requests and approvals of accounts in reach"),
        "work.edit": _("Write down tasks and send requests"),
        "work.assign": _("Give tasks to others"),
        "work.answer": _("Answer requests to one's department"),
        "work.propose": _("Make proposals and report shortcomings"),
        "work.publish": _("Publish decisions of the management"),
        "instruments.view": _("See questionnaires and checklists"),
        "instruments.assess": _("Fill in questionnaires and checklists"),
        "instruments.adapt": _("Copy and adapt questionnaires and checklists"),
    }
)

#: Not passed on by an absence order: they belong to an office, not to the care of accounts.
NOT_DELEGATED = frozenset(
    {"people.manage", "people.offboard", "people.delegate", "trail.view", "ledger.withdraw"}
)

#: All that somebody from outside may hold, whatever the role: no figures, no secrets, no files, no people.
EXTERNAL_RIGHTS = frozenset(
    {
        "accounts.view",
        "accounts.edit",
        "work.view",
        "work.edit",
        "work.answer",
        "instruments.view",
        "instruments.assess",
    }
)

#: Never given by owning a row, nor by a duty: what is done for the company and not for oneself.
NEVER_OWNED = NOT_DELEGATED | {
    "export",
    "secrets.read",
    "accounts.assign",
    "accounts.merge",
    "accounts.import",
    "accounts.erase",
    "work.assign",
    "work.publish",
    "portfolio.decide",
    "plans.allot",
}

#: No own role of a company holds it: whoever gives roles could give themselves everything.
NEVER_IN_OWN_ROLE = frozenset({"people.manage"})

#: all: every account. line: one's own accounts and those of the people who report to one, however far below.
Breadth = Literal["all", "line"]


@dataclass(frozen=True, slots=True)
class Role:
    name: str | Promise
    rights: frozenset[str]
    breadth: Breadth = "line"


_SEE = frozenset({"portfolio.view", "accounts.view", "work.view", "instruments.view"})
_TAKE_PART = _SEE | {"instruments.assess", "work.propose", "people.view"}
_SELL = _TAKE_PART | {
    "ledger.view",
    "export",
    "accounts.edit",
    "accounts.create",
    "work.edit",
    "secrets.read",
    "people.delegate",
}
_LEAD = _SELL | {"accounts.assign", "accounts.merge", "accounts.import", "accounts.erase", "work.assign"}
_WHOLE = frozenset({"portfolio.view", "portfolio.view_all"})

ROLES: MappingProxyType[str, Role] = MappingProxyType(
    {
        "administrator": Role(_("Administrator"), frozenset(RIGHTS), "all"),
        "director": Role(
            _("Director"),
            _LEAD
            | _WHOLE
            | {
                "portfolio.configure",
                "portfolio.decide",
                "documents.configure",
                "plans.allot",
                "people.offboard",
                "trail.view",
                "instruments.adapt",
                "work.publish",
            },
            "all",
        ),
        "head_of_sales": Role(_("Head of sales"), _LEAD | _WHOLE | {"people.offboard", "plans.allot"}, "all"),
        "senior_kam": Role(
            _("Senior key account manager"), _SELL | {"work.assign", "accounts.merge", "accounts.import"}
        ),
        "junior_kam": Role(_("Junior key account manager"), _SELL - {"people.delegate"}),
        "sales_manager": Role(_("Sales manager"), _SELL - {"secrets.read"}),
        "sales_support": Role(
            _("Sales support"),
            _TAKE_PART
            | {
                "ledger.view",
                "ledger.import",
                "export",
                "accounts.edit",
                "accounts.import",
                "work.edit",
                "work.answer",
            },
            "all",
        ),
        "department_member": Role(
            _("Department member"), _TAKE_PART | {"accounts.edit", "work.edit", "work.answer"}
        ),
        "hr": Role(_("Human resources"), frozenset({"people.view", "people.delegate", "people.offboard"})),
        "auditor": Role(
            _("Auditor"), _SEE | _WHOLE | {"ledger.view", "people.view", "trail.view", "jobs.view_all"}, "all"
        ),
        "reader": Role(_("Reader"), _SEE | _WHOLE, "all"),
    }
)


def rights_of(role: str) -> frozenset[str]:
    """The rights of a role; an unknown role has none."""
    return ROLES[role].rights if role in ROLES else frozenset()


def breadth_of(role: str) -> Breadth:
    return ROLES[role].breadth if role in ROLES else "line"


def role_choices() -> list[tuple[str, str | Promise]]:
    return [(key, role.name) for key, role in ROLES.items()]


def breadth_choices() -> list[tuple[str, str | Promise]]:
    return [("line", _("Own accounts, and those of the line of report")), ("all", _("Every account"))]


def in_own_role(told: Iterable[str]) -> frozenset[str]:
    """Of the rights that an own role names, those that it gives: what is no right any more gives nothing."""
    return frozenset(told) & RIGHTS.keys() - NEVER_IN_OWN_ROLE


def completed(told: Iterable[str]) -> frozenset[str]:
    """Whoever may do something may see it too."""
    rights = frozenset(told)
    seen = {f"{right.partition('.')[0]}.view" for right in rights} & RIGHTS.keys()
    return rights | seen | ({"accounts.view"} if "secrets.read" in rights else frozenset())
