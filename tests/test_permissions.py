"""Every address against every role. An address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from kamerton.access.models import User
from kamerton.access.rights import RIGHTS, ROLES
from kamerton.core.models import Company
from kamerton.web.gates import ANYBODY, SIGNED_IN

ALL = frozenset(ROLES)
_ADMINISTRATORS = frozenset({"administrator"})
_IMPORTERS = frozenset({"administrator", "sales_support"})
#: Who sees accounts at all, and who sees the company as a whole.
_SEE = ALL - {"hr"}
_WHOLE = frozenset({"administrator", "director", "head_of_sales", "auditor", "reader"})
#: Who writes down work, gives it to others, and takes lists of it out.
_WORK = ALL - {"hr", "auditor", "reader"}
_ASSIGN = frozenset({"administrator", "director", "head_of_sales", "senior_kam"})
_EXPORT = ALL - {"hr", "reader", "department_member", "auditor"}
_WRITE = ALL - {"hr", "auditor", "reader"}
_CREATE = _WRITE - {"sales_support", "department_member"}
_IMPORT_CONTACTS = frozenset({"administrator", "director", "head_of_sales", "senior_kam", "sales_support"})
_COVER = frozenset({"administrator", "director", "head_of_sales"})
_LEDGER = ALL - {"hr", "reader", "department_member"}

_PEOPLE = ALL - {"reader"}
_DELEGATE = frozenset({"administrator", "director", "head_of_sales", "senior_kam", "sales_manager", "hr"})

#: URL name -> roles that are let in. Addresses open to anybody or to every signed-in person say so.
#: A row is a decision of the company: it is written by hand, not read from the code that it checks.
MATRIX: dict[str, object] = {
    "home": SIGNED_IN,
    "palette": SIGNED_IN,
    "choose_theme": ANYBODY,
    "choose_language": ANYBODY,
    "ui_parts": SIGNED_IN,
    "ui_drawer": SIGNED_IN,
    "ui_picture": SIGNED_IN,
    "undo": SIGNED_IN,  # one's own, once, for ten minutes
    "job": SIGNED_IN,  # one's own; others' are 404
    "portfolio": _WHOLE,
    "portfolio_picture": _WHOLE,
    "sellers": _WHOLE,
    "what_if": _WHOLE,
    "portfolio_maps": _WHOLE,
    "portfolio_map": _WHOLE,
    "portfolio_map_place": _WHOLE & _WRITE,
    "portfolio_map_back": _WHOLE & _WRITE,
    "map_weights": frozenset({"administrator", "director"}),
    "programme": _WHOLE,
    "programme_watch": _WHOLE,
    "programme_case": _WHOLE,
    "programme_services": _WHOLE,
    "programme_outcomes": _WHOLE,
    "error_impacts": _SEE,
    "error_impacts_export": _EXPORT,
    "error_impacts_view_save": _SEE,
    "error_impacts_view_delete": _SEE,
    "error_impact_new": _WORK,
    "error_impact_edit": _WORK,
    "error_impact_remove": _WORK,
    "account_package": _SEE,
    "account_promise": _WRITE,
    "package_edit": _WRITE,
    **dict.fromkeys(
        (
            "programme_row",
            "programme_sponsor",
            "programme_ready",
            "standard_package",
            "promise_target",
            "programme_case_ask",
            "programme_line",
            "programme_line_remove",
        ),
        frozenset({"administrator", "director"}),
    ),
    **dict.fromkeys(("projects", "projects_view_save", "projects_view_delete", "project"), _SEE),
    "projects_export": _EXPORT,
    **dict.fromkeys(
        (
            "project_new",
            "project_edit",
            "project_settle",
            "project_start",
            "project_goals",
            "project_close",
            "project_check_in",
            "project_spend",
        ),
        _WORK,
    ),
    **dict.fromkeys(("project_level", "project_leader", "project_budget"), _ASSIGN),
    "autonomy": frozenset({"administrator", "director"}),
    **dict.fromkeys(
        ("reports", "reports_view_save", "reports_view_delete", "report", "report_hand_in"), _SEE
    ),
    "reports_export": _EXPORT,
    **dict.fromkeys(("reports_alike", "report_talk", "report_look"), _ASSIGN),
    **dict.fromkeys(
        ("report_duties", "report_duty_new", "report_duty"), frozenset({"administrator", "director"})
    ),
    "department_plans": _SEE,
    "department_plan": _SEE,
    "department_export": _EXPORT,
    **dict.fromkeys(
        (
            "department_plan_new",
            "department_derive",
            "department_person",
            "department_person_drop",
            "department_target",
        ),
        frozenset({"administrator", "director", "head_of_sales"}),
    ),
    "serving": _WHOLE,
    "serving_picture": _WHOLE,
    "activity_rates": frozenset({"administrator", "director"}),
    "account_costs": _SEE,
    "serving_cost_remove": _WRITE,
    "portfolio_values": _SEE,  # one's own and those of one's line; all for who sees the company
    "account_value": _SEE,
    "account_value_drop": _WRITE,
    "foresight": _WHOLE,
    "foresight_picture": _WHOLE,
    "account_health_picture": _SEE,
    "accounts": _SEE,
    "accounts_export": ALL - {"hr", "reader", "department_member", "auditor"},
    "accounts_view_save": _SEE,
    "accounts_view_delete": _SEE,
    "account": _SEE,
    "account_picture": _SEE,
    "account_products": _LEDGER,
    "account_documents": _LEDGER,
    "account_lines": _LEDGER,
    "account_details": _SEE,
    "account_edit": _WRITE,
    "account_field": _WRITE,
    "account_address": _WRITE,
    "account_external_id": _WRITE,
    "account_tags": _WRITE,
    "account_assign": _COVER,
    "account_team": _COVER,
    "address_remove": _WRITE,
    "external_id_remove": _WRITE,
    "coverage_end": _COVER,
    "account_doubles": _ASSIGN,
    "account_merge": _ASSIGN,
    "account_part": _ASSIGN,
    "account_merge_one": _ASSIGN,
    **dict.fromkeys(("contact_doubles", "contact_merge", "contact_merge_one", "contact_part"), _ASSIGN),
    "company_new": _CREATE,
    "industry_new": _CREATE,
    "industry": _CREATE,
    "costs": frozenset({"administrator", "director"}),
    "limits": frozenset({"administrator", "director"}),
    "contact": _SEE,
    "contact_new": _WRITE,
    "contact_say": _WRITE,
    "contact_edit": _WRITE,
    "contact_leave": _WRITE,
    "contact_move": _WRITE,
    "contact_interaction": _WRITE,
    "contact_note": _WRITE,
    "contact_note_forget": _WRITE,
    "contact_kept": _COVER,
    "contact_erase": _COVER,
    "accounts_bulk": _SEE,  # each action asks for its own right
    "prospects": _SEE,
    "prospects_export": _EXPORT,
    "prospects_view_save": _SEE,
    "prospects_view_delete": _SEE,
    "prospects_bulk": _SEE,
    "industries": _SEE,
    "industries_export": _EXPORT,
    "industries_view_save": _SEE,
    "industries_view_delete": _SEE,
    "account_dossier": _SEE,
    "account_timeline": _SEE,
    "fact": _SEE,
    "fact_new": _WRITE,
    "fact_correct": _WRITE,
    "fact_verify": _WRITE,
    "fact_withdraw": _WRITE,
    **dict.fromkeys(
        (
            *("week", "engagement", "engagement_brief", "account_visits"),
            *("engagements", "engagements_view_save", "engagements_view_delete", "engagements_bulk"),
        ),
        _SEE,
    ),
    "engagements_export": _EXPORT,
    **dict.fromkeys(("visit_norms", "visit_norm_drop"), frozenset({"administrator", "director"})),
    **dict.fromkeys(
        (
            *(
                "engagement_new",
                "engagement_record",
                "engagement_edit",
                "engagement_move",
                "engagement_hold",
                "engagement_off",
            ),
            "week_brief",
        ),
        _WRITE,
    ),
    "events": _SEE,
    "events_export": _EXPORT,
    "events_view_save": _SEE,
    "events_view_delete": _SEE,
    "events_bulk": _SEE,
    "event": _SEE,
    "event_new": _WRITE,
    "event_edit": _WRITE,
    "event_remove": _WRITE,
    "event_talk_new": _WRITE,
    "event_talk": _WRITE,
    "event_talk_remove": _WRITE,
    "event_part_new": _WRITE,
    "event_part": _WRITE,
    "event_part_attended": _WRITE,
    "event_part_remove": _WRITE,
    "act": _SEE,
    "act_new": _WRITE,
    "act_edit": _WRITE,
    "act_remove": _WRITE,
    "need": _SEE,
    "need_new": _WRITE,
    "need_edit": _WRITE,
    "budget_new": _WRITE,
    "note": _SEE,
    "note_new": _WRITE,
    "note_edit": _WRITE,  # another's: who may assign accounts
    "file": _SEE,
    "file_remove": _WRITE,
    "facts": _SEE,
    "facts_export": _EXPORT,
    "facts_view_save": _SEE,
    "facts_view_delete": _SEE,
    "facts_bulk": _SEE,
    "needs": _SEE,
    "needs_export": _EXPORT,
    "needs_view_save": _SEE,
    "needs_view_delete": _SEE,
    "needs_bulk": _SEE,
    "search": _SEE,
    "contacts": _SEE,
    "contacts_export": _EXPORT,
    "contacts_view_save": _SEE,
    "contacts_view_delete": _SEE,
    "contacts_bulk": _SEE,
    "explain": _SEE,  # of the whole company: _WHOLE
    "key_accounts": _SEE,
    "key_accounts_export": _EXPORT,
    "key_accounts_view_save": _SEE,
    "key_accounts_view_delete": _SEE,
    "review": _WHOLE,
    "review_export": _WHOLE & _EXPORT,
    "review_bulk": _WHOLE,
    "review_view_save": _WHOLE,
    "review_view_delete": _WHOLE,
    "review_begin": _COVER,
    "review_close": _COVER,
    "segment": _COVER,
    "references": _SEE,
    "references_export": _EXPORT,
    "references_view_save": _SEE,
    "references_view_delete": _SEE,
    "launches": _SEE,
    "launches_export": _EXPORT,
    "launches_view_save": _SEE,
    "launches_view_delete": _SEE,
    "reference": _SEE,
    "reference_any": _WRITE,
    "reference_new": _WRITE,
    "reference_edit": _WRITE,
    "reference_remove": _WRITE,
    "account_key": _SEE,
    "account_key_propose": ALL - {"hr", "auditor", "reader"},
    "account_key_end": ALL - {"hr", "auditor", "reader"},
    "account_supplier": _WRITE,
    "key_reason_clear": frozenset({"administrator", "director"}),
    "settings": frozenset({"administrator", "director"}),
    "settings_preview": frozenset({"administrator", "director"}),
    "today": SIGNED_IN,
    **dict.fromkeys(["signals", "signals_view_save", "signals_view_delete", "signals_bulk"], _SEE),
    **dict.fromkeys(["signal", "signal_rules"], _SEE),
    "signals_export": _EXPORT,
    **dict.fromkeys(["signal_snooze", "signal_wake", "signal_task", "signal_act"], _WORK),
    **dict.fromkeys(
        ["signal_rule_switch", "signal_rule_threshold"], frozenset({"administrator", "director"})
    ),
    **dict.fromkeys(["tasks", "tasks_view_save", "tasks_view_delete", "tasks_bulk"], _SEE),
    "tasks_export": _EXPORT,
    "task_new": _WORK,
    # One's own duties are reached by everybody, whatever the role; the rows of others are 404, or 403 inside the reach.
    **dict.fromkeys(["task", "task_edit", "task_finish", "task_drop", "task_reopen"], SIGNED_IN),
    **dict.fromkeys(["task_snooze", "task_wake", "task_tick"], SIGNED_IN),
    "task_assign": _ASSIGN,
    **dict.fromkeys(["requests", "requests_view_save", "requests_view_delete", "requests_bulk"], _SEE),
    "requests_export": _EXPORT,
    "request_new": _WORK,
    **dict.fromkeys(["request", "request_take", "request_answer", "request_withdraw"], SIGNED_IN),
    **dict.fromkeys(["approvals", "approvals_view_save", "approvals_view_delete", "approvals_bulk"], _SEE),
    "approvals_export": _EXPORT,
    "approval_new": ALL - {"hr", "auditor", "reader"},
    **dict.fromkeys(["approval", "approval_decide", "approval_withdraw"], SIGNED_IN),
    **dict.fromkeys(["claims", "claims_view_save", "claims_view_delete", "claim", "claims_told"], _SEE),
    **dict.fromkeys(["claims_bulk"], _SEE),
    "claims_export": _EXPORT,
    **dict.fromkeys(
        [
            "claim_new",
            "claim_edit",
            "claim_acknowledge",
            "claim_take",
            "claim_answer",
            "claim_expedite",
            "claim_assign",
            "claim_ask",
            "claim_settle",
            "claim_reject",
            "claim_reopen",
            "claim_log",
        ],
        _WORK,
    ),
    "claim_terms": frozenset({"administrator", "director"}),
    **dict.fromkeys(
        ["consultations", "consultations_view_save", "consultations_view_delete", "consultation"], _SEE
    ),
    "consultations_export": _EXPORT,
    **dict.fromkeys(["consultation_new", "consultation_edit", "consultation_follow_up"], _WORK),
    **dict.fromkeys(
        ["management", "management_view_save", "management_view_delete", "management_bulk"], _SEE
    ),
    "management_export": _EXPORT,
    **dict.fromkeys(["management_decision", "management_read"], _SEE),
    "management_new": frozenset({"administrator", "director"}),
    "account_work": _SEE,
    "account_distribute": _ASSIGN,
    "contact_import_new": _IMPORT_CONTACTS,
    "contact_import": _IMPORT_CONTACTS,
    "contact_import_settle": _IMPORT_CONTACTS,
    "contact_import_decide": _IMPORT_CONTACTS,
    "contact_import_start": _IMPORT_CONTACTS,
    "contact_import_undo": _IMPORT_CONTACTS,
    "contact_import_discard": _IMPORT_CONTACTS,
    "contact_import_report": _IMPORT_CONTACTS,
    "imports": _LEDGER,
    "import_batch": _LEDGER,
    "import_batch_refused": _LEDGER,
    "import_new": _IMPORTERS,
    "import_rates": _IMPORTERS,
    "import_draft": _IMPORTERS,
    "import_settle": _IMPORTERS,
    "import_start": _IMPORTERS,
    "import_abandon": _IMPORTERS,
    "import_draft_refused": _IMPORTERS,
    "import_withdraw": frozenset({"administrator"}),
    "import_restore": frozenset({"administrator"}),
    "instruments": _SEE,
    "instrument": _SEE,
    "instrument_adapt": frozenset({"administrator", "director"}),
    "instrument_use": frozenset({"administrator", "director"}),
    "instrument_start": _SEE - {"auditor", "reader"},
    "instrument_history": _SEE,
    "assessments": _SEE,
    "assessments_export": _EXPORT,
    "assessments_view_save": _SEE,
    "assessments_view_delete": _SEE,
    "assessment": _SEE,  # another's open one is 404
    "assessment_save": _SEE - {"auditor", "reader"},
    "assessment_answer": _SEE - {"auditor", "reader"},
    "assessment_discard": _SEE - {"auditor", "reader"},
    "account_people": _SEE,
    "account_map": _SEE,
    "account_people_slide": _EXPORT,
    "account_map_export": _EXPORT,
    "map_step": _WRITE,
    "map_person": _SEE,
    "map_act": _WRITE,
    "vips": _SEE,
    "account_login": ANYBODY,
    "account_logout": ANYBODY,
    "account_inactive": ANYBODY,
    "mfa_authenticate": ANYBODY,  # after the password, before the person is in
    "mfa_login_webauthn": ANYBODY,
    "sign_in_openid": ANYBODY,
    "openid_connect_callback": ANYBODY,
    "socialaccount_login_cancelled": ANYBODY,
    "invitation": ANYBODY,  # whoever holds the secret of the link
    "account_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "you": SIGNED_IN,
    "you_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_reset_password": ANYBODY,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": ANYBODY,  # the key in the link is the right
    "account_reset_password_from_key_done": ANYBODY,
    "account_set_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,  # one's own; others' are 404
    "mfa_remove_webauthn": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "session_end": SIGNED_IN,
    "sign_ins": _ADMINISTRATORS,
    **dict.fromkeys(("roles", "role_new", "role_edit", "role_remove"), _ADMINISTRATORS),
    **dict.fromkeys(("people", "people_view_save", "people_view_delete"), _PEOPLE),
    "people_export": _PEOPLE & _EXPORT,
    "person": _PEOPLE,
    "person_authority": _PEOPLE,
    "person_edit": _ADMINISTRATORS,
    "units": _PEOPLE,
    **dict.fromkeys(("unit_new", "unit_edit", "unit_remove"), _ADMINISTRATORS),
    **dict.fromkeys(("absences", "absence", "absences_view_save", "absences_view_delete"), _PEOPLE),
    "absences_export": _PEOPLE & _EXPORT,
    "absence_new": _DELEGATE,
    "absence_revoke": _DELEGATE,
    **dict.fromkeys(
        ("offboarding", "offboarding_begin", "offboarding_stay", "offboarding_hand_on", "offboarding_tasks"),
        frozenset({"administrator", "director", "head_of_sales", "hr"}),
    ),
    **dict.fromkeys(
        ("trail", "trail_view_save", "trail_view_delete"), frozenset({"administrator", "director", "auditor"})
    ),
    "trail_export": frozenset({"administrator", "director"}),
    **dict.fromkeys(
        (
            "handovers",
            "handovers_view_save",
            "handovers_view_delete",
            "handover",
            "handover_introduce",
            "handover_finish",
        ),
        _SEE,
    ),
    "handovers_export": _EXPORT,
    "handover_pack": _EXPORT,
    "documents": _EXPORT,
    "document_make": _EXPORT,
    "documents_made": _EXPORT,
    "documents_made_export": _EXPORT,
    "documents_made_view_save": _EXPORT,
    "documents_made_view_delete": _EXPORT,
    "document_file": _EXPORT,  # one's own; others' are 404
    "account_make": _EXPORT,
    **dict.fromkeys(
        (
            "document_templates",
            "document_template",
            "document_template_file",
            "document_template_use",
            "document_template_reset",
            "legal_texts",
            "legal_text",
            "legal_text_new",
            "legal_text_remove",
        ),
        frozenset({"administrator", "director"}),
    ),
    "calendar_open": _EXPORT,
    "calendar_close": SIGNED_IN,
    "calendar_feed": ANYBODY,  # whoever knows the secret in it; it follows the rights of its owner
    "handover_new": frozenset({"administrator", "director", "head_of_sales"}),
    "handover_withdraw": frozenset({"administrator", "director", "head_of_sales"}),
    "person_confirm_email": _ADMINISTRATORS,
    "person_forget_second_factor": _ADMINISTRATORS,
    "invitation_revoke": _ADMINISTRATORS,
    **dict.fromkeys(
        (
            *("protections", "protections_view_save", "protections_view_delete"),
            *(
                "barriers",
                "barriers_view_save",
                "barriers_view_delete",
                "account_risk",
                "risks",
                "account_decision",
            ),
        ),
        _SEE,
    ),
    **dict.fromkeys(("protections_export", "barriers_export"), _EXPORT),
    **dict.fromkeys(
        (
            *(
                f"{name}{more}"
                for name in ("plans", "plan_ideas", "plan_templates")
                for more in ("", "_view_save", "_view_delete")
            ),
            *("plan_ideas_bulk", "plan_templates_bulk"),
            *("account_plan", "plan", "plan_page", "objective", "plan_review", "plan_version"),
        ),
        _SEE,
    ),
    **dict.fromkeys(("plans_export", "plan_ideas_export", "plan_templates_export", "plan_timeline"), _EXPORT),
    # Who writes of plans reads them too: nobody from outside does.
    **dict.fromkeys(
        (
            *(
                "plan_new",
                "plan_edit",
                "plan_identify",
                "plan_agreement",
                "plan_loyalty",
                "plan_opportunities",
            ),
            *("plan_close", "plan_reopen", "plan_line_new", "plan_line_edit", "plan_line_remove"),
            *("objective_new", "objective_edit", "objective_count", "objective_remove"),
            *("activity_new", "activity_edit", "activity_remove", "resource_new", "resource_remove"),
            *("plan_review_new", "plan_review_edit", "plan_review_minutes", "plan_review_cancel"),
            *(
                "plan_version_new",
                "plan_ask",
                "plan_customer",
                "plan_comment",
                "plan_copy",
                "plan_template_new",
            ),
        ),
        _WRITE,
    ),
    "account_keep": _WORK,
    **dict.fromkeys(("protection_goal", "barrier_new", "barrier_edit", "barrier_remove"), _WRITE),
    "potential": _SEE,
    **dict.fromkeys(
        (
            *("potentials", "potentials_view_save", "potentials_view_delete"),
            *("gaps", "gaps_view_save", "gaps_view_delete"),
            *("opportunities", "opportunities_view_save", "opportunities_view_delete", "opportunities_bulk"),
        ),
        _SEE,
    ),
    **dict.fromkeys(("potentials_export", "gaps_export", "opportunities_export"), _EXPORT),
    **dict.fromkeys(
        ("account_potential", "potential_cell", "potential_history", "potential_rule", "opportunity"), _SEE
    ),
    # Who writes of needs reads them too: nobody from outside does.
    **dict.fromkeys(
        (
            *("potential_field", "potential_estimate", "potential_sheet", "potential_why_not", "why_not_end"),
            *("division_new", "division_edit", "division_remove", "opportunity_new", "opportunity_edit"),
        ),
        _WRITE,
    ),
}

#: Sign-in views are allauth's own and carry no gate of ours; a test of their own asks for them.
FOREIGN = {
    name
    for name, row in MATRIX.items()
    if row in (ANYBODY, SIGNED_IN)
    and name.startswith(("account_", "mfa_", "socialaccount_", "usersessions_"))
} | {"openid_connect_callback"}


def addresses(resolver: URLResolver | None = None) -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        found.update(
            addresses(entry) if isinstance(entry, URLResolver) else {entry.name or str(entry.pattern): entry}
        )
    return found


def allowed(right: str) -> object:
    if right in (ANYBODY, SIGNED_IN):
        return right
    return frozenset(key for key, role in ROLES.items() if right in role.rights)


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(addresses()) == set(MATRIX)


@pytest.mark.parametrize("name", sorted(set(addresses()) - FOREIGN))
def test_the_gate_of_every_view_is_the_row(name):
    right = getattr(addresses()[name].callback, "right", None)
    assert right is not None, f"{name} has no gate"
    also = getattr(addresses()[name].callback, "also", "")
    assert (allowed(right) & allowed(also) if also else allowed(right)) == MATRIX[name]


def test_no_role_holds_a_right_that_does_not_exist():
    assert {right for role in ROLES.values() for right in role.rights} - set(RIGHTS) == set()


# Requests, not declarations: each address is asked for by each role with the HTTP test client.


def _arguments(pattern: URLPattern) -> dict[str, object]:
    samples = {
        "int": 987654,
        "str": "no-such",
        "slug": "no-such",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
    samples |= {"path": "no-such"}
    converters = pattern.pattern.converters
    if isinstance(pattern.pattern, RegexPattern):
        return dict.fromkeys(pattern.pattern.regex.groupindex, "x")
    return {key: samples.get(_kind(converter), "no-such") for key, converter in converters.items()}


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


@pytest.fixture(scope="module")
def everybody(django_db_setup, django_db_blocker) -> Iterator[dict[str, Client]]:
    """Role -> a browser in which somebody of that role is signed in: once, because 13,000 sign-ins take minutes."""
    with django_db_blocker.unblock(), transaction.atomic():
        Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
        clients = {role: Client() for role in sorted(ALL)}
        for role, client in clients.items():
            client.force_login(User.objects.create_user(role, password="kamerton-test", role=role))
        yield clients
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(set(addresses()) - FOREIGN))
def test_who_gets_in(name, method, client, everybody):
    """Each role asks, and sends an empty form: the gate answers before anything is looked at."""
    url = reverse(name, kwargs=_arguments(addresses()[name]))
    row = MATRIX[name]
    anonymous = getattr(client, method)(url)
    if row != ANYBODY:
        assert anonymous.status_code == 302, (name, anonymous.status_code)
        assert "/sign-in/" in anonymous["Location"]
    for role, browser in everybody.items():
        status = getattr(browser, method)(url).status_code
        let_in = row in (ANYBODY, SIGNED_IN) or role in row
        assert (status != 403) is let_in, (name, role, status)
        assert status < 500, (name, role, status)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_foreign_views_keep_their_row_too(name, method, client, everybody):
    url = reverse(name, kwargs=_arguments(addresses()[name]))
    anonymous = getattr(client, method)(url)
    if MATRIX[name] == SIGNED_IN:
        assert (anonymous.status_code, "/sign-in/" in anonymous.get("Location", "")) == (302, True)
    for role, browser in everybody.items():
        assert getattr(browser, method)(url).status_code in {200, 302, 400, 401, 404, 405, 429}, (name, role)
