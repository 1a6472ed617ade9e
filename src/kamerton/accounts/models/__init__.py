"""Companies, the people in them, and what is known of both."""

from kamerton.accounts.models.companies import (
    Account,
    Address,
    Coverage,
    ExternalId,
    Industry,
    Limits,
    Merge,
    Tag,
)
from kamerton.accounts.models.events import Act, Event, Participation, Presentation
from kamerton.accounts.models.knowledge import (
    Attachment,
    BudgetMovement,
    Fact,
    Need,
    Note,
    PersonalNote,
)
from kamerton.accounts.models.people import (
    Contact,
    ContactMerge,
    Interaction,
    Opinion,
    PowerChange,
    Relation,
    Tie,
)
from kamerton.accounts.models.search import SearchEntry

__all__ = [
    "Account",
    "Act",
    "Address",
    "Attachment",
    "BudgetMovement",
    "Contact",
    "ContactMerge",
    "Coverage",
    "Event",
    "ExternalId",
    "Fact",
    "Industry",
    "Interaction",
    "Limits",
    "Merge",
    "Need",
    "Note",
    "Opinion",
    "Participation",
    "PersonalNote",
    "PowerChange",
    "Presentation",
    "Relation",
    "SearchEntry",
    "Tag",
    "Tie",
]
