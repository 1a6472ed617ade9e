"""Outputs appear whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kamerton.cli.outputs import check_outputs, write_outputs
from kamerton.core.refused import Refused


def test_files_appear_under_their_names_and_nothing_beside_them(tmp_path: Path) -> None:
    write_outputs({str(tmp_path / "a.json"): (b"one ", b"two"), str(tmp_path / "b.html"): (b"",)})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.json": b"one two",
        "b.html": b"",
    }


def test_a_failure_on_the_way_keeps_what_was_there(tmp_path: Path) -> None:
    def fails() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    (tmp_path / "a.json").write_bytes(b"old")
    with pytest.raises(Refused, match="No space left on device"):
        write_outputs({str(tmp_path / "a.json"): (b"new",), str(tmp_path / "b.html"): fails()})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.json": b"old"}


def test_ctrl_c_while_writing_leaves_nothing_half_written(tmp_path: Path) -> None:
    def stopped() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_outputs({str(tmp_path / "a.json"): stopped()})
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_file_keeps_its_rights_and_a_link_its_target(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_outputs({str(link): (b"new",)})
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_device_is_written_to_not_replaced() -> None:
    write_outputs({os.devnull: (b"x",)})
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize(
    ("outputs", "why"),
    [
        ({"--json": "."}, "--json . is a folder"),
        ({"--json": "no/such/folder/a.json"}, "There is no folder"),
        ({"--json": "a.json", "--html": "./a.json"}, "--json and --html name the same file"),
        ({"--json": "sales.csv"}, "would overwrite what is to be read"),
    ],
)
def test_what_could_not_be_written_is_refused_before_the_work(
    outputs: dict[str, str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sales.csv").touch()
    with pytest.raises(Refused, match=why):
        check_outputs(outputs, [Path("sales.csv")])


def test_standard_output_needs_no_place() -> None:
    check_outputs({"--json": "-"}, [Path("sales.csv")])
