"""Whether a Word or PowerPoint file from outside is safe to open and to hand on. It is read, never run.

Refused: macros, controls and embedded programs; anything that is fetched from elsewhere when the file is opened (a
remote template, linked pictures, fields that load or run something); document type declarations, which entity bombs
need; archives that grow beyond what a template needs. Links that a reader clicks on are left.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Literal, NoReturn

from django.utils.translation import gettext as _
from lxml import etree

from kamerton.core.refused import Refused

Office = Literal["docx", "pptx"]

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 120 * 1024 * 1024
LARGEST_XML_BYTES = 16 * 1024 * 1024
MOST_PARTS = 2000
#: No picture or text of an honest file packs better; small parts may.
HIGHEST_RATIO, RATIO_FROM_BYTES = 200, 1024 * 1024

_OPC = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES: dict[Office, str] = {
    "docx": f"{_OPC}wordprocessingml.document.main+xml",
    "pptx": f"{_OPC}presentationml.presentation.main+xml",
}
_WORKBOOK = f"{_OPC}spreadsheetml.sheet.main+xml"
_NO_PARTS = re.compile(
    r"vbaProject|vbaData|macroEnabled|activeX|oleObject|ctrlProp|customUI|attachedToolbars|\.exe$",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"\x00\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|DDEAUTO|DDE|LINK|IMPORT|DATABASE|RD|MACROBUTTON)\b",
    re.IGNORECASE,
)
_ELEMENTS = frozenset(
    {
        "altChunk",
        "subDoc",
        "mailMerge",
        "attachedTemplate",
        "oleObj",
        "OLEObject",
        "control",
        "object",
        "externalData",
    }
)
_CHART_NS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_ACTION = re.compile(r"^ppaction://(macro|program|ole|hlinkfile|hlinkpres)", re.IGNORECASE)
_CLICKED = ("http://", "https://", "mailto:", "tel:")


class BadTemplate(Refused):
    """A file that is no template of ours. Nothing of it was kept."""


def check(blob: bytes, office: Office) -> None:
    """Raise BadTemplate with what is wrong and what to do. Costs one pass over the unpacked file."""
    if len(blob) > LARGEST_BYTES:
        _refuse(
            "too_large",
            _("This file is larger than %(limit)d MB.") % {"limit": LARGEST_BYTES // 1024**2},
            _("Make its pictures smaller."),
        )
    parts = dict(_unpacked(blob))
    _check_types(parts, MAIN_TYPES[office])
    for name, content in parts.items():
        _check_name(name)
        if name.endswith(".rels"):
            _check_relationships(name, content)
        elif _is_xml(name, content):
            _check_xml(name, content)
        elif content[:4] == b"PK\x03\x04":
            _check_workbook(name, content)


def _refuse(code: str, message: str, hint: str = "") -> NoReturn:
    raise BadTemplate(
        f"{message} {_('Nothing was kept.')}", code=code, hint=hint or _("Choose another file.")
    )


def _unpacked(blob: bytes) -> Iterator[tuple[str, bytes]]:
    """Each part with its content; sizes are counted as they come, as a header may lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                _refuse("bomb", _("This file has more parts than a template needs."))
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                _refuse("broken", _("This file holds a part twice."))
            left = LARGEST_UNPACKED_BYTES
            for entry in entries:
                if entry.flag_bits & 0x1:
                    _refuse(
                        "encrypted",
                        _("This file is protected by a password."),
                        _("Save it without a password."),
                    )
                content = _part(archive, entry, left)
                left -= len(content)
                yield entry.filename, content
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        _refuse(
            "not_office",
            _("This is no Word or PowerPoint file, or it is damaged."),
            _("Save it as .docx or .pptx."),
        )


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(left + 1)
    ratio = len(content) / max(1, entry.compress_size)
    if len(content) > left or (len(content) > RATIO_FROM_BYTES and ratio > HIGHEST_RATIO):
        _refuse("bomb", _("This file grows beyond what a template needs when it is unpacked."))
    return content


def _check_name(name: str) -> None:
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        _refuse("broken", _("This file holds a part with an impossible name."))
    if _NO_PARTS.search(name):
        _refuse(
            "macro",
            _("This file holds a macro, a control or a program (%(part)s).") % {"part": name},
            _("Save it without macros, as .docx or .pptx."),
        )


def _check_types(parts: dict[str, bytes], main: str) -> None:
    raw = parts.get("[Content_Types].xml")
    if raw is None:
        _refuse("not_office", _("This is no Word or PowerPoint file."), _("Save it as .docx or .pptx."))
    types = [each.get("ContentType", "") for each in _parsed("[Content_Types].xml", raw).iter("{*}Override")]
    told = types + [
        each.get("ContentType", "") for each in _parsed("[Content_Types].xml", raw).iter("{*}Default")
    ]
    if bad := next((each for each in told if _NO_PARTS.search(each)), None):
        _refuse(
            "macro",
            _("This file holds a macro, a control or a program (%(part)s).") % {"part": bad},
            _("Save it without macros, as .docx or .pptx."),
        )
    if main not in types:
        _refuse(
            "wrong_format",
            _("This file is of another format than the document."),
            _(
                "A Word document is saved as .docx, a presentation as .pptx; not as a template (.dotx, .potx)."
            ),
        )


def _check_relationships(name: str, content: bytes) -> None:
    for each in _parsed(name, content).iter("{*}Relationship"):
        kind, target = each.get("Type", "").rsplit("/", 1)[-1], each.get("Target", "")
        if kind in (
            "attachedTemplate",
            "oleObject",
            "vbaProject",
            "control",
            "aFChunk",
            "subDocument",
            "frame",
        ):
            _refuse("outside", _("This file draws on another file or program (%(what)s).") % {"what": kind})
        if each.get("TargetMode") == "External" and not (
            kind == "hyperlink" and target.lower().startswith(_CLICKED)
        ):
            _refuse(
                "outside",
                _("This file loads something from elsewhere when it is opened: %(target)s.")
                % {"target": target[:200]},
                _("Embed pictures instead of linking them, and take links to other files out."),
            )


def _is_xml(name: str, content: bytes) -> bool:
    return name.endswith((".xml", ".vml", ".svg")) or content.lstrip(b"\xef\xbb\xbf \r\n\t")[:5] == b"<?xml"


def _parsed(name: str, content: bytes) -> Any:
    if len(content) > LARGEST_XML_BYTES:
        _refuse("bomb", _("The part %(part)s is larger than a template needs.") % {"part": name})
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        _refuse("broken", _("The part %(part)s is damaged.") % {"part": name})
    document = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        _refuse(
            "entities",
            _("The part %(part)s declares a document type, which no Office file needs.") % {"part": name},
        )
    return root


def _check_xml(name: str, content: bytes) -> None:
    instructions: list[str] = []
    for each in _parsed(name, content).iter(etree.Element):
        tag = etree.QName(each)
        if tag.localname in _ELEMENTS and tag.namespace != _CHART_NS:
            _refuse(
                "outside",
                _("This file draws on another file or program (%(what)s).") % {"what": tag.localname},
            )
        if tag.localname == "instrText":
            instructions.append(each.text or "")
        for key, value in each.attrib.items():  # a field begins, or stands whole in one element
            inside = etree.QName(key).localname
            if inside == "instr" or (inside == "fldCharType" and value == "begin"):
                instructions.append(f"\0{value if inside == 'instr' else ''}")
        if any(_ACTION.match(str(value)) for value in each.attrib.values()):
            _refuse("macro", _("A shape of this file runs a program or opens a file when it is clicked."))
    if found := _FIELDS.search("".join(instructions)):
        _refuse(
            "outside",
            _("This file has a field that loads or runs something (%(what)s).")
            % {"what": found.group(1).upper()},
            _("Take the field out and save the file again."),
        )


def _check_workbook(name: str, content: bytes) -> None:
    """The figures behind a chart of the template: an Excel file in the file, and nothing else."""
    parts = dict(_unpacked(content))
    _check_types(parts, _WORKBOOK)
    for inner, blob in parts.items():
        _check_name(inner)
        if blob[:4] == b"PK\x03\x04":
            _refuse("outside", _("This file draws on another file or program (%(what)s).") % {"what": name})
        if inner.endswith(".rels"):
            _check_relationships(inner, blob)
        elif _is_xml(inner, blob):
            _parsed(inner, blob)
