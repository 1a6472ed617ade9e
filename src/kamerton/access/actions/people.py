"""Making people known to the system, and where they stand in the company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import line, policy, sellers, sign_in
from kamerton.access.models import User
from kamerton.access.rights import ROLES
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused

#: What edit_person changes.
EDITED = (
    "role",
    "own_role",
    "title",
    "phone",
    "function",
    "unit",
    "reports_to",
    "spoken",
    "sales_name",
    "is_external",
)


@transaction.atomic
def create_user(
    *, actor: User | None, username: str, role: str, password: str, now: dt.datetime, email: str = ""
) -> User:
    """A person who may sign in. `actor` None: whoever sits at the machine itself (the command line).

    Refused where the name is taken, the role is not known, or the password is too weak.
    """
    if actor is not None:
        policy.require(actor, "people.manage")
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise Refused(
            _("There is no role %(role)s.") % {"role": role}, hint=_("Roles: %(known)s.") % {"known": known}
        )
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("%(name)s exists already; nothing was changed.") % {"name": username}, code="taken")
    user = User(username=username, role=role, email=email)
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), hint=_("Nobody was added.")) from error
    user.set_password(password)
    user.save()
    sign_in.keep_email(user, email, verified=True)
    audit.record(actor=actor, action="access.create_user", subject=user, now=now, after={"role": role})
    return user


def choose_language(*, actor: User, language: str) -> None:
    """The language in which pages speak to this person. A matter of taste: no right, no trail."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("%(language)s is not one of the languages.") % {"language": language})
    actor.language = language
    actor.save(update_fields=["language"])


@transaction.atomic
def edit_person(
    *,
    actor: User,
    person: User,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> User:
    """Role, post, unit, superior and the like. The line stays without a circle, and an administrator stays.

    An own role brings the role that it was copied from.
    """
    policy.require(actor, "people.manage")
    found = User.objects.select_for_update().get(pk=person.pk)
    was = concurrency.values_of(found, EDITED)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    if found.own_role is not None and found.role != found.own_role.base:
        found.role = found.own_role.base
        written = [*dict.fromkeys([*written, "role"])]
    _check_role(found, was["role"])
    _check_line(found)
    _check_sales_name(found)
    found.version += 1
    found.save(update_fields=[*written, "version"])
    audit.record(
        actor=actor, action="access.edit_person", subject=found, now=now,
        before={name: concurrency.plain(was[name]) for name in written},
        after={name: concurrency.plain(getattr(found, name)) for name in written},
    )  # fmt: skip
    return found


def keep_an_administrator(person: User) -> None:
    """Refused where `person` is the last administrator who stays: then nobody could let anybody in."""
    others = User.objects.filter(role="administrator", is_active=True, leaving_on=None, is_external=False)
    if not others.select_for_update().exclude(pk=person.pk).exists():
        raise Refused(
            _("%(name)s is the last administrator. Nothing was changed.") % {"name": person.display_name},
            code="last_administrator",
            hint=_("Make somebody else an administrator first."),
        )


def _check_role(person: User, before: str) -> None:
    if person.role not in ROLES:
        raise Refused(_("There is no role %(role)s.") % {"role": person.role})
    if before == "administrator" and (person.role != before or person.is_external):
        keep_an_administrator(person)


def _check_sales_name(person: User) -> None:
    """Two people under one name would each be told the other's sales."""
    person.sales_name = " ".join(person.sales_name.split())
    if not person.sales_name:
        return
    others = User.objects.exclude(pk=person.pk).exclude(sales_name="")
    taken = next(
        (each for each in others if sellers.folded(each.sales_name) == sellers.folded(person.sales_name)),
        None,
    )
    if taken is not None:
        raise Refused(
            _("%(name)s is “%(sales_name)s” in the sales files already. Nothing was changed.")
            % {"name": taken.display_name, "sales_name": taken.sales_name},
            code="sales_name",
        )


def _check_line(person: User) -> None:
    """Whether the superior written at the person would have the person above them."""
    if person.reports_to_id is None:
        return
    if person.reports_to is not None and not person.reports_to.is_active:
        raise Refused(
            _("%(name)s has left. Nothing was changed.") % {"name": person.reports_to.display_name},
            hint=_("Choose somebody else."),
        )
    people, units = policy.company()
    told = {each.id: each for each in people}
    told[person.pk] = line.Person(person.pk, person.reports_to_id, person.unit_id)
    at: int | None = person.pk
    for _step in told:
        at = line.superior(told[at], units) if at in told else None
        if at == person.pk:
            raise Refused(
                _("%(name)s would report to themselves in the end. Nothing was changed.")
                % {"name": person.display_name},
                code="circle",
                hint=_("Choose somebody who does not report to this person."),
            )
