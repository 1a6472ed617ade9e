"""Compressed files and archives, unpacked into the workplace within bounds."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

from kamerton.ledger.read.model import Unreadable
from kamerton.ledger.read.raw import Source, Workplace
from kamerton.said import Said

CHUNK = 1 << 20
_GRACE = 16 << 20  # bytes that may come out of any file, whatever its ratio
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_BROKEN = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
)


def _stream(path: Path, kind: str) -> IO[bytes]:
    """The unpacked bytes, to be read in pieces."""
    if kind == "zstd":
        import pyarrow as pa  # noqa: PLC0415 - seldom needed

        return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    openers: dict[str, Any] = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}
    return cast("IO[bytes]", openers[kind](path, "rb"))


def is_packed(path: Path, head: bytes) -> bool:
    """Compressed or an archive; workbooks are archives too and are not meant."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return not is_workbook_archive(path)
    return any(head.startswith(magic) for magic in _MAGIC)


def is_workbook_archive(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except _BROKEN:
        return path.suffix.lower() in {".xlsx", ".xlsm", ".xlsb", ".ods"}
    return "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names)


def unpack(source: Source, head: bytes, place: Workplace) -> Iterator[Source]:
    """The files inside, in order of their names. Raises Unreadable if broken, encrypted or a bomb."""
    if head.startswith(b"PK"):
        yield from _members(source, place)
        return
    kind = next(kind for magic, kind in _MAGIC.items() if head.startswith(magic))
    inner = Path(source.name).stem if Path(source.name).suffix.lower() in _SUFFIXES else source.name
    try:
        with _stream(source.path, kind) as stream:
            path = _copy(stream, source, inner, source.path.stat().st_size, place)
    except _BROKEN as error:
        raise _broken(source, error) from error
    yield replace(source, path=path, name=inner, compression=kind)


_SUFFIXES = {".gz", ".bz2", ".xz", ".zst", ".gzip", ".z"}


def _members(source: Source, place: Workplace) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = sorted(
                (info for info in archive.infolist() if _is_wanted(info)), key=lambda info: info.filename
            )
            if not infos:
                raise Unreadable(
                    Said("The archive {name} has no files. Nothing was read.", name=source.name),
                    code="empty",
                    hint=Said("Pack the exported tables and try again."),
                )
            for info in infos:
                if info.flag_bits & 1:
                    raise Unreadable(
                        Said(
                            "{inner} in {name} is protected by a password. Nothing was read.",
                            inner=info.filename,
                            name=source.name,
                        ),
                        code="encrypted",
                        hint=Said("Unpack it, or pack it without a password."),
                    )
                with archive.open(info) as stream:
                    path = _copy(stream, source, info.filename, info.compress_size, place)
                yield replace(source, path=path, name=f"{source.name}/{info.filename}", compression="zip")
    except _BROKEN as error:
        raise _broken(source, error) from error


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    name = Path(info.filename).name
    return (
        not info.is_dir() and not name.startswith((".", "~$")) and not info.filename.startswith("__MACOSX/")
    )


def _copy(stream: IO[bytes], source: Source, name: str, packed_bytes: int, place: Workplace) -> Path:
    limits = place.limits
    most = min(limits.max_unpacked_bytes, max(_GRACE, packed_bytes * limits.max_unpack_ratio))
    target, done = place.new_path(name), 0
    with target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            done += len(chunk)
            if done > most:
                out.close()
                target.unlink()
                raise Unreadable(
                    Said(
                        "{name} grows to more than {size} MB when unpacked, which no table of sales does. "
                        "Nothing was read.",
                        name=source.name,
                        size=round(most / 1024**2),
                    ),
                    code="unpack_limit",
                    hint=Said("Unpack the file yourself and name what is inside."),
                )
            out.write(chunk)
            place.tell(done, most, Said("Unpacking {name}", name=name))
    return target


def _broken(source: Source, error: BaseException) -> Exception:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return error  # the disk is full: no fault of the file
    return Unreadable(
        Said(
            "{name} is damaged or cut short and cannot be unpacked completely. Nothing was read.",
            name=source.name,
        ),
        code="damaged",
        hint=Said("Copy or export the file again."),
    )
