"""From a content to a file of a format, by the company's template or by ours."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from kamerton.accounts import file_store
from kamerton.core.refused import Refused
from kamerton.documents.content import Content, is_wide
from kamerton.documents.models import Template
from kamerton.documents.office import paper, slides, word, word_default, workbook
from kamerton.documents.registry import DocumentKind, Format


class NotMade(Refused):
    """The document is not there. Nothing was changed."""


def written(kind: DocumentKind, format: Format, content: Content, template: Template | None) -> bytes:  # noqa: A002
    """Raises NotMade, and what the writers refuse."""
    if format in kind.writers:
        return kind.writers[format](content)
    if format == "docx":
        return word.fill(
            bytes_of(template) if template else word_default.template(wide=is_wide(content)), content
        )
    if format == "pptx":
        return slides.fill(bytes_of(template) if template else default(kind, "pptx"), content)
    return paper.pdf(content) if format == "pdf" else workbook.xlsx(content)


def default(kind: DocumentKind, format: Format) -> bytes:  # noqa: A002
    """Our own template: a file like any other."""
    if format == "docx":
        return word_default.template()
    if kind.deck is None:
        raise KeyError(kind.key)
    return kind.deck()


def bytes_of(template: Template) -> bytes:
    """What was uploaded, unless it is gone or is not what it was when it was checked."""
    try:
        blob = file_store.path_of(template.stored_name).read_bytes()
    except OSError:
        blob = b""
    if hashlib.sha256(blob).hexdigest() != template.sha256:
        raise NotMade(
            _("The template “%(name)s” is not in the folder of files any more, or was changed there.")
            % {"name": template.name},
            code="template_gone",
            hint=_("Ask an administrator to upload it again, or to go back to the template of the product."),
        )
    return blob
