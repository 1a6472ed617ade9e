"""Where a form leads back to, by its name: the account, the contact, the list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.accounts.models import Account
from kamerton.web import navigation, navigation_pages
from kamerton.web.parts import Link

#: Pages of one record: URL name -> model, and the attribute that names the record.
_RECORDS = {
    "contact": ("accounts.Contact", "display_name"),
    "event": ("accounts.Event", "name"),
    "person": ("access.User", "display_name"),
}

#: Lists that neither the navigation nor the palette names.
_LISTS = {"prospects": gettext_lazy("Prospects and newcomers"), "industries": gettext_lazy("Industries")}


def crumb(url: str) -> Link:
    """The page at `url` as a crumb. The caller has seen to it that the reader may see it. At most one query."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return Link(_("Back"), url)
    return Link(_label(match) or _("Back"), url)


def _label(match: ResolverMatch) -> str:
    number = match.kwargs.get("account")
    if number is not None:
        return Account.objects.filter(number=number).values_list("name", flat=True).first() or ""
    if "pk" in match.kwargs:
        return _record(match)
    name = match.url_name or ""
    return str(_LISTS.get(name) or navigation.label_of(name) or navigation_pages.label_of(name))


def _record(match: ResolverMatch) -> str:
    label, attribute = _RECORDS.get(match.url_name or "", ("", ""))
    if not label:
        return ""
    model: Any = apps.get_model(label)
    row = model.objects.filter(pk=match.kwargs["pk"]).first()
    return str(getattr(row, attribute)) if row else ""
