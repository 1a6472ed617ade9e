"""What the pages of plans say: sentences, badges, what is missing, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Contact, Need
from kamerton.plans import choices
from kamerton.plans.models import Objective, Plan, PlanVersion, Review
from kamerton.plans.queries import Doing, Goal, Whole
from kamerton.plans.rules.versions import Change
from kamerton.portfolio.models.references import supplier_stages
from kamerton.web import formats
from kamerton.web.parts import Badge, State, Text
from kamerton.web.trail_words import register

register(
    {
        "plans.begin": gettext_lazy("%(person)s began a plan"),
        "plans.edit": gettext_lazy("%(person)s changed the plan"),
        "plans.copy": gettext_lazy("%(person)s copied the plan to the next year"),
        "plans.change_owner": gettext_lazy("The plan went to another person with the account"),
        "plans.close_phase": gettext_lazy("%(person)s closed a phase of the plan"),
        "plans.reopen_phase": gettext_lazy("%(person)s went back to an earlier phase of the plan"),
        "plans.opportunities": gettext_lazy("%(person)s chose the opportunities of the plan"),
        "plans.add_line": gettext_lazy("%(person)s added to the plan"),
        "plans.choose_facts": gettext_lazy("%(person)s changed the SWOT of the plan"),
        "plans.edit_line": gettext_lazy("%(person)s changed a line of the plan"),
        "plans.remove_line": gettext_lazy("%(person)s took a line out of the plan"),
        "plans.add_objective": gettext_lazy("%(person)s set an objective"),
        "plans.edit_objective": gettext_lazy("%(person)s changed an objective"),
        "plans.remove_objective": gettext_lazy("%(person)s took an objective out of the plan"),
        "plans.count": gettext_lazy("%(person)s wrote down how far an objective is"),
        "plans.reach": gettext_lazy("%(person)s said whether a milestone is reached"),
        "plans.add_activity": gettext_lazy("%(person)s planned an activity"),
        "plans.edit_activity": gettext_lazy("%(person)s changed an activity"),
        "plans.remove_activity": gettext_lazy("%(person)s took an activity out of the plan"),
        "plans.add_resource": gettext_lazy("%(person)s added a resource to an activity"),
        "plans.remove_resource": gettext_lazy("%(person)s took a resource from an activity"),
        "plans.schedule_review": gettext_lazy("%(person)s fixed a review of the plan"),
        "plans.edit_review": gettext_lazy("%(person)s moved a review of the plan"),
        "plans.minute_review": gettext_lazy("%(person)s wrote the minutes of a review"),
        "plans.cancel_review": gettext_lazy("%(person)s called off a review of the plan"),
        "plans.keep_version": gettext_lazy("%(person)s kept a version of the plan"),
        "plans.ask_approval": gettext_lazy("%(person)s sent a version of the plan for approval"),
        "plans.decide_version": gettext_lazy("%(person)s decided about a version of the plan"),
        "plans.save_template": gettext_lazy("%(person)s made a template of the plan"),
        "plans.remove_template": gettext_lazy("%(person)s took away a template of plans"),
    }
)

#: What a phase asks for and does not have.
GAPS: Mapping[str, str | Promise] = {
    "why": gettext_lazy("Why this account, and not another"),
    "compared": gettext_lazy("The accounts with which it was compared"),
    "potential": gettext_lazy("Its potential a year"),
    "swot_inside": gettext_lazy("A strength or a weakness, out of the dossier"),
    "swot_outside": gettext_lazy("An opportunity or a threat, out of the dossier"),
    "ideas": gettext_lazy("An idea of what could be done together"),
    "opportunities": gettext_lazy("An opportunity to win"),
    "activities": gettext_lazy("An activity"),
    "objectives": gettext_lazy("What we want to reach, measurably"),
    "interests": gettext_lazy("What the customer is interested in"),
    "undated": gettext_lazy("A day for every activity"),
    "activities_open": gettext_lazy("The activities that are still open"),
}

WARNINGS: Mapping[str, str | Promise] = {
    "one_sided": gettext_lazy(
        "One-sided: the plan says what one of the two wants, and not what the other does."
    ),
    "no_agreement": gettext_lazy("Nothing is said of the agreement at which both sides aim."),
    "not_effective": gettext_lazy("Nothing is said of how the agreement is made to work."),
    "short_term": gettext_lazy(
        "Short-sighted: every objective lies within twelve months. Set one further ahead."
    ),
    "nothing_agreed": gettext_lazy("Every objective is only proposed: none is agreed with the customer."),
}

_VERSIONS: Mapping[str, State] = {"draft": "off", "waiting": "info", "approved": "good", "rejected": "bad"}
_STANDINGS: Mapping[str, tuple[State, str | Promise]] = {
    "reached": ("good", pgettext_lazy("objective", "Reached")),
    "on_way": ("info", pgettext_lazy("objective", "On the way")),
    "behind": ("warn", pgettext_lazy("objective", "Behind")),
    "missed": ("bad", pgettext_lazy("objective", "Missed")),
    "unknown": ("off", pgettext_lazy("objective", "Not known")),
}
_IDEAS: Mapping[str, State] = {
    "new": "neutral",
    "talked": "info",
    "in_work": "key",
    "done": "good",
    "dropped": "off",
}
_FIELDS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("title"), "starts_on": gettext_lazy("from"), "ends_on": gettext_lazy("until"),
    "why": gettext_lazy("why this account"), "compared": gettext_lazy("compared with"),
    "potential": gettext_lazy("potential a year"), "agreement": gettext_lazy("agreement to aim at"),
    "effective": gettext_lazy("how it is made to work"), "loyalty": gettext_lazy("what makes them stay"),
    "text": gettext_lazy("what"), "detail": gettext_lazy("more"), "state": gettext_lazy("state"),
    "fact": gettext_lazy("fact"), "need": gettext_lazy("need"), "contact": gettext_lazy("contact"),
    "secrecy": gettext_lazy("secrecy"), "kind": gettext_lazy("measured by"), "measure": gettext_lazy("figure"),
    "unit": gettext_lazy("counted in"), "baseline": gettext_lazy("where we begin"), "target": gettext_lazy("target"),
    "due_on": gettext_lazy("until"), "agreed_on": gettext_lazy("agreed on"),
    "agreed_with": gettext_lazy("agreed with"), "stream": gettext_lazy("part of"),
    "planned_on": gettext_lazy("done by"), "not_before": gettext_lazy("not before"),
    "days": gettext_lazy("working days it takes"), "budget": gettext_lazy("budget"),
    "owner": pgettext_lazy("activity", "owner"), "objective": gettext_lazy("towards"),
    "after": gettext_lazy("only after"), "resources": gettext_lazy("resources"),
}  # fmt: skip
_SECTIONS: Mapping[str, str | Promise] = {
    "plan": gettext_lazy("The plan"), "lines": gettext_lazy("Lines"), "opportunities": gettext_lazy("Opportunities"),
    "objectives": gettext_lazy("Objectives"), "activities": gettext_lazy("Activities"),
}  # fmt: skip


def phase_badge(plan: Plan) -> Badge:
    state: State = "off" if plan.phase == "ended" else "good" if plan.phase == "execution" else "info"
    return Badge(state, plan.get_phase_display(), soft=True)


def version_badge(row: PlanVersion) -> Badge:
    return Badge(_VERSIONS[row.state], row.get_state_display(), soft=True)


def goal_badge(goal: Goal) -> Badge:
    state, label = _STANDINGS[goal.progress.standing]
    return Badge(state, label, soft=True)


def idea_badge(state: str) -> Badge:
    return Badge(_IDEAS[state], dict(choices.line_states())[state], soft=True)


def agreement(row: Objective) -> Text:
    """Agreed with whom and when; else proposed (ABP-02)."""
    if row.agreed_with is not None and row.agreed_on is not None:
        told = {"person": row.agreed_with.display_name, "day": formats.date(row.agreed_on, short=True)}
        return _("agreed with %(person)s on %(day)s") % told
    return pgettext("objective", "proposed")


def amount(value: Decimal | None, row: Objective, currency: str) -> str:
    """A value of an objective in the unit of its measure."""
    if value is None:
        return ""
    if row.measure in ("turnover", "income"):
        return formats.money(value, currency, decimals=0)
    if row.measure in ("margin", "wallet"):
        return formats.share(float(value) / 100)
    if row.measure == "supplier":
        return _("stage %(n)s of %(all)s") % {"n": int(value), "all": len(supplier_stages())}
    whole = value == value.to_integral_value()
    return f"{formats.number(value, decimals=0 if whole else 2)} {row.unit}".strip()


def sentence(whole: Whole) -> str:
    """What matters of the plan first; true whatever it holds."""
    plan = whole.plan
    if plan.phase == "ended":
        return _("The plan has ended and is kept as it was. %(how)s") % {"how": _how_reached(whole)}
    if plan.phase == "execution":
        return _carried_out(whole)
    name = plan.get_phase_display()
    if not whole.missing:
        return _("%(phase)s: everything is there to close it.") % {"phase": name}
    count = len(whole.missing)
    text = ngettext(
        "%(phase)s: %(n)s thing is missing to close it.",
        "%(phase)s: %(n)s things are missing to close it.",
        count,
    )
    return text % {"phase": name, "n": formats.number(count)}


def _carried_out(whole: Whole) -> str:
    waiting = [each for each in whole.doings if each.row.state == "open"]
    if not whole.doings:
        return _("The plan is being carried out, and has no activity.")
    if not waiting:
        return _("Every activity is done. %(how)s") % {"how": _how_reached(whole)}
    late = len(whole.late)
    text = ngettext("%(n)s activity is open", "%(n)s activities are open", len(waiting))
    first = text % {"n": formats.number(len(waiting))}
    if late:
        first += ", " + ngettext("%(n)s of them late", "%(n)s of them late", late) % {
            "n": formats.number(late)
        }
    if whole.finish is None:
        return f"{first}."
    return _("%(open)s; all can be done by %(day)s at the earliest.") % {
        "open": first,
        "day": formats.date(whole.finish),
    }


def _how_reached(whole: Whole) -> str:
    count = len(whole.goals)
    reached = sum(1 for goal in whole.goals if goal.progress.standing == "reached")
    text = ngettext(
        "%(n)s of %(all)s objective is reached.", "%(n)s of %(all)s objectives are reached.", count
    )
    return (
        text % {"n": formats.number(reached), "all": formats.number(count)}
        if count
        else _("It had no objective.")
    )


def approval(whole: Whole, changes: int) -> tuple[Badge, str]:
    """Whether what stands here is approved: the badge, and the sentence."""
    version = whole.approved
    if whole.waiting is not None:
        return version_badge(whole.waiting), _("Version %(n)s waits for its approval.") % {
            "n": whole.waiting.number
        }
    if version is None:
        return Badge("warn", _("Not approved"), soft=True), _("No version was approved yet.")
    told = {"n": version.number, "day": formats.date(_day(version)), "person": _name(version.ended_by)}
    if not changes:
        return Badge("good", pgettext("version", "Approved"), soft=True), _(
            "Version %(n)s was approved by %(person)s on %(day)s."
        ) % told
    text = ngettext(
        "%(count)s thing was changed after the approval of version %(n)s, and is not approved.",
        "%(count)s things were changed after the approval of version %(n)s, and are not approved.", changes,
    )  # fmt: skip
    label = _("Changed after approval")
    return Badge("warn", label, soft=True), text % {"count": formats.number(changes), "n": version.number}


def _day(version: PlanVersion) -> dt.date | None:
    return version.ended_at.date() if version.ended_at else None


def _name(person: User | None) -> str:
    return person.display_name if person is not None else "–"


def review_line(row: Review) -> str:
    when = formats.date(row.on, short=True) + (f", {row.time:%H:%M}" if row.time else "")
    return " · ".join(part for part in (when, row.place) if part)


def doing_badges(doing: Doing) -> tuple[Badge, ...]:
    row, timed = doing.row, doing.timed
    if row.state == "done":
        return (Badge("good", pgettext("activity", "Done"), soft=True),)
    if row.state == "dropped" or timed is None:
        return (Badge("off", pgettext("activity", "Dropped"), soft=True),)
    found = []
    if timed.is_late:
        found.append(Badge("bad", pgettext("activity", "Late"), soft=True))
    elif timed.is_tight:
        found.append(Badge("warn", _("Cannot be done by its day"), soft=True))
    if timed.is_critical:
        found.append(Badge("key", _("Critical"), soft=True))
    return tuple(found)


# --- differences ---------------------------------------------------------------------------------------------------


class Names:
    """Keys of a version as words; what is gone or out of reach is told as such. One query a kind, when asked for."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._known: dict[tuple[type, int], str] = {}

    def of(self, model: type[Any], key: int | None) -> str:
        if key is None:
            return ""
        if (model, key) not in self._known:
            row = model._base_manager.filter(pk=key).first()  # noqa: SLF001
            self._known[model, key] = str(getattr(row, "display_name", row)) if row else _("no longer there")
        return self._known[model, key]

    def value(self, change: Change, value: Any) -> str:
        """One value of a difference as a person reads it."""
        return self.field(change.field, value) or _("nothing")

    def field(self, name: str, value: Any) -> str:
        """Empty where there is nothing."""
        models: Mapping[str, type[Any]] = {
            "contact": Contact, "agreed_with": Contact, "owner": User, "need": Need, "objective": Objective,
        }  # fmt: skip
        if value in (None, "", []):
            return ""
        if name in models:
            return self.of(models[name], value)
        if name == "compared":
            return ", ".join(self.of(Account, key) for key in value)
        return _told(name, value, self.currency)


#: How a value of these fields is told; of others it is a text, or the number of things in a list.
_TOLD: Mapping[str, Callable[[Any, str], str]] = {
    **dict.fromkeys(
        ("starts_on", "ends_on", "due_on", "agreed_on", "planned_on", "not_before"),
        lambda value, _currency: formats.date(dt.date.fromisoformat(value)),
    ),
    **dict.fromkeys(
        ("potential", "budget"), lambda value, currency: formats.money(Decimal(value), currency, decimals=0)
    ),
    **dict.fromkeys(
        ("baseline", "target"), lambda value, _currency: formats.number(Decimal(value), decimals=2)
    ),
    "state": lambda value, _currency: _choice(choices.line_states(), value),
    "kind": lambda value, _currency: _choice(choices.objective_kinds(), value),
    "measure": lambda value, _currency: _choice(choices.measures(), value),
    "stream": lambda value, _currency: _choice(choices.streams(), value),
    "secrecy": lambda value, _currency: str(Secrecy(value).label),
}


def _choice(pairs: choices.Pairs, value: str) -> str:
    return str(dict(pairs).get(value, value))


def _told(field: str, value: Any, currency: str) -> str:
    if field in _TOLD:
        return _TOLD[field](value, currency)
    return formats.number(len(value)) if isinstance(value, list) else str(value)


def field_name(change: Change) -> str:
    return field_label(change.field)


def field_label(field: str) -> str:
    return str(_FIELDS.get(field, field))


def row_name(row: Mapping[str, Any]) -> str:
    """What a row of a content is called."""
    return str(row.get("title") or row.get("text") or "")


def section_name(section: str) -> str:
    return str(_SECTIONS[section])


def change_words(change: Change, names: Names) -> dict[str, str]:
    """One difference, ready to show."""
    what = change.name or section_name(change.section)
    if change.happened == "added":
        return {
            "section": section_name(change.section),
            "what": what,
            "how": pgettext("difference", "came"),
            "state": "good",
        }
    if change.happened == "removed":
        return {
            "section": section_name(change.section),
            "what": what,
            "how": pgettext("difference", "went"),
            "state": "bad",
        }
    return {
        "section": section_name(change.section), "what": what, "how": field_name(change), "state": "info",
        "before": names.value(change, change.before), "after": names.value(change, change.after),
    }  # fmt: skip
