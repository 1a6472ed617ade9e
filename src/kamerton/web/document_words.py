"""Words of the pages of documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.documents.models import formats
from kamerton.documents.registry import DocumentKind
from kamerton.web import trail_words
from kamerton.web.parts import Tab, Text

_TABS = (
    ("documents", gettext_lazy("Make"), "export"),
    ("documents_made", gettext_lazy("Made documents"), "export"),
    ("document_templates", gettext_lazy("Templates"), "documents.configure"),
    ("legal_texts", gettext_lazy("Texts of the law"), "documents.configure"),
)

trail_words.register(
    {
        "documents.map_slide": gettext_lazy("%(person)s took the map of who decides out as a slide"),
        "documents.map_image": gettext_lazy("%(person)s took the map of who decides out as an image"),
        "documents.handover_pack": gettext_lazy("%(person)s took the briefing pack of a hand-over out"),
        "documents.dossier": gettext_lazy("%(person)s took the dossier out"),
        "documents.account_report": gettext_lazy("%(person)s made the analysis of the account"),
        "documents.person_report": gettext_lazy("%(person)s made a report on one person’s accounts"),
        "documents.portfolio_report": gettext_lazy("%(person)s made the portfolio report"),
        "documents.account_review": gettext_lazy("%(person)s made a review deck"),
        "documents.review": gettext_lazy("%(person)s made the review deck of the key accounts"),
        "documents.account_calendar": gettext_lazy("%(person)s took the activity calendar out"),
        "documents.own_calendar": gettext_lazy("%(person)s took their own calendar out"),
        "documents.plan": gettext_lazy("%(person)s took the account plan out"),
        "documents.plan_page": gettext_lazy("%(person)s took the plan out on one page"),
        "documents.plan_customer": gettext_lazy("%(person)s made the plan for the customer"),
        "documents.fetch": gettext_lazy("%(person)s fetched a document that was made"),
        "documents.template_upload": gettext_lazy("%(person)s replaced a template"),
        "documents.template_use": gettext_lazy("%(person)s put an older template in force"),
        "documents.template_reset": gettext_lazy("%(person)s went back to the template of the product"),
        "documents.legal_save": gettext_lazy("%(person)s changed a text of the law"),
        "documents.legal_remove": gettext_lazy("%(person)s removed a text of the law"),
        "documents.calendar_open": gettext_lazy("%(person)s made an address for their calendar"),
        "documents.calendar_close": gettext_lazy("%(person)s closed the address of their calendar"),
    }
)


def tabs(actor: policy.Actor, current: str) -> list[Tab]:
    return [
        Tab(label, reverse(name), name == current) for name, label, right in _TABS if policy.can(actor, right)
    ]


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of document with a button for each format."""

    key: str
    name: Text
    text: Text
    formats: Sequence[tuple[str, Text]]
    subject: int | None = None


def offer(kind: DocumentKind, subject: int | None = None) -> Offer:
    names = dict(formats())
    return Offer(kind.key, kind.name, kind.text, [(each, str(names[each])) for each in kind.formats], subject)


def languages() -> list[tuple[str, Text]]:
    return [(code, name) for code, name in settings.LANGUAGES]
