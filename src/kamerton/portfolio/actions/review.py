"""A review of the whole base: begun, answered proposal by proposal, closed (SEL-19)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.accounts.queries import responsible_for
from kamerton.core import audit
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.portfolio import queries, review_queries, status_evidence
from kamerton.portfolio.actions import key_status
from kamerton.portfolio.actions.status import require_profile
from kamerton.portfolio.models import Review, ReviewItem, SegmentNote
from kamerton.portfolio.models.review import segments
from kamerton.work.actions import tasks

#: Until when somebody is to get in touch with a small account that was forgotten.
CONTACT_DAYS = 21


@transaction.atomic
def begin(*, actor: User, now: dt.datetime) -> Review:
    """Look at everybody and keep what is proposed. Refused without a profile, or while one is under way."""
    _require(actor)
    written = require_profile()
    Company.objects.select_for_update().filter(pk=1).first()  # of two at once the second finds the first's
    if Review.objects.filter(is_open=True).exists():
        raise Refused(
            _("A review is under way already. Nothing was begun."),
            code="open",
            hint=_("Answer and close it first."),
        )
    snapshot = queries.latest_snapshot(with_figures=False)
    review = Review.objects.create(
        begun_at=now, begun_by=actor, as_of=snapshot.as_of if snapshot else None,
        looked_at=Account.objects.current().count(),
    )  # fmt: skip
    found = review_queries.propose(actor, written, timezone.localdate(now))
    ReviewItem.objects.bulk_create(
        [
            ReviewItem(
                review=review, account=each.account, change=each.change, definitions=list(each.definitions),
                reasons=list(each.reasons), level=each.level, of=each.of, rank=at,
            )
            for at, each in enumerate(found, start=1)
        ],
        batch_size=500,
    )  # fmt: skip
    audit.record(actor=actor, action="portfolio.begin_review", subject=review, now=now)
    return review


@transaction.atomic
def accept(*, actor: User, item: ReviewItem, now: dt.datetime) -> ReviewItem:
    """Turn the proposal into one to be decided, or into a task for whoever looks after the account.

    Who may decide decides with it. The evidence is looked at again: what no longer holds is refused.
    """
    found = _open(actor, item)
    if found.change == "promote":
        done = key_status.propose(
            actor=actor, account=found.account, proposal=_proposal(actor, found, now), now=now
        )
        found.approval = done.approval
    elif found.change == "demote":
        why = _("The review found nothing that still holds. %(reasons)s") % {
            "reasons": " ".join(found.reasons)
        }
        found.approval = key_status.propose_end(
            actor=actor, account=found.account, why=why.strip(), now=now
        ).approval
    else:
        _write_task(actor, found, now)
    return _answer(actor, found, "accepted", "", now)


@transaction.atomic
def decline(*, actor: User, item: ReviewItem, why: str, now: dt.datetime) -> ReviewItem:
    """Leave it as it is, with the reason."""
    found = _open(actor, item)
    if not why.strip():
        raise Refused(_("Say why it stays as it is. Nothing was changed."), code="reason")
    return _answer(actor, found, "declined", why.strip()[:400], now)


@transaction.atomic
def close(*, actor: User, review: Review, now: dt.datetime) -> Review:
    """Everybody was looked at. Refused while a proposal is open."""
    _require(actor)
    found = Review.objects.select_for_update().get(pk=review.pk)
    if not found.is_open:
        raise Refused(_("This review is closed already. Nothing was changed."), code="closed")
    left = found.items.filter(answer="open").count()
    if left:
        text = ngettext(
            "%(n)s proposal is not answered yet. Nothing was changed.",
            "%(n)s proposals are not answered yet. Nothing was changed.",
            left,
        )
        raise Refused(text % {"n": number_format(left)}, code="open", hint=_("Accept or decline each."))
    found.is_open, found.closed_at, found.closed_by = False, now, actor
    found.save(update_fields=["is_open", "closed_at", "closed_by"])
    audit.record(actor=actor, action="portfolio.close_review", subject=found, now=now)
    return found


@transaction.atomic
def write_segment(*, actor: User, segment: str, text: str, now: dt.datetime) -> SegmentNote:
    """What the accounts of a segment need and expect."""
    _require(actor)
    if segment not in dict(segments()):
        raise Refused(_("There is no such segment. Nothing was changed."), code="segment")
    before = SegmentNote.objects.filter(segment=segment).first()
    row, _new = SegmentNote.objects.update_or_create(
        segment=segment, defaults={"text": text.replace("\r\n", "\n").strip(), "by": actor, "at": now}
    )
    audit.record(
        actor=actor, action="portfolio.write_segment", subject=row, now=now,
        before={"text": before.text} if before else None, after={"text": row.text},
    )  # fmt: skip
    return row


# --- how -------------------------------------------------------------------------------------------------------


def _require(actor: User) -> None:
    policy.require(actor, "portfolio.view_all")
    policy.require(actor, "work.propose")


def _open(actor: User, item: ReviewItem) -> ReviewItem:
    _require(actor)
    policy.require(actor, "portfolio.view", item)
    found = (
        ReviewItem.objects.select_for_update(of=("self",)).select_related("account", "review").get(pk=item.pk)
    )
    if found.answer != "open" or not found.review.is_open:
        raise Refused(
            _("%(account)s is answered already. Nothing was changed.") % {"account": found.account.name},
            code="answered",
        )
    return found


def _proposal(actor: User, item: ReviewItem, now: dt.datetime) -> key_status.Proposal:
    today = timezone.localdate(now)
    ground = status_evidence.ground_of(item.account, actor, today)
    shown = {each.definition: each for each in status_evidence.six(ground, item.account)}
    reasons = {name: shown[name].text for name in item.definitions if shown[name].holds}
    by_money = shown["contribution"].text if "contribution" in reasons else ""
    return key_status.Proposal(
        level=item.level, of=item.of, reasons=reasons,
        why=_("Found by the review of the whole base: %(reasons)s") % {"reasons": " ".join(reasons.values())},
        benefit=by_money, risk=_("If it left, this would go: %(share)s") % {"share": by_money} if by_money else "",
    )  # fmt: skip


def _write_task(actor: User, item: ReviewItem, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    owner = responsible_for(item.account, today) or actor
    tasks.put_down(
        actor=actor, owner=owner, account=item.account, now=now, origin="own" if owner == actor else "assigned",
        due_on=today + dt.timedelta(days=CONTACT_DAYS), origin_ref=f"portfolio.reviewitem:{item.pk}",
        title=_("Get in touch with %(account)s: small, with potential") % {"account": item.account.name[:200]},
    )  # fmt: skip


def _answer(actor: User, item: ReviewItem, answer: str, why: str, now: dt.datetime) -> ReviewItem:
    item.answer, item.why, item.answered_by, item.answered_at = answer, why, actor, now
    item.save(update_fields=["answer", "why", "answered_by", "answered_at", "approval"])
    audit.record(
        actor=actor, action="portfolio.answer_review", subject=item, now=now, account_id=item.account_id, reason=why,
        after={"change": item.change, "answer": answer},
    )  # fmt: skip
    return item
