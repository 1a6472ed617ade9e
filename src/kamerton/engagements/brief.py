"""Whether a meeting is prepared, and questions that the dossier answers already. Pure (MTG-04, MTG-08)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

Part = Literal["client", "questions", "needs", "offers", "business", "products"]
#: What a brief is made of, in its order; an empty one means: not ready.
PARTS: tuple[Part, ...] = ("client", "business", "needs", "questions", "offers", "products")

#: Asking what anybody could have read before: what they do, who they are. By language; words of the question.
_BASIC = re.compile(
    r"what (?:does|do) (?:your company|your firm|you)(?: \w+)? (?:do|make|sell|produce)"
    r"|tell (?:me|us) (?:what|about) (?:your|the) company|tell (?:me|us) what your company does|who are you"
    r"|cosa fa (?:la tua|la sua|la vostra) (?:azienda|ditta|societ\w+)|di cosa (?:si|vi) occupa"
    r"|czym (?:się )?zajmuje(?:cie)? ?(?:się)?|co robi (?:pana|pani|wasza|państwa) firma"
    r"|чем (?:занимается|вы занимаетесь)|расскажите,? (?:чем|о вашей (?:компании|фирме))",
    re.IGNORECASE,
)


def missing(filled: Mapping[Part, bool]) -> tuple[Part, ...]:
    """The parts that hold nothing; none: ready."""
    return tuple(part for part in PARTS if not filled.get(part))


def basic_questions(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The lines that ask what the dossier answers already; nothing where it knows nothing of the company."""
    if not {"company", "business"} & set(known):
        return ()
    return tuple(line.strip() for line in text.splitlines() if _BASIC.search(line))
