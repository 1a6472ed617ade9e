"""What a person signs in with: name, e-mail, second factor, sessions. Reads and the few writes around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused

#: What counts as a second factor; recovery codes only stand in for one.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def known_as(typed: str) -> User | None:
    """The person whose name or e-mail this is, whatever the case of its letters."""
    if not typed:
        return None
    return User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).order_by("pk").first()


def known_by_verified_email(email: str) -> User | None:
    """The person of whom an administrator or the person's own mailbox said that this address is theirs."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return found.user if found else None


def has_second_factor(user: User) -> bool:
    """One query."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def with_second_factor(people: QuerySet[User]) -> QuerySet[User]:
    """Each person with `second_factor`, and `email_verified`: whether the company's own sign-in may use it."""
    own = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return people.annotate(second_factor=Exists(own), email_verified=Exists(verified))


def without_second_factor(people: QuerySet[User]) -> QuerySet[User]:
    """Those who may sign in with one thing alone."""
    own = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return people.filter(~Exists(own), is_active=True)


def remember_session(session_key: str, now: dt.datetime) -> None:
    """The session was used just now. One query, no trail: it is asked for all the time."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now)


def keep_email(user: User, email: str, *, verified: bool) -> None:
    """The one address of a person. Called by actions, inside their transaction."""
    EmailAddress.objects.filter(user=user).delete()
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)


def free_email(email: str, user: User | None = None) -> str:
    """`email` in small letters; refused where it is none or is somebody else's."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("%(email)s is not an e-mail address.") % {"email": email}) from error
    owner = known_as(email)
    if owner is not None and owner != user:
        raise Refused(
            _("%(email)s belongs to another person; nothing was changed.") % {"email": email}, code="taken"
        )
    return email


@transaction.atomic
def change_email(*, actor: User, email: str, now: dt.datetime) -> None:
    """The own address. It counts as unconfirmed until an administrator confirms it."""
    policy.require_self(actor)
    email = free_email(email, actor)
    user = User.objects.select_for_update().get(pk=actor.pk)
    if user.email.lower() == email:
        return
    before, user.email = user.email, email
    user.save(update_fields=["email"])
    keep_email(user, email, verified=False)
    audit.record(
        actor=actor,
        action="access.change_email",
        subject=user,
        now=now,
        before={"email": before},
        after={"email": email},
    )


@transaction.atomic
def confirm_email(*, actor: User, user: User, now: dt.datetime) -> None:
    """An administrator knows that the address is the person's: the company's own sign-in may use it."""
    policy.require(actor, "people.manage")
    user = User.objects.select_for_update().get(pk=user.pk)
    taken = EmailAddress.objects.filter(email__iexact=user.email, verified=True).exclude(user=user)
    if not user.email or taken.exists():
        raise Refused(
            _("%(name)s has no address of their own; nothing was confirmed.") % {"name": user.display_name}
        )
    keep_email(user, user.email.lower(), verified=True)
    audit.record(
        actor=actor, action="access.confirm_email", subject=user, now=now, after={"email": user.email}
    )


@transaction.atomic
def change_profile(
    *, actor: User, first_name: str, last_name: str, spoken: Sequence[str], now: dt.datetime
) -> None:
    """What a person says of themselves: the name, and the languages they speak (codes)."""
    policy.require_self(actor)
    user = User.objects.select_for_update().get(pk=actor.pk)
    told = {"first_name": first_name.strip(), "last_name": last_name.strip(), "spoken": list(spoken)}
    before = {name: getattr(user, name) for name in told if getattr(user, name) != told[name]}
    if not before:
        return
    for name in before:
        setattr(user, name, told[name])
    user.version += 1
    user.save(update_fields=[*before, "version"])
    audit.record(actor=actor, action="access.change_name", subject=user, now=now, before=before,
                 after={name: told[name] for name in before})  # fmt: skip


@transaction.atomic
def end_session(*, actor: User, session: UserSession, now: dt.datetime) -> None:
    """End one of one's own sessions: the browser that holds it has to sign in again."""
    policy.require_self(actor)
    if session.user_id != actor.pk:
        raise Refused(_("This session is not yours; it goes on."), code="foreign")
    session.end()
    audit.record(actor=actor, action="access.end_session", subject=actor, now=now, before={"ip": session.ip})


@transaction.atomic
def forget_second_factor(*, actor: User, user: User, now: dt.datetime) -> None:
    """For a lost phone: the person signs in with the password alone and sets a new one up."""
    policy.require(actor, "people.manage")
    gone = list(Authenticator.objects.select_for_update().filter(user=user))
    if not gone:
        raise Refused(_("%(name)s has no second factor; nothing was changed.") % {"name": user.display_name})
    Authenticator.objects.filter(user=user).delete()
    audit.record(
        actor=actor,
        action="access.forget_second_factor",
        subject=user,
        now=now,
        before={"kinds": sorted({item.type for item in gone})},
    )
