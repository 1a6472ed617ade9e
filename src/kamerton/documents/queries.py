"""What pages ask of documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.documents.models import CalendarAddress, LegalText, MadeDocument, Template


def template_for(kind: str, format: str, language: str) -> Template | None:  # noqa: A002 - the word of the field
    """The company's own for that language, else its own for every language. One query."""
    rows = Template.objects.filter(kind=kind, format=format, language__in=["", language], is_active=True)
    return rows.order_by("-language").first()


def versions(kind: str, format: str) -> list[Template]:  # noqa: A002
    rows = Template.objects.filter(kind=kind, format=format).select_related("uploaded_by")
    return list(rows.order_by("language", "-version"))


def active_templates() -> dict[tuple[str, str], list[Template]]:
    """(kind, format) -> the active ones, one for each language. One query."""
    found: dict[tuple[str, str], list[Template]] = {}
    for row in Template.objects.filter(is_active=True).select_related("uploaded_by"):
        found.setdefault((row.kind, row.format), []).append(row)
    return found


def made(actor: User) -> QuerySet[MadeDocument]:
    rows = MadeDocument.objects.select_related("account", "made_by")
    return policy.scope(rows, actor, "accounts.view")


def legal_texts(account: Account | None, kind: str, language: str) -> tuple[str, ...]:
    """What a document of this kind says of the law: of the account's country, else of every other. One query.

    Texts for the kind come after those for every document; one in the language counts before one for all.
    """
    country = account.country.upper() if account else ""
    rows = list(
        LegalText.objects.filter(country__in={"", country}, kind__in=["", kind], language__in=["", language])
    )
    own = [row for row in rows if row.country == country] or [row for row in rows if not row.country]
    return tuple(_spoken(own, each) for each in ("", kind) if _spoken(own, each))


def _spoken(rows: Sequence[LegalText], kind: str) -> str:
    of = sorted((row for row in rows if row.kind == kind), key=lambda row: row.language, reverse=True)
    return of[0].text if of else ""


def live_address(owner: User) -> CalendarAddress | None:
    return CalendarAddress.objects.filter(owner=owner, revoked_at=None).first()
