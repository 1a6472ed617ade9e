"""Inviting by link: invite, revoke, accept with a password or with the company's own sign-in."""

from __future__ import annotations

import datetime as dt
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kamerton.access import policy, sign_in
from kamerton.access.invitations import Invitation, fingerprint
from kamerton.access.models import User
from kamerton.access.rights import ROLES
from kamerton.core import audit
from kamerton.core.refused import Refused

VALID_FOR = dt.timedelta(days=7)


class InvitationClosed(Refused):
    """The link is not open; `state` says why: unknown, accepted, revoked, expired, taken."""

    def __init__(self, state: str) -> None:
        said = {
            "unknown": _("This is not a link of an invitation."),
            "accepted": _("This invitation was accepted already."),
            "revoked": _("This invitation was withdrawn."),
            "expired": _("This invitation has run out: it was open for seven days."),
            "taken": _("Somebody with this address is here already."),
        }
        hint = (
            _("Sign in, or ask an administrator if it was not you.")
            if state in {"accepted", "taken"}
            else _("Nobody was added. Ask whoever invited you for a new link.")
        )
        super().__init__(said[state], code=state, hint=hint)
        self.state = state


def waiting(actor: policy.Actor) -> QuerySet[Invitation]:
    """Invitations not accepted and not withdrawn that `actor` may see, the newest first."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("created_by")
    return policy.scope(rows, actor, "people.manage").order_by("-created_at", "-pk")


@transaction.atomic
def invite(*, actor: User, email: str, role: str, now: dt.datetime) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, which is kept nowhere. An older one for the address ends."""
    policy.require(actor, "people.manage")
    if role not in ROLES:
        raise Refused(_("There is no role %(role)s.") % {"role": role})
    email = sign_in.free_email(email)
    before = Invitation.objects.select_for_update().filter(email=email, accepted_at=None, revoked_at=None)
    for older in before:
        _revoke(actor, older, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        role=role,
        token_hash=fingerprint(token),
        created_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    told = {"email": email, "role": role}
    audit.record(actor=actor, action="access.invite", subject=invitation, now=now, after=told)
    return invitation, token


@transaction.atomic
def revoke(*, actor: User, invitation: Invitation, now: dt.datetime) -> None:
    policy.require(actor, "people.manage")
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationClosed(invitation.state(now))
    _revoke(actor, invitation, now)


def _revoke(actor: User, invitation: Invitation, now: dt.datetime) -> None:
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    audit.record(
        actor=actor,
        action="access.revoke_invitation",
        subject=invitation,
        now=now,
        before={"email": invitation.email, "role": invitation.role},
    )


def opened(token: str, *, now: dt.datetime) -> Invitation:
    """The open invitation behind a link; refused where there is none."""
    invitation = Invitation.objects.filter(token_hash=fingerprint(token)).first()
    return _still_open(invitation, now)


def _still_open(invitation: Invitation | None, now: dt.datetime) -> Invitation:
    if invitation is None:
        raise InvitationClosed("unknown")
    if (state := invitation.state(now)) != "open":
        raise InvitationClosed(state)
    return invitation


@transaction.atomic
def accept(*, token: str, first_name: str, last_name: str, password: str, now: dt.datetime) -> User:
    """The invited person, who signs in with the address and this password from now on."""
    found = Invitation.objects.select_for_update().filter(token_hash=fingerprint(token)).first()
    invitation = _still_open(found, now)
    user = _person(invitation, first_name, last_name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="password") from error
    user.set_password(password)
    return _join(invitation, user, now)


@transaction.atomic
def accept_with_identity(*, email: str, first_name: str, last_name: str, now: dt.datetime) -> User | None:
    """The person invited under an address that the company's own sign-in vouches for; None: nobody is."""
    rows = Invitation.objects.select_for_update().filter(
        email=email.strip().lower(), accepted_at=None, revoked_at=None
    )
    invitation = rows.first()
    if invitation is None or invitation.state(now) != "open":
        return None
    user = _person(invitation, first_name, last_name)
    user.set_unusable_password()
    return _join(invitation, user, now)


def _person(invitation: Invitation, first_name: str, last_name: str) -> User:
    if sign_in.known_as(invitation.email):
        raise InvitationClosed("taken")
    return User(
        username=invitation.email,
        email=invitation.email,
        role=invitation.role,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
    )


def _join(invitation: Invitation, user: User, now: dt.datetime) -> User:
    user.save()
    sign_in.keep_email(user, invitation.email, verified=True)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    told = {"role": user.role, "invitation": invitation.pk}
    audit.record(actor=user, action="access.accept_invitation", subject=user, now=now, after=told)
    return user
