"""The fixed rows of the programme, in the words of the field: conditions, advantages, risks, the two ways of selling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

#: ADP-05: a programme is ready when all of these are met.
CONDITIONS: Mapping[str, Text] = {
    "integration": _("It is part of the commercial system"),
    "support": _("The company and its top management support it"),
    "communication": _("Sales and service communicate clearly"),
    "objectives": _("Objectives and missions are defined"),
    "definition": _("It is clear when a customer is key"),
}

#: ADP-03, each with the figure that fits it best; "" has none yet.
ADVANTAGES: Mapping[str, tuple[Text, str]] = {
    "supply": (_("Close supply relations"), "retention"),
    "penetration": (_("We reach deeper into the decision unit"), "people_met"),
    "coordination": (_("Communication and coordination"), "requests_in_time"),
    "follow_up": (_("Follow-up in sales and service"), "request_days"),
    "volumes": (_("Higher volumes"), "key_turnover"),
    "careers": (_("A career for sellers who deserve it"), ""),
    "planning": (_("Forecast, production and delivery planned together save money"), "key_margin"),
    "cooperation": (_("Cooperation in research, new products and promotion"), "advice_used"),
}

#: ADP-04, each with the figure that shows it.
RISKS: Mapping[str, tuple[Text, str]] = {
    "dependence": (_("We depend on few customers"), "largest_share"),
    "margin": (_("Pressure on margins"), "key_margin"),
    "service": (_("Exaggerated demands for service"), "serving_rate"),
    "small": (_("Small customers are neglected"), "neglected"),
    "team": (_("Resistance to working in teams"), "requests_in_time"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the comparison: what it is about, and both ways."""

    about: Text
    traditional: Text
    kam: Text


#: ADP-06.
PRACTICES: Mapping[str, Compared] = {
    "goal": Compared(_("Final goal"), _("The sale"), _("Preferred supplier status")),
    "competences": Compared(
        _("Competences"), _("Questions, objections, closing"), _("Building trust, giving high service")
    ),
    "relation": Compared(_("Relation"), _("Short, intermittent"), _("Long, intense")),
    "seller_goal": Compared(_("Goal of the seller"), _("To close the sale"), _("To manage the relation")),
    "force": Compared(
        _("Sales force"), _("One or two sellers a customer"), _("Several sellers, multifunctional teams")
    ),
}  # fmt: skip

#: ADP-09, with what to do.
ERRORS: Mapping[str, tuple[Text, Text]] = {
    "who": (_("Nobody has written down who is a key account"), _("Write the profile")),
    "strategy": (
        _("No strategic thinking: key accounts without an estimate for several years"),
        _("Estimate what they will need beyond 12 months"),
    ),
    "needs": (_("Needs of key accounts are not understood"), _("Write down their needs and fill their dossier")),
    "offers": (
        _("What competitors offer to key accounts is unknown"), _("Write down who else sells to them, and what")
    ),
}  # fmt: skip

ROWS: Mapping[str, Mapping[str, Text]] = {
    "condition": CONDITIONS,
    "advantage": {key: name for key, (name, _measure) in ADVANTAGES.items()},
    "risk": {key: name for key, (name, _measure) in RISKS.items()},
    "practice": {key: row.about for key, row in PRACTICES.items()},
}
USUAL_MEASURE: Mapping[str, Mapping[str, str]] = {
    "advantage": {key: measure for key, (_name, measure) in ADVANTAGES.items()},
    "risk": {key: measure for key, (_name, measure) in RISKS.items()},
    "condition": {},
    "practice": {},
}
