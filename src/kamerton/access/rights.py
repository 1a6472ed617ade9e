"""Rights and the roles that bundle them. Pure."""

from __future__ import annotations

from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Every right that exists, with what it lets a person do.
RIGHTS: MappingProxyType[str, str | Promise] = MappingProxyType(
    {
        "portfolio.view": _("See the portfolio and every account's figures"),
        "portfolio.configure": _("Change the basis and the thresholds"),
        "ledger.view": _("See the imports and the documents behind a figure"),
        "ledger.import": _("Import sales, and settle what the reader asks"),
        "ledger.withdraw": _("Withdraw and restore an import"),
        "export": _("Take figures out as a file"),
        "jobs.view_all": _("See the jobs of others"),
        "people.manage": _("Add people and change their roles"),
        "instruments.view": _("See questionnaires, checklists and what they found"),
        "instruments.assess": _("Fill in questionnaires and checklists"),
        "instruments.adapt": _("Adapt questionnaires and checklists to the company"),
    }
)

_READ = frozenset({"portfolio.view", "instruments.view", "instruments.assess"})
_ANALYSE = _READ | {"ledger.view", "export"}

#: role -> (name for the user, rights)
ROLES: MappingProxyType[str, tuple[str | Promise, frozenset[str]]] = MappingProxyType(
    {
        "administrator": (_("Administrator"), frozenset(RIGHTS)),
        "director": (_("Director"), _ANALYSE | {"portfolio.configure", "instruments.adapt"}),
        "key_account_manager": (_("Key account manager"), _ANALYSE),
        "sales_support": (_("Sales support"), _ANALYSE | {"ledger.import"}),
        "reader": (_("Reader"), _READ),
    }
)


def rights_of(role: str) -> frozenset[str]:
    """The rights of a role; an unknown role has none."""
    return ROLES[role][1] if role in ROLES else frozenset()


def role_choices() -> list[tuple[str, str | Promise]]:
    return [(key, name) for key, (name, _rights) in ROLES.items()]
