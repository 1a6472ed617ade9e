"""The pages that stand behind a tab, a button or another page: the command palette finds them by their words.

Who may open a page is said by the gate before its view and read from there.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.access import policy
from kamerton.web.gates import ANYBODY, SIGNED_IN
from kamerton.web.parts import Entry

#: URL name, label, icon, more words that find it; in the order in which they are shown.
_PAGES: tuple[tuple[str, str | Promise, str, str | Promise], ...] = (
    ("key_accounts", _("Key accounts"), "key", _("status segments tiers strategic proposals")),
    ("review", _("Review of the whole base"), "key", _("yearly key accounts decide propose")),
    ("references", _("References"), "quote", _("recommend stories success cases")),
    ("launches", _("Launch shortlist"), "flag", _("first new products pilots")),
    ("risks", _("Risk"), "alert-triangle", _("churn leaving losing dependence margin pressure health")),
    ("protections", _("Plans against losing them"), "shield", _("risk loss retention protection dependence churn")),
    ("barriers", _("Register of barriers"), "shield", _("exit switching loss hold")),
    ("portfolio_maps", _("Portfolio maps"), "chart-dots", _("matrix attractiveness cells")),
    ("what_if", _("What if"), "chart-arcs", _("simulate loss scenario grow lose")),
    ("portfolio_values", _("Value of portfolios"), "chart-line", _("lifetime clv worth years")),
    ("department_plans", _("Targets"), "target", _("plan volumes quota department individual active base")),
    ("serving", _("Cost to serve"), "coins", _("service hours activities margin")),
    ("sellers", _("Sellers"), "users", _("kam sales people load dependence")),
    ("programme", _("Programme"), "list-check", _("maturity readiness sponsor key account")),
    ("programme_watch", _("Advantages and risks of the programme"), "list-check", _("maturity measures")),
    ("programme_case", _("Business case of the programme"), "list-check", _("budget costs return")),
    ("programme_services", _("Service package of key accounts"), "list-check", _("promises targets treatment breach")),
    ("programme_outcomes", _("Outcomes of the programme"), "list-check", _("results profit loyalty churn margin")),
    ("error_impacts", _("What went wrong"), "alert-triangle", _("mistakes errors loss lesson")),
    ("foresight", _("How well it told"), "target", _("forecast accuracy churn backtest calibration")),
    ("potentials", _("Accounts by potential"), "chart-pie", _("ranking wallet")),
    ("gaps", _("Gaps"), "chart-pie", _("white space needs competitors")),
    ("opportunities", _("Opportunities"), "flag", _("pipeline stages deals")),
    ("plan_ideas", _("Ideas of products developed together"), "bulb", _("co-development design applications")),
    ("plan_templates", _("Templates of plans"), "list", _("account business plan sector")),
    ("vips", _("VIPs by territory"), "crown", _("opinion leaders allies rivals power")),
    ("events", _("Events"), "calendar-event", _("fair fairs conference congress presentation visit invitation guests")),
    ("projects", _("Projects"), "target", _("vip opinion leader autonomy level budget vision check-in")),
    ("autonomy", _("How freely projects are led"), "adjustments-horizontal", _("development level D1 D4 check-in settings")),
    ("requests", _("Requests"), "checkbox", _("departments ask service support")),
    ("approvals", _("Decisions"), "checkbox", _("approvals approve agree")),
    ("claims_told", _("What claims tell"), "chart-bar", _("complaints causes time satisfaction")),
    ("claim_terms", _("Terms for claims"), "adjustments-horizontal", _("complaints deadlines timers settings")),
    ("consultations", _("Consultations"), "checkbox", _("questions advice")),
    ("documents_made", _("Made documents"), "file-text", _("taken out exported files")),
    ("document_templates", _("Templates of documents"), "file-text", _("word powerpoint placeholders letterhead")),
    ("legal_texts", _("Texts of the law"), "file-text", _("legal country references documents")),
    ("reports", _("Reports"), "checkbox", _("due late missing hand in owed documents")),
    ("handovers", _("Hand-overs"), "users", _("transfer accounts colleague introduce")),
    ("instruments", _("Questionnaires and checklists"), "list", _("instruments assess ladder survey")),
    ("assessments", _("Assessments"), "list", _("answers questionnaires filled ladder")),
    ("units", _("Units"), "users", _("departments teams organisation structure")),
    ("absences", _("Absences"), "users", _("holiday leave sick stand in delegate")),
    ("roles", _("Roles"), "users", _("rights permissions access")),
    ("sign_ins", _("Sign-ins"), "users", _("sessions log attempts security")),
    ("trail", _("Trail"), "list", _("audit history log who changed")),
    ("costs", _("Own costs"), "adjustments-horizontal", _("margin settings")),
    ("activity_rates", _("Costs of activities"), "adjustments-horizontal", _("rates hour serve settings")),
    ("contact_doubles", _("Possible doubles of contacts"), "list", _("merge duplicates people persons")),
)  # fmt: skip


def label_of(name: str) -> str | Promise:
    """Of the page with this URL name; "" for none."""
    return next((label for known, label, _icon, _words in _PAGES if known == name), "")


def pages(request: HttpRequest) -> Iterator[Entry]:
    for name, label, icon, words in _PAGES:
        if url := _open(request, name):
            yield Entry(str(label), url, icon, words=str(words))


def _open(request: HttpRequest, name: str) -> str:
    """Its address; empty where there is none, or for whom the gate would stop."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return ""
    view = resolve(url).func
    for right in (view.right, view.also):  # type: ignore[attr-defined]
        if right not in ("", ANYBODY, SIGNED_IN) and not policy.can(request.user, right):
            return ""
    return url
