"""Uploads beyond the limit never reach the disk, and the person is told why."""

from __future__ import annotations

import errno

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.test import RequestFactory

from kamerton.core.refused import Refused
from kamerton.web import uploads


def request_with(**files: int) -> HttpRequest:
    data = {name: SimpleUploadedFile(f"{name}.csv", b"x" * size) for name, size in files.items()}
    return RequestFactory().post("/imports/", {"before": "1", **data, "zzz": "after"})


@pytest.fixture
def limit(settings):
    settings.UPLOAD_LIMIT_BYTES = 300_000


def left_behind() -> list:
    return list(configured.FILE_UPLOAD_TEMP_DIR.iterdir())


def test_within_the_limit(limit):
    request = request_with(one=100_000, two=150_000)
    uploads.require_whole(request)
    assert [file.size for file in request.FILES.values()] == [100_000, 150_000]
    request.close()


@pytest.mark.parametrize("sizes", [{"one": 300_001}, {"one": 200_000, "two": 200_000}, {"one": 2_000_000}])
def test_beyond_the_limit_the_fields_arrive_and_the_files_do_not(limit, sizes):
    request = request_with(**sizes)
    assert (request.POST["before"], request.POST["zzz"]) == ("1", "after")
    with pytest.raises(Refused, match="Nothing was kept"):
        uploads.require_whole(request)
    assert all(file.size <= 200_000 for file in request.FILES.values())
    request.close()
    assert left_behind() == []


def test_a_full_disk_is_told(limit, monkeypatch):
    def full(self: object, raw_data: bytes, start: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    # The system's answer, not ours: a full disk cannot be had in every place where tests run.
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    request = request_with(one=100_000)
    with pytest.raises(Refused, match="no room left on the disk"):
        uploads.require_whole(request)
    assert list(request.FILES) == []
