"""Entries of the trail as sentences: who did what. Never what a thing contains."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kamerton.core.models import AuditEntry

_said: dict[str, str | Promise] = {}


def register(words: Mapping[str, str | Promise]) -> None:
    """A room's actions: "room.verb" -> a sentence with %(person)s."""
    _said.update(words)


register(
    {
        "work.create_task": gettext_lazy("%(person)s wrote down a task"),
        "work.edit_task": gettext_lazy("%(person)s changed a task"),
        "work.finish_task": gettext_lazy("%(person)s finished a task"),
        "work.drop_task": gettext_lazy("%(person)s dropped a task"),
        "work.reopen_task": gettext_lazy("%(person)s opened a task again"),
        "work.snooze_task": gettext_lazy("%(person)s put a task off"),
        "work.wake_task": gettext_lazy("%(person)s took a task up before its day"),
        "work.move_task": gettext_lazy("%(person)s gave a task another day"),
        "work.tick_task": gettext_lazy("%(person)s went on with a checklist"),
        "work.assign_task": gettext_lazy("%(person)s handed a task on"),
        "work.give_back_task": gettext_lazy("%(person)s took a task back"),
        "work.send_request": gettext_lazy("%(person)s sent a request"),
        "work.take_request": gettext_lazy("%(person)s took on a request"),
        "work.give_request": gettext_lazy("%(person)s handed a request on"),
        "work.answer_request": gettext_lazy("%(person)s answered a request"),
        "work.withdraw_request": gettext_lazy("%(person)s withdrew a request"),
        "work.send_request_again": gettext_lazy("%(person)s sent a request again"),
        "work.escalate_request": gettext_lazy("An unanswered request went up the line of report"),
        "work.ask_approval": gettext_lazy("%(person)s asked for a decision"),
        "work.decide_approval": gettext_lazy("%(person)s decided"),
        "work.withdraw_approval": gettext_lazy("%(person)s withdrew what was to be decided"),
        "work.log_consultation": gettext_lazy("%(person)s wrote down a consultation"),
        "work.edit_consultation": gettext_lazy("%(person)s went on with a consultation"),
        "work.follow_up_consultation": gettext_lazy("%(person)s made a task of a consultation"),
        "work.publish_decision": gettext_lazy("%(person)s published a decision of the management"),
        "work.ask_report": gettext_lazy("%(person)s asked for a report"),
        "work.edit_report": gettext_lazy("%(person)s changed what report is asked for"),
        "work.hand_in_report": gettext_lazy("%(person)s handed in a report"),
        "work.look_at_report": gettext_lazy("%(person)s looked at a report"),
        "work.read_decision": gettext_lazy("%(person)s read a decision of the management"),
    }
)

register(
    {
        "service.receive_claim": gettext_lazy("%(person)s wrote down a claim"),
        "service.edit_claim": gettext_lazy("%(person)s changed a claim"),
        "service.acknowledge_claim": gettext_lazy("%(person)s acknowledged a claim"),
        "service.take_claim_in_hand": gettext_lazy("%(person)s took a claim in hand"),
        "service.answer_claim": gettext_lazy("%(person)s answered a claim"),
        "service.expedite_claim": gettext_lazy("%(person)s put a claim first"),
        "service.assign_claim": gettext_lazy("%(person)s handed a claim on"),
        "service.ask_about_claim": gettext_lazy("%(person)s asked a department about a claim"),
        "service.settle_claim": gettext_lazy("%(person)s settled a claim"),
        "service.reject_claim": gettext_lazy("%(person)s rejected a claim"),
        "service.reopen_claim": gettext_lazy("%(person)s opened a claim again"),
        "service.log_claim": gettext_lazy("%(person)s wrote a claim into the log of mistakes"),
        "service.set_terms": gettext_lazy("%(person)s changed the terms for claims"),
        "work.hurry_request": gettext_lazy("%(person)s put a request first"),
    }
)

register(
    {
        "portfolio.protect": gettext_lazy("A plan against losing the account was made by itself"),
        "portfolio.protect_again": gettext_lazy("The plan against losing the account is in force again"),
        "portfolio.protect_end": gettext_lazy("The plan against losing the account ended by itself"),
        "portfolio.protection_goal": gettext_lazy("%(person)s said what loyalty of the account means"),
        "portfolio.add_barrier": gettext_lazy("%(person)s wrote down a barrier against competitors"),
        "portfolio.edit_barrier": gettext_lazy("%(person)s changed a barrier against competitors"),
        "portfolio.remove_barrier": gettext_lazy("%(person)s took a barrier against competitors away"),
        "portfolio.value_plan": gettext_lazy("%(person)s changed the assumptions behind the lifetime value"),
        "portfolio.value_plan_drop": gettext_lazy("%(person)s let the lifetime value follow the model again"),
        "portfolio.serving_cost": gettext_lazy("%(person)s wrote down a cost of serving"),
        "portfolio.serving_cost_remove": gettext_lazy("%(person)s removed a cost of serving"),
        "portfolio.programme_sponsor": gettext_lazy("%(person)s said who sponsors the programme"),
        "portfolio.programme_ready": gettext_lazy("%(person)s declared the programme ready"),
        "portfolio.programme_row": gettext_lazy("%(person)s wrote down something about the programme"),
        "portfolio.case_line": gettext_lazy("%(person)s added a line to the business case"),
        "portfolio.case_line_remove": gettext_lazy("%(person)s removed a line of the business case"),
        "portfolio.service_target": gettext_lazy("%(person)s changed what is promised to key accounts"),
        "portfolio.standard_package": gettext_lazy(
            "%(person)s changed the package that key accounts begin with"
        ),
        "portfolio.service_package": gettext_lazy("%(person)s changed the service package"),
        "portfolio.attach_package": gettext_lazy("%(person)s promised the service package"),
        "portfolio.end_package": gettext_lazy("%(person)s ended the service package"),
        "portfolio.promise_actual": gettext_lazy("%(person)s wrote down how a promise was kept"),
        "portfolio.write_error": gettext_lazy("%(person)s wrote down what a mistake cost"),
        "portfolio.edit_error": gettext_lazy("%(person)s changed what a mistake cost"),
        "portfolio.remove_error": gettext_lazy("%(person)s removed a mistake from the log"),
        "portfolio.activity_rate": gettext_lazy("%(person)s changed what an activity costs"),
        "portfolio.map_place": gettext_lazy("%(person)s moved the account on a portfolio map"),
        "portfolio.map_give_back": gettext_lazy(
            "%(person)s left the account's place on a map to the figures"
        ),
        "portfolio.map_weights": gettext_lazy("%(person)s changed the weights of the portfolio maps"),
        "portfolio.fixed_cost": gettext_lazy("%(person)s changed the fixed cost of the company"),
    }
)

register(
    {
        "plans.department": gettext_lazy("%(person)s set the targets of a department"),
        "plans.derive": gettext_lazy("%(person)s divided a department's targets anew"),
        "plans.targets_undone": gettext_lazy("%(person)s took a change of targets back"),
        "plans.target": gettext_lazy("%(person)s changed a target"),
        "plans.target_person": gettext_lazy("%(person)s added somebody to a department's targets"),
        "plans.target_person_gone": gettext_lazy("%(person)s took somebody out of a department's targets"),
        "plans.open_project": gettext_lazy("%(person)s opened a project"),
        "plans.edit_project": gettext_lazy("%(person)s changed a project"),
        "plans.settle_project": gettext_lazy("%(person)s wrote down what was settled about a project"),
        "plans.start_project": gettext_lazy("%(person)s started a project"),
        "plans.goals_project": gettext_lazy("%(person)s set the goals of a project"),
        "plans.close_project": gettext_lazy("%(person)s ended a project"),
        "plans.level_project": gettext_lazy("%(person)s changed how freely a project is led"),
        "plans.hand_on_project": gettext_lazy("%(person)s gave a project to another leader"),
        "plans.check_in_project": gettext_lazy("%(person)s wrote down a check-in of a project"),
        "plans.budget_project": gettext_lazy("%(person)s agreed the budget of a project"),
        "plans.spend_project": gettext_lazy("%(person)s spent money of a project"),
        "plans.spend_decided": gettext_lazy("%(person)s decided about money of a project"),
        "plans.autonomy": gettext_lazy("%(person)s changed how freely projects are led"),
        "plans.export": gettext_lazy("%(person)s took targets out as a file"),
    }
)

register(
    {
        "accounts.assign": gettext_lazy("%(person)s changed who is responsible"),
        "accounts.assign_undone": gettext_lazy("%(person)s took back who is responsible"),
        "accounts.team": gettext_lazy("%(person)s took somebody into the team"),
        "accounts.team_end": gettext_lazy("%(person)s took somebody out of the team"),
        "accounts.create": gettext_lazy("%(person)s added the account"),
        "accounts.edit": gettext_lazy("%(person)s changed the account"),
        "accounts.address": gettext_lazy("%(person)s wrote down an address"),
        "accounts.tag": gettext_lazy("%(person)s changed the tags"),
        "accounts.contact": gettext_lazy("%(person)s added a contact"),
        "accounts.contact_edit": gettext_lazy("%(person)s changed a contact"),
        "accounts.contact_left": gettext_lazy("%(person)s wrote down that a contact has left"),
        "accounts.contact_back": gettext_lazy("%(person)s wrote down that a contact is back"),
        "accounts.contact_move": gettext_lazy("%(person)s moved a contact to another account"),
        "accounts.contact_merge": gettext_lazy("%(person)s merged two contacts"),
        "accounts.contact_part": gettext_lazy("%(person)s parted two contacts again"),
        "accounts.ladder": gettext_lazy("%(person)s looked at a relationship anew"),
        "accounts.fact_say": gettext_lazy("%(person)s wrote down a fact"),
        "accounts.fact_correct": gettext_lazy("%(person)s corrected a fact"),
        "accounts.fact_verify": gettext_lazy("%(person)s verified a fact"),
        "accounts.fact_withdraw": gettext_lazy("%(person)s withdrew a fact"),
        "accounts.fact_restore": gettext_lazy("%(person)s took the withdrawal of a fact back"),
        "accounts.fact_uncorrect": gettext_lazy("%(person)s took a correction back"),
        "accounts.fact_unverify": gettext_lazy("%(person)s is no longer sure of a fact"),
        "accounts.fact_secrecy": gettext_lazy("%(person)s changed who may read a fact"),
        "accounts.need_unraise": gettext_lazy("%(person)s took a need back"),
        "accounts.note_unwrite": gettext_lazy("%(person)s took a note back"),
        "accounts.budget_unrecord": gettext_lazy("%(person)s took word of moving money back"),
        "accounts.need_raise": gettext_lazy("%(person)s wrote down a need"),
        "accounts.need_edit": gettext_lazy("%(person)s went on with a need"),
        "accounts.note_write": gettext_lazy("%(person)s wrote a note"),
        "accounts.note_edit": gettext_lazy("%(person)s changed a note"),
        "accounts.file_add": gettext_lazy("%(person)s added a file"),
        "accounts.file_remove": gettext_lazy("%(person)s removed a file"),
        "accounts.budget_record": gettext_lazy("%(person)s wrote down that money moves"),
    }
)

#: What is done to records of a kind whose room has no sentence of its own: the first word of the verb.
_VERBS = {
    "add": gettext_lazy("%(person)s added: %(what)s"),
    "create": gettext_lazy("%(person)s added: %(what)s"),
    "edit": gettext_lazy("%(person)s changed: %(what)s"),
    "change": gettext_lazy("%(person)s changed: %(what)s"),
    "remove": gettext_lazy("%(person)s removed: %(what)s"),
    "end": gettext_lazy("%(person)s ended: %(what)s"),
}

#: Reading and taking out is no change.
_QUIET_ENDS = (".export", ".read", ".exported", ".refused")


def is_change(action: str) -> bool:
    return not action.endswith(_QUIET_ENDS)


def known() -> frozenset[str]:
    return frozenset(_said)


def said(entry: AuditEntry) -> str:
    """The sentence; "" for what is no change."""
    if not is_change(entry.action):
        return ""
    person = entry.actor.display_name if entry.actor else _("The system")
    if entry.action in _said:
        return str(_said[entry.action]) % {"person": person}
    verb = entry.action.rpartition(".")[2].partition("_")[0]
    words = _VERBS.get(verb, gettext_lazy("%(person)s changed: %(what)s"))
    return str(words) % {"person": person, "what": what(entry.subject)}


def is_nameless(entry: AuditEntry) -> bool:
    """Whether there is no better sentence than that something was changed."""
    return entry.action not in _said and what(entry.subject) == pgettext("record", "something")


def what(subject: str) -> str:
    """What kind of record it is, in the user's word; never which one."""
    known = {
        "accounts.account": pgettext("record", "the account"),
        "accounts.contact": pgettext("record", "a contact"),
        "accounts.fact": pgettext("record", "a fact"),
        "accounts.need": pgettext("record", "a need"),
        "accounts.note": pgettext("record", "a note"),
        "accounts.attachment": pgettext("record", "a file"),
        "accounts.coverage": pgettext("record", "the team"),
        "accounts.relation": pgettext("record", "a relation"),
        "accounts.opinion": pgettext("record", "an opinion"),
        "accounts.tie": pgettext("record", "who knows whom"),
        "accounts.interaction": pgettext("record", "a conversation"),
        "accounts.address": pgettext("record", "an address"),
        "accounts.powerchange": pgettext("record", "an expected change"),
        "accounts.event": pgettext("record", "an event"),
        "accounts.participation": pgettext("record", "a part in an event"),
        "accounts.presentation": pgettext("record", "a presentation"),
        "accounts.act": pgettext("record", "what a contact did"),
        "accounts.budgetmovement": pgettext("record", "a movement of money"),
        "instruments.assessment": pgettext("record", "an assessment"),
        "work.handover": pgettext("record", "a hand-over"),
    }
    return known.get(subject.partition(":")[0], pgettext("record", "something"))


register(
    {
        "exchange.import": gettext_lazy("%(person)s imported contacts from a file"),
        "exchange.undo": gettext_lazy("%(person)s undid an import of contacts"),
    }
)

register(
    {
        "signals.snooze": gettext_lazy("%(person)s put a signal off"),
        "signals.wake": gettext_lazy("%(person)s took a signal up before its day"),
        "signals.task": gettext_lazy("%(person)s made a task of a signal"),
        "signals.untask": gettext_lazy("%(person)s took back the task of a signal"),
        "signals.act": gettext_lazy("%(person)s followed a signal"),
        "signals.set_rule": gettext_lazy("%(person)s set a rule of the signals"),
        "portfolio.set_profile": gettext_lazy("%(person)s changed the thresholds"),
        "portfolio.write_profile": gettext_lazy("%(person)s wrote down what a key account is"),
        "portfolio.give_key_status": gettext_lazy("%(person)s made the account key"),
        "portfolio.end_key_status": gettext_lazy("%(person)s ended key status"),
        "portfolio.clear_key_reason": gettext_lazy("%(person)s took away a reason for key status"),
        "portfolio.begin_review": gettext_lazy("%(person)s began a review of the whole base"),
        "portfolio.answer_review": gettext_lazy("%(person)s answered a proposal of the review"),
        "portfolio.close_review": gettext_lazy("%(person)s closed the review of the whole base"),
        "portfolio.write_segment": gettext_lazy("%(person)s wrote down what a segment expects"),
        "portfolio.write_reference": gettext_lazy("%(person)s wrote down a reference"),
        "portfolio.edit_reference": gettext_lazy("%(person)s changed a reference"),
        "portfolio.remove_reference": gettext_lazy("%(person)s took a reference away"),
        "portfolio.supplier_stage": gettext_lazy("%(person)s wrote down how far we are as a supplier"),
    }
)
