"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "kamerton"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "data", "process"}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_module_has_a_name_that_says_nothing():
    named = {path.stem for path in SOURCE.rglob("*.py")} | {
        path.name for path in SOURCE.rglob("*") if path.is_dir()
    }
    assert named & FORBIDDEN_NAMES == set()


def test_lock_files_hold_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert re.findall(r"https?://\S+|file:\S+", (ROOT / name).read_text()) == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_no_template_has_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
    )
    found = [
        p.relative_to(ROOT)
        for p in (SOURCE / "web" / "templates").rglob("*.html")
        if inline.search(p.read_text())
    ]
    assert found == []


def test_pages_ask_nothing_of_other_hosts():
    outside = re.compile(r"""(?:src|href|action)=["']https?://""")
    found = [
        p.relative_to(ROOT)
        for p in (SOURCE / "web" / "templates").rglob("*.html")
        if outside.search(p.read_text())
    ]
    assert found == []


def test_no_tracked_file_names_a_path_of_a_machine():
    machine = re.compile(rb"/(?:home|root|Users)/[a-z]|/opt/pypi|/work/")
    found = [
        p.relative_to(ROOT) for p in _tracked() if p != Path(__file__) and machine.search(p.read_bytes())
    ]
    assert found == []


def test_analyse_starts_without_django():
    code = "import kamerton.cli.main, kamerton.ledger.read, kamerton.analytics.analyse, sys; print('django' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_every_setting_is_documented():
    used = set(re.findall(r'"(KAMERTON_[A-Z_]+)"', "".join(p.read_text() for p in SOURCE.rglob("*.py"))))
    documented = set(re.findall(r"`(KAMERTON_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert used - documented == set()


def test_every_room_has_its_page():
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert {room for room in rooms if not (ROOT / "docs" / "rooms" / f"{room}.md").is_file()} == set()
