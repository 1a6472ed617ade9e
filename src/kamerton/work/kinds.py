"""Kinds of approvals: what is asked, who decides. Rooms above add theirs with `register`, in their apps.ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kamerton.access.models import User
    from kamerton.work.models import Approval

Text = str | Promise

#: react(approval=…, actor=…, now=…): called inside the transaction that ends an approval, once.
React = Callable[..., None]


@dataclass(frozen=True, slots=True)
class By:
    """Who takes one step: the immediate superior of the asker, or the first of these roles (rules.by_role)."""

    way: Literal["superior", "role"]
    roles: tuple[str, ...] = ()


_WHAT, _REASONS, _APPROVED, _REJECTED = _("What"), _("Reasons"), _("Approved"), _("Rejected")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind. `right`: who may ask. `steps`: by whom, in order. `days`: until when a decision is expected.

    `by_hand`: anybody with the right writes one on a form; others come from their room's own pages.
    """

    key: str
    name: Text
    right: str
    steps: Sequence[By]
    ask: Text = ""  # what the form for a new one is called
    hint: Text = ""
    title_label: Text = _WHAT
    reason_label: Text = _REASONS
    approved: Text = _APPROVED
    rejected: Text = _REJECTED
    days: int = 7
    by_hand: bool = False
    routed: bool = False  # who answers for the key account that it is about hears of it (REL-13)
    #: Further fields of the form, kept in details: (key, label).
    more: Sequence[tuple[str, Text]] = ()
    react: list[React] = field(default_factory=list)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """The same key again replaces, so that a reload is harmless; its handlers stay."""
    if kind.key in _kinds:
        kind.react.extend(each for each in _kinds[kind.key].react if each not in kind.react)
    _kinds[kind.key] = kind
    return kind


def handler(key: str) -> Callable[[React], React]:
    """Name a function that is told when an approval of that kind has ended, either way. KeyError: no such kind."""

    def keep(react: React) -> React:
        if react not in _kinds[key].react:
            _kinds[key].react.append(react)
        return react

    return keep


def kind(key: str) -> Kind:
    """KeyError: nobody has registered it."""
    return _kinds[key]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def name_of(key: str) -> Text:
    return _kinds[key].name if key in _kinds else key


def tell(approval: Approval, *, actor: User, now: dt.datetime) -> None:
    for react in list(_kinds[approval.kind].react) if approval.kind in _kinds else []:
        react(approval=approval, actor=actor, now=now)


SALES_PROPOSAL = register(
    Kind(
        key="sales_proposal",
        name=_("Proposal to improve sales"),
        right="work.propose",
        steps=(By("role", ("director", "head_of_sales")),),
        ask=_("Propose an improvement of sales"),
        hint=_("The commercial director decides."),
        title_label=_("What you propose"),
        reason_label=_("Why, and what it would bring"),
        approved=_("Accepted"),
        rejected=_("Not accepted"),
        by_hand=True,
    )
)
SHORTCOMING = register(
    Kind(
        key="shortcoming",
        name=_("Shortcoming"),
        right="work.propose",
        steps=(By("superior"),),
        ask=_("Report a shortcoming"),
        hint=_("Your immediate superior decides."),
        title_label=_("What is wrong"),
        reason_label=_("What follows from it"),
        approved=_("To be put right"),
        rejected=_("Left as it is"),
        by_hand=True,
        routed=True,
        more=(("remedy", _("How to put it right")),),
    )
)
