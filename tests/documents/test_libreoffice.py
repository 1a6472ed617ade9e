"""Our files open in LibreOffice without repair: every page and every word comes out as PDF."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kamerton.documents import writing
from kamerton.documents.registry import all_kinds

_SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    not (_SOFFICE and shutil.which("pdftotext")),
    reason="soffice or pdftotext is missing: apt-get install --no-install-recommends libreoffice-impress"
    " libreoffice-writer poppler-utils",
)
_FILES = [
    (each.key, form) for each in all_kinds() if each.example is not None for form in each.template_formats
]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All at once: starting LibreOffice takes longer than its work."""
    folder = tmp_path_factory.mktemp("office")
    kinds = {each.key: each for each in all_kinds()}
    paths = []
    for key, form in _FILES:
        path = folder / f"{key}-{form}.{form}"
        path.write_bytes(writing.written(kinds[key], form, kinds[key].example(), None))
        paths.append(path)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [str(_SOFFICE), "--headless", profile, "--convert-to", "pdf", "--outdir", folder, *paths],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder


@pytest.mark.parametrize(("key", "form"), _FILES)
def test_a_document_becomes_a_pdf_with_its_words(converted, key, form):
    pdf = converted / f"{key}-{form}.pdf"
    assert pdf.is_file(), "LibreOffice refused it"
    told = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    content = next(each for each in all_kinds() if each.key == key).example()
    assert " ".join(content.title.split()) in " ".join(told.split())
    assert "{{" not in told
    if form == "pptx":
        assert told.count("\f") >= 4
