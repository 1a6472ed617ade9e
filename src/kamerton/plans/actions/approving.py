"""Versions of a plan, and the approval of one of them: what comes after it is not approved (ABP-05, ABP-07)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access.models import User
from kamerton.core.refused import Refused
from kamerton.plans import queries
from kamerton.plans.actions import holding
from kamerton.plans.content import content_of
from kamerton.plans.models import Plan, PlanVersion, Review
from kamerton.plans.rules import phases, versions
from kamerton.work import kinds
from kamerton.work.actions import approvals
from kamerton.work.models import Approval

KIND = kinds.register(
    kinds.Kind(
        key="account_plan",
        name=gettext_lazy("Account business plan"),
        right="work.propose",
        steps=(kinds.By("superior"),),
        title_label=gettext_lazy("Plan"),
        reason_label=gettext_lazy("Why it should be approved"),
        approved=gettext_lazy("Approved"),
        rejected=gettext_lazy("Not approved"),
        more=(
            ("changes", gettext_lazy("Against what was approved before")),
            ("minutes", gettext_lazy("Minutes")),
        ),
    )
)


class NoMinutes(Refused):
    """An approval stands on the minutes of a review (ABP-07)."""


@transaction.atomic
def keep(*, actor: User, plan: Plan, reason: str, now: dt.datetime) -> PlanVersion:
    """The plan as it is now, for good. Where nothing has changed since the last version there is no new one."""
    found = holding.held(actor, plan)
    return _keep(actor, found, reason, now)


def _keep(actor: User, plan: Plan, reason: str, now: dt.datetime) -> PlanVersion:
    if not reason.strip():
        raise Refused(
            _("A version says why it was kept. Nothing was changed."), hint=_("A few words will do.")
        )
    last = plan.versions.order_by("-number").first()
    content = content_of(plan)
    if last is not None and last.content == content:
        raise Refused(
            _("Nothing has changed since version %(n)s, so there is nothing to keep.") % {"n": last.number},
            code="same",
        )
    row = PlanVersion(
        plan=plan, number=(last.number if last else 0) + 1, content=content, reason=reason.strip()[:300],
        author=actor, at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    holding.write(actor, "keep_version", row, plan, now, reason=row.reason, after={"number": row.number})
    return row


@transaction.atomic
def ask(*, actor: User, plan: Plan, review: Review, reason: str, now: dt.datetime) -> PlanVersion:
    """Send the plan as it is now to who decides, on the minutes of a review. What changes afterwards is not sent."""
    found = holding.held(actor, plan)
    minuted = _minuted(found, review)
    told = queries.contents(found)
    if found.phase == "investigation" or phases.is_one_sided(told) or not told.dues:
        raise Refused(
            _("A plan is approved with our goals and the customer’s interests in it. Nothing was sent."),
            code="one_sided", hint=_("Close the investigation, and write down what both want."),
        )  # fmt: skip
    if found.versions.filter(state="waiting").exists():
        raise Refused(
            _("A version waits for its approval already. Nothing was sent."), code="waiting",
            hint=_("Wait for the decision, or withdraw it."),
        )  # fmt: skip
    version = _version_to_send(actor, found, reason, now)
    approval = approvals.ask_approval(
        actor=actor, kind=KIND.key, title=f"{found.title}, {_('version %(n)s') % {'n': version.number}}",
        reason=reason, now=now, account=found.account, subject=version,
        details={"changes": _changes(found, version), "minutes": minuted.minutes},
    )  # fmt: skip
    version.state, version.review, version.approval = "waiting", minuted, approval
    version.save(update_fields=["state", "review", "approval"])
    holding.write(actor, "ask_approval", version, found, now, after={"number": version.number})
    return version


def _minuted(plan: Plan, review: Review) -> Review:
    """A review of this plan that was held, and on whose minutes no other decision stands."""
    found = Review.objects.filter(pk=review.pk, plan=plan).first()
    if found is None or found.state != "held" or not found.minutes:
        raise NoMinutes(
            _("An approval stands on the minutes of a review. Nothing was sent."), code="no_minutes",
            hint=_("Hold the review, write its minutes, then ask."),
        )  # fmt: skip
    if found.versions.filter(state="approved").exists():
        raise NoMinutes(
            _("An approval stands on these minutes already. Nothing was sent."), code="minutes_used",
            hint=_("What has changed since is reviewed again."),
        )  # fmt: skip
    return found


def _version_to_send(actor: User, plan: Plan, reason: str, now: dt.datetime) -> PlanVersion:
    """The last one where the plan is still what it says; else a new one. One that was decided is not sent again."""
    last = plan.versions.select_for_update().order_by("-number").first()
    if last is None or last.content != content_of(plan):
        return _keep(actor, plan, reason, now)
    if last.state == "approved":
        raise Refused(_("The plan is approved as it is. Nothing was sent."), code="approved")
    return last


def _changes(plan: Plan, version: PlanVersion) -> str:
    """How much is new since the last approval; what it is, the page of the version says."""
    before = plan.versions.filter(state="approved").order_by("-number").first()
    if before is None:
        return _("Nothing was approved before.")
    count = len(versions.differences(before.content, version.content))
    text = ngettext("%(n)s difference from version %(v)s", "%(n)s differences from version %(v)s", count)
    return text % {"n": count, "v": before.number}


@kinds.handler(KIND.key)
def _decided(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    """The version that was sent, and no other, takes the decision: its content has not moved since."""
    version = PlanVersion.objects.select_for_update().filter(approval=approval).select_related("plan").first()
    if version is None or version.state != "waiting":
        return
    version.state = {"approved": "approved", "rejected": "rejected"}.get(approval.state, "draft")
    version.ended_by, version.ended_at = actor, now
    version.save(update_fields=["state", "ended_by", "ended_at"])
    holding.write(actor, "decide_version", version, version.plan, now,
                  after={"number": version.number, "state": version.state})  # fmt: skip
