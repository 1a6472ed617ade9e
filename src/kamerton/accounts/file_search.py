"""Whether a file says something, as far as a file can be read: texts, letters, and the XML of office documents."""

from __future__ import annotations

import email
import email.policy
import re
import zipfile
from pathlib import Path

MOST_BYTES = 32 * 1024 * 1024
_TAGS = re.compile(r"<[^>]*>")
_TEXTS = frozenset({".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".html", ".htm", ".vcf", ".ics", ".log"})
_OFFICE = frozenset({".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".docm", ".xlsm"})


def says(path: Path, name: str, told: re.Pattern[str]) -> bool | None:
    """None: the file cannot be searched (a picture, a scan, a PDF, too large, gone). `name`: what people call it."""
    ending = Path(name).suffix.casefold()
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        if ending in _OFFICE:
            return _office(path, told)
        content = path.read_bytes()
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None
    if ending == ".eml":
        return any(told.search(each) for each in _letter(content))
    found = any(told.search(text) for text in _decoded(content))
    return found if found or ending in _TEXTS else None


def _office(path: Path, told: re.Pattern[str]) -> bool:
    """A word may be cut by marks of its look, and stand beside another with nothing but marks between."""
    left = MOST_BYTES
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.filename.endswith(".xml"):
                continue
            with archive.open(member) as file:
                text = file.read(left).decode("utf-8", "replace")
            left -= len(text)
            if told.search(_TAGS.sub("", text)) or told.search(_TAGS.sub(" ", text)):
                return True
            if left <= 0:
                raise zipfile.BadZipFile
    return False


def _letter(content: bytes) -> list[str]:
    letter = email.message_from_bytes(content, policy=email.policy.default)
    found = [str(value) for value in letter.values()]
    for part in letter.walk():
        if part.get_content_maintype() == "text":
            found.append(_TAGS.sub("", str(part.get_content())))
        found.append(part.get_filename() or "")
    return found


def _decoded(content: bytes) -> list[str]:
    return [content.decode(encoding, "replace") for encoding in ("utf-8", "cp1250", "cp1251", "utf-16-le")]
