"""Templates of the company's own, its texts of the law, and documents that its people took out."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.demo.company import COMPANY_NAME
from kamerton.documents.actions import legal, templates
from kamerton.documents.actions.make import make
from kamerton.documents.kinds import dossier, review
from kamerton.documents.office import word_default
from kamerton.documents.writing import default

#: Country, text. The last one: of every other.
_LAW = (
    ("IT", "Personal data are processed under Regulation (EU) 2016/679 and Legislative Decree 196/2003."),
    ("PL", "Personal data are processed under Regulation (EU) 2016/679 and the Act of 10 May 2018."),
    ("", "Personal data are processed under the law of the country of the customer. Not to be handed on."),
)
_ACCENT = "1B5E7A"


def tell(
    *, users: Mapping[str, User], account: Callable[[str], Account], at: Callable[[int], dt.datetime]
) -> None:
    for country, text in _LAW:
        told = {"country": country, "kind": "", "language": "", "text": text}
        legal.save(actor=users["anna"], row=None, opened={}, submitted=told, now=at(150))
    templates.upload(
        actor=users["anna"], kind=dossier.KIND, format="docx", language="", name="Lumaro letterhead.docx",
        pieces=[letterhead()], now=at(140),
    )  # fmt: skip
    templates.upload(
        actor=users["anna"], kind=review.KEY, format="pptx", language="", name="Lumaro review.pptx",
        pieces=[_deck()], now=at(139),
    )  # fmt: skip
    make(actor=users["irina"], kind=dossier.KIND, format="docx", subject=account("Helios Tarvia"), now=at(3))


def letterhead() -> bytes:
    """Our own template with the name of the house over it."""
    import docx  # noqa: PLC0415 - slow to load
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    document = docx.Document(io.BytesIO(word_default.template()))
    first = document.paragraphs[0].insert_paragraph_before()
    name = first.add_run(COMPANY_NAME)
    name.bold, name.font.size, name.font.color.rgb = True, Pt(11), RGBColor.from_string(_ACCENT)
    return _saved(document)


def _deck() -> bytes:
    from pptx import Presentation  # noqa: PLC0415 - slow to load

    deck = Presentation(io.BytesIO(default(review.KEY, "pptx")))
    for shape in deck.slides[0].shapes:
        if shape.name == "company":
            shape.text_frame.paragraphs[0].runs[0].text = f"{COMPANY_NAME} · {{{{reader}}}}"
    return _saved(deck)


def _saved(file: object) -> bytes:
    written = io.BytesIO()
    file.save(written)  # type: ignore[attr-defined]
    return written.getvalue()
