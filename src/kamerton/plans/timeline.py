"""What this room adds to the timeline of an account: plans begun, versions kept and approved, reviews held."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kamerton.accounts.models import Account
from kamerton.accounts.timeline import Entry, Source, register, start_of
from kamerton.plans.models import Plan, PlanVersion, Review
from kamerton.plans.queries import VIEW


def _begun(row: Plan) -> Entry:
    text = _("Plan begun: %(title)s") % {"title": row.title}
    return Entry(
        at=row.created_at, key=row.pk, text=text, who=row.created_by.display_name if row.created_by else ""
    )


def _version(row: PlanVersion) -> Entry:
    text = _("Version %(n)s of the plan") % {"n": row.number}
    detail = f"{row.reason} · {row.get_state_display()}" if row.state != "draft" else row.reason
    return Entry(at=row.at, key=row.pk, text=text, detail=detail, who=row.author.display_name)


def _review(row: Review) -> Entry:
    who = row.minuted_by.display_name if row.minuted_by else ""
    return Entry(
        at=start_of(row.on), key=row.pk, text=_("Review of the plan"), detail=row.minutes[:300], who=who, dateless=True
    )  # fmt: skip


def _versions(account: Account) -> QuerySet[PlanVersion]:
    return PlanVersion.objects.filter(plan__account=account).select_related("author")


def register_all() -> None:
    """Once, when the models are ready."""
    register(
        Source(name="plan", kind="work", right=VIEW, at="created_at", person="created_by", entry=_begun,
               rows=lambda account: Plan.objects.filter(account=account).select_related("created_by")),
        Source(name="plan_version", kind="work", right=VIEW, at="at", person="author", entry=_version, rows=_versions),
        Source(name="plan_review", kind="work", right=VIEW, at="on", person="minuted_by", entry=_review,
               rows=lambda account: Review.objects.filter(plan__account=account, state="held")
               .select_related("minuted_by")),
    )  # fmt: skip
