"""Where a report goes: whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kamerton.core.refused import Refused

STANDARD_OUTPUT = "-"


def check_outputs(outputs: Mapping[str, str], inputs: Sequence[Path]) -> None:
    """Refuse before the long work what could not be written after it. `outputs`: option -> where to."""
    taken: dict[Path, str] = {}
    sources = {path.resolve() for path in inputs}
    for option, where in outputs.items():
        if where == STANDARD_OUTPUT:
            continue
        path = Path(where)
        _check_place(option, path)
        if path.resolve() in sources:
            raise Refused(f"{option} {where} would overwrite what is to be read.", hint="Name another file.")
        if path.resolve() in taken:
            raise Refused(f"{taken[path.resolve()]} and {option} name the same file.", hint="Name two.")
        taken[path.resolve()] = option


def _check_place(option: str, path: Path) -> None:
    if not path.name or path.is_dir():
        raise Refused(f"{option} {path} is a folder.", hint="Name a file in it. Nothing was written.")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.", hint="Create it first. Nothing was written.")
    if _is_stream(path):
        return
    if not os.access(folder, os.W_OK):
        raise Refused(f"Nobody may write into {folder} as this user.", hint="Name another folder.")


def _is_stream(path: Path) -> bool:
    """A device or pipe such as /dev/null: it is written to, not replaced."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def write_outputs(documents: Mapping[str, Iterable[bytes]]) -> None:
    """Write every document (where to -> content in pieces), then let all appear under their names.

    A failure on the way leaves every earlier file as it was and nothing half-written beside it.
    """
    drafts: dict[Path, Path] = {}
    try:
        for where, content in documents.items():
            if where != STANDARD_OUTPUT and not _is_stream(Path(where)):
                target = Path(where).resolve()
                drafts[target] = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
                _write_draft(drafts[target], content, target)
        for target, draft in list(drafts.items()):
            draft.replace(target)
            del drafts[target]
        _write_streams(documents)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = error.filename2 or error.filename or "the output"
        what = f"{error.strerror}: {name}" if drafts else str(error.strerror)
        raise Refused(
            f"The output could not be written ({what}).", hint="Nothing half-written was kept."
        ) from None
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _write_draft(draft: Path, content: Iterable[bytes], target: Path) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())


def _write_streams(documents: Mapping[str, Iterable[bytes]]) -> None:
    for where, content in documents.items():
        if where == STANDARD_OUTPUT:
            sys.stdout.flush()
            sys.stdout.buffer.writelines(content)
            sys.stdout.buffer.flush()
        elif _is_stream(Path(where)):
            with Path(where).open("wb") as stream:
                stream.writelines(content)
