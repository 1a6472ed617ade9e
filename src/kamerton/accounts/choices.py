"""The closed lists of the room, each once. Keys are stored; names are for the reader."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.accounts import ladder


def account_stages() -> list[tuple[str, str | Promise]]:
    return [
        ("customer", _("Customer")),
        ("prospect", _("Prospect")),
        ("newcomer", _("Strategic newcomer")),  # REL-16: followed before there is a company to sell to
        ("former", _("Former customer")),
    ]


def newcomer_kinds() -> list[tuple[str, str | Promise]]:
    """Who a strategic newcomer is (REL-16)."""
    return [
        ("influencer", _("Influencer")),
        ("decision_maker", _("Decision-maker")),
        ("partner", _("Business partner")),
        ("private_client", _("Private client with large deals")),
    ]


def address_kinds() -> list[tuple[str, str | Promise]]:
    return [
        ("legal", _("Registered office")),
        ("billing", _("Billing")),
        ("delivery", _("Delivery")),
        ("visit", _("Visits")),
    ]


def coverage_roles() -> list[tuple[str, str | Promise]]:
    """What somebody of ours, or a partner, is for an account (TEAM-02)."""
    return [
        ("responsible", _("Responsible key account manager")),
        ("deputy", _("Deputy")),
        ("junior", _("Junior key account manager")),
        ("sales", _("Sales")),
        ("technical", _("Technical specialist")),
        ("customer_service", _("Customer service")),
        ("logistics", _("Logistics")),
        ("finance", _("Finance")),
        ("marketing", _("Marketing")),
        ("design", _("Design")),
        ("sponsor", _("Executive sponsor")),
        ("partner", _("Partner")),
    ]


def contact_functions() -> list[tuple[str, str | Promise]]:
    """What a contact does in the customer's company."""
    return [
        ("management", _("Management")),
        ("purchasing", _("Purchasing")),
        ("finance", _("Finance")),
        ("technical", _("Engineering")),
        ("production", _("Production")),
        ("quality", _("Quality")),
        ("logistics", _("Logistics")),
        ("marketing", _("Marketing")),
        ("sales", _("Sales")),
        ("it", _("IT")),
        ("legal", _("Legal")),
        ("administration", _("Administration")),
        ("other", _("Other")),
    ]


def contact_levels() -> list[tuple[str, str | Promise]]:
    return [
        ("owner", _("Owner")),
        ("top", _("Top management")),
        ("middle", _("Middle management")),
        ("operational", _("Operations")),
    ]


def decision_roles() -> list[tuple[str, str | Promise]]:
    """The part that a contact has in a decision to buy (REL-01)."""
    return [
        ("user", _("User")),
        ("influencer", _("Influencer")),
        ("decider", _("Decider")),
        ("buyer", _("Buyer")),
        ("approver", _("Approver")),
        ("technical", _("Technical")),
        ("finance", _("Finance")),
        ("administration", _("Administration")),
    ]


def supports() -> list[tuple[int, str | Promise]]:
    return [
        (2, _("Mentor")),
        (1, _("Supporter")),
        (0, _("Neutral")),
        (-1, _("Opponent")),
        (-2, _("Enemy")),
    ]


def tie_depths() -> list[tuple[str, str | Promise]]:
    """How well one of ours knows a contact."""
    return [
        ("none", pgettext_lazy("coverage of a contact", "None")),
        ("brief", pgettext_lazy("coverage of a contact", "Brief")),
        ("many", pgettext_lazy("coverage of a contact", "Many contacts")),
        ("deep", pgettext_lazy("coverage of a contact", "In depth")),
    ]


def ladder_stages() -> list[tuple[int, str | Promise]]:
    return ladder.stages()


def relation_kinds() -> list[tuple[str, str | Promise]]:
    return [
        ("influences", _("Influences")),
        ("blocks", _("Blocks")),
        ("ally", _("Ally of")),
        ("rival", _("Rival of")),
        ("knows", _("Knows")),
    ]


def interaction_kinds() -> list[tuple[str, str | Promise]]:
    return [
        ("visit", _("Visit")),
        ("meeting", _("Meeting")),
        ("call", _("Call")),
        ("message", _("Message")),
        ("event", _("Event")),
        ("informal", _("Informal")),
    ]


def fact_topics() -> list[tuple[str, str | Promise]]:
    """What a fact is about. The first six are the dossier's required fields (DOS-01)."""
    return [
        ("company", _("Company")),
        ("income", pgettext_lazy("fact", "Income")),
        ("financials", _("Financial indicators")),
        ("history", _("History")),
        ("needs", _("Possible needs")),
        ("plans", _("Development plans")),
        ("business", _("How their business works")),
        ("process", _("Processes")),
        ("goal", _("Goals")),
        ("job", _("Tasks before them")),
        ("solution", _("Solutions that help")),
        ("profitability", _("How they can be more profitable")),
        ("lead", _("How they can be ahead of competitors")),
        ("achievement", _("How their goals are reached")),
        ("position", _("How their market position grows")),
        ("motive", _("What a person is rewarded for")),
        ("market", _("Their market")),
        ("competitor", _("Competitors")),
        ("budget", _("Money and budgets")),
        ("other", _("Other")),
    ]


DOSSIER_TOPICS = ("company", "income", "financials", "history", "needs", "plans")
ORGANISATION_TOPICS = ("profitability", "lead", "achievement", "position")  # DOS-04


def fact_sources() -> list[tuple[str, str | Promise]]:
    return [
        ("", _("No source")),
        ("interview", _("Interview")),
        ("contact", _("Said by a contact")),
        ("document", _("Document")),
        ("website", _("Website")),
        ("press", _("Press")),
        ("ledger", _("Our own records")),
        ("observation", _("Seen ourselves")),
        ("research", _("Market research")),
    ]


def confidences() -> list[tuple[str, str | Promise]]:
    return [("assumed", _("Assumed")), ("likely", _("Likely")), ("verified", _("Verified"))]


def need_states() -> list[tuple[str, str | Promise]]:
    return [
        ("open", pgettext_lazy("need", "Open")),
        ("answered", _("Answered")),
        ("won", _("Won")),
        ("lost", _("Went elsewhere")),
        ("gone", _("No longer there")),
    ]


def note_kinds() -> list[tuple[str, str | Promise]]:
    return [
        ("note", _("Note")),
        ("problem", _("Question, problem or complaint")),
        ("interview", _("Interview")),
        ("research", _("Market research")),
        ("news", _("News")),
    ]


def lawful_bases() -> list[tuple[str, str | Promise]]:
    return [
        ("consent", _("Consent of the person")),
        ("contract", _("Needed for a contract")),
        ("legitimate", _("Legitimate interest")),
        ("legal", _("Legal obligation")),
    ]


def budget_levels() -> list[tuple[str, str | Promise]]:
    """From whom word of a budget came, or at which level it moves (DOS-10)."""
    return [
        ("administration", _("Administration")),
        ("middle", _("Middle management")),
        ("top", _("Top management")),
        ("vip", pgettext_lazy("level of a budget", "VIP")),
    ]


def event_kinds() -> list[tuple[str, str | Promise]]:
    return [
        ("company", _("Company event")),
        ("fair", _("Fair")),
        ("conference", _("Conference")),
        ("public", _("Public event")),
    ]


def invitation_answers() -> list[tuple[str, str | Promise]]:
    return [
        ("", _("None yet")),
        ("yes", pgettext_lazy("invitation", "Comes")),
        ("no", pgettext_lazy("invitation", "Does not come")),
    ]


def act_sides() -> list[tuple[str, str | Promise]]:
    return [("us", _("For us")), ("competitor", _("For a competitor"))]


def act_kinds() -> list[tuple[str, str | Promise]]:
    """A recommendation given is what REL-11 counts."""
    return [
        ("recommended", _("Recommended")),
        ("preferred", _("Preferred in a decision")),
        ("spoke", _("Spoke in public")),
        ("opened", _("Opened a door")),
        ("other", _("Something else")),
    ]


def act_weights() -> list[tuple[int, str | Promise]]:
    return [
        (1, pgettext_lazy("act", "Weakly")),
        (2, pgettext_lazy("act", "Clearly")),
        (3, pgettext_lazy("act", "Strongly")),
    ]
