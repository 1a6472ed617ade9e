"""What the map of who decides says in words: its opening sentence, warnings, steps of approach, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kamerton.accounts import approach, choices
from kamerton.accounts.decision_unit import Change, Deciding, Link, Person, Unit, best_tie
from kamerton.accounts.map_changes import MapChanges, Moved
from kamerton.accounts.vocabulary import word
from kamerton.web import formats
from kamerton.web.parts import Badge

Names = Mapping[int, str]


def marks(one: Person) -> list[Badge]:
    """What a person is marked as, in the words of the account's trade."""
    told = [Badge("key", word("vip", one.pack), soft=True)] if one.is_vip else []
    return [
        *told,
        *([Badge("info", word("opinion_leader", one.pack), soft=True)] if one.is_opinion_leader else []),
    ]


def names_of(unit: Unit) -> tuple[dict[int, str], dict[int, str]]:
    """Contacts by id, ours by id."""
    return {each.id: each.name for each in unit.people}, {each.id: each.name for each in unit.ours}


def label(listed: Callable[[], Sequence[tuple[Any, object]]], key: object) -> str:
    """The word for a key of a closed list; empty for one that is not in it."""
    return str(dict(listed()).get(key, ""))


def roles(keys: Sequence[str]) -> str:
    return ", ".join(filter(None, (label(choices.decision_roles, key) for key in keys)))


def listed(names: Sequence[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


_STATES: dict[int, Any] = {2: "good", 1: "good", 0: "neutral", -1: "warn", -2: "bad"}


def support(standing: int | None) -> Badge | None:
    """The five words, each with its shape; None: nobody has said."""
    if standing is None:
        return None
    return Badge(_STATES[standing], label(choices.supports, standing), soft=abs(standing) == 1)


# --- the opening sentence --------------------------------------------------------------------------------


def lead(unit: Unit, told: Deciding, steps: Sequence[approach.Step]) -> str:
    """Who decides, who covers them, whom we have not met, with whom to begin."""
    if not unit.present():
        return _("Nobody is on the map yet. Begin with the person whom you know best.")
    parts = [_who_decides(unit, told), _who_is_unmet(told), _with_whom_to_begin(unit, steps)]
    return " ".join(filter(None, parts))


def _who_decides(unit: Unit, told: Deciding) -> str:
    names, ours = names_of(unit)
    if not told.deciders:
        return _("Nobody is known to decide here.")
    if len(told.deciders) > 1:
        known = sum(each in told.met for each in told.deciders)
        text = ngettext(
            "%(names)s decide; we have met %(n)s of them.",
            "%(names)s decide; we have met %(n)s of them.",
            known,
        )
        return text % {"names": listed([names[each] for each in told.deciders]), "n": formats.number(known)}
    decider = {each.id: each for each in unit.people}[told.deciders[0]]
    if not decider.is_found:
        return _("Who holds the post that decides is not found yet: %(post)s.") % {
            "post": decider.post or "?"
        }
    tie = best_tie(unit, decider.id)
    if tie is None:
        if decider.id in told.met:
            return _("%(name)s decides, and nobody of ours is said to know this person.") % {
                "name": decider.name
            }
        return _("%(name)s decides, and nobody of ours has met this person.") % {"name": decider.name}
    texts = {
        "brief": _("%(name)s decides; %(ours)s has met this person briefly."),
        "many": _("%(name)s decides; %(ours)s has had many contacts there."),
        "deep": _("%(name)s decides; %(ours)s knows this person in depth."),
    }
    return texts[tie.depth] % {"name": decider.name, "ours": ours.get(tie.ours, "?")}


def _who_is_unmet(told: Deciding) -> str:
    total = len(told.met) + len(told.unmet)
    if not told.unmet:
        return ngettext(
            "We have met the one person on the map.", "We have met all %(n)s people on the map.", total
        ) % {"n": formats.number(total)}
    text = ngettext(
        "%(n)s of %(total)s people has not been met.",
        "%(n)s of %(total)s people have not been met.",
        len(told.unmet),
    )
    return text % {"n": formats.number(len(told.unmet)), "total": formats.number(total)}


def _with_whom_to_begin(unit: Unit, steps: Sequence[approach.Step]) -> str:
    if not steps:
        return ""
    names, _ours = names_of(unit)
    step, told = steps[0], {"name": names[steps[0].person]}
    if step.act == "deepen":
        return _("Next, get to know %(name)s better.") % told
    if step.act == "find":
        person = {each.id: each for each in unit.people}[step.person]
        return _("Start by finding out who holds the post: %(post)s.") % {"post": person.post or "?"}
    if step.way and step.way.through:
        return _("Start with %(name)s, through %(through)s.") % {
            **told, "through": names[step.way.through[-1]]
        }  # fmt: skip
    return _("Start with %(name)s.") % told


# --- warnings --------------------------------------------------------------------------------------------


def warnings(told: Deciding, gaps: Sequence[str]) -> list[str]:
    """What is wrong with the picture, in the order in which it matters."""
    texts = {
        "no_decider": _("No decider is on the map: find out who says yes in the end."),
        "no_influencer": _("No influencer is on the map: somebody always is heard before a decision."),
        "buyer_only": _("Every way in leads through purchasing. Begin with users, deciders and influencers."),
        "single_contact": _("Everything hangs on one contact: when that person leaves, we know nobody here."),
        "levels": _("Levels where we know nobody: %(levels)s.")
        % {"levels": listed([label(choices.contact_levels, each) for each in told.uncovered_levels])},
    }
    found = [texts[flag] for flag in told.flags if flag in texts]
    if gaps:
        functions = listed([label(choices.contact_functions, each) for each in gaps])
        found.append(_("Functions without a counterpart of ours: %(functions)s.") % {"functions": functions})
    return found


# --- whom to approach next -------------------------------------------------------------------------------


def step_act(step: approach.Step, unit: Unit) -> str:
    person = {each.id: each for each in unit.people}[step.person]
    texts = {
        "meet": _("Meet %(name)s"),
        "find": _("Find out who holds the post: %(post)s"),
        "deepen": _("Get to know %(name)s better"),
    }
    return texts[step.act] % {"name": person.name, "post": person.post or "?"}


def step_reason(step: approach.Step, unit: Unit) -> str:
    """Why this person stands here, and how to get there."""
    names, ours = names_of(unit)
    person = {each.id: each for each in unit.people}[step.person]
    why = {
        "starting": _("Comes first as %(roles)s.") % {"roles": roles(person.roles)},
        "other_role": _("Has a part in the decision: %(roles)s.") % {"roles": roles(person.roles)},
        "no_role": _("What part this person has in decisions is not known."),
        "buyer": _("Purchasing comes last: price is all there is to talk about."),
    }[step.why]
    return f"{why} {_way(step, names, ours)}"


def _way(step: approach.Step, names: Names, ours: Names) -> str:
    if step.way is None:
        return _("No way in yet: nobody whom we know leads there.")
    told = {
        "ours": ours.get(step.way.ours, "?"),
        "through": listed([names[each] for each in step.way.through]),
    }
    if step.way.is_direct:
        return _("%(ours)s has met this person already.") % told
    if step.only_buyer:
        return _("%(ours)s gets there through %(through)s alone, and that is purchasing.") % told
    return _("%(ours)s gets there through %(through)s.") % told


# --- what changed ----------------------------------------------------------------------------------------


def changed(told: MapChanges, names: Names) -> list[str]:
    return [
        *(_("%(name)s came onto the map.") % {"name": names[each]} for each in told.came),
        *(_("%(name)s left.") % {"name": names[each]} for each in told.left),
        *(moved(each, names) for each in told.moved),
        *(_("New: %(relation)s.") % {"relation": relation(each, names)} for each in told.begun),
        *(_("No longer: %(relation)s.") % {"relation": relation(each, names)} for each in told.ended),
    ]


def relation(link: Link, names: Names) -> str:
    texts = {
        "influences": _("%(of)s influences %(to)s"),
        "blocks": _("%(of)s blocks %(to)s"),
        "ally": _("%(of)s and %(to)s are allies"),
        "rival": _("%(of)s and %(to)s are rivals"),
        "knows": _("%(of)s and %(to)s know each other"),
    }
    return texts[link.kind] % {"of": names.get(link.of, "?"), "to": names.get(link.to, "?")}


def moved(change: Moved, names: Names) -> str:
    told = {
        "name": names[change.person],
        "before": _value(change.what, change.before, names),
        "after": _value(change.what, change.after, names),
    }
    texts = {
        "support": _("%(name)s: support went from %(before)s to %(after)s."),
        "stage": _("%(name)s: the relationship went from %(before)s to %(after)s."),
        "reports_to": _("%(name)s: reports to %(after)s, before to %(before)s."),
        "roles": _("%(name)s: part in decisions %(after)s, before %(before)s."),
    }
    if change.what == "found":
        return (_("%(name)s was found.") if change.after else _("%(name)s is being looked for again.")) % told
    return texts[change.what] % told


def _value(what: str, value: Any, names: Names) -> str:
    nobody = pgettext("value on the map", "nobody")
    if what == "support":
        return (
            label(choices.supports, value) if value is not None else pgettext("value on the map", "not rated")
        )
    if what == "stage":
        return label(choices.ladder_stages, value)
    if what == "reports_to":
        return names.get(value, nobody) if value else nobody
    if what == "roles":
        return roles(value) or pgettext("value on the map", "none")
    return str(value)


def expected(change: Change, names: Names) -> str:
    return _("%(name)s: %(what)s") % {"name": names.get(change.person, "?"), "what": change.what}
