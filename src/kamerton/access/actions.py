"""Making people known to the system."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy, sign_in
from kamerton.access.models import User
from kamerton.access.rights import ROLES
from kamerton.core import audit
from kamerton.core.refused import Refused


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
