"""Uploads stream to disk beside the records, and never beyond the limit.

A request that is too large, or that the disk cannot hold, goes on without its files: its other fields arrive
(the CSRF token among them) and the view says why, through `require_whole`.
"""

from __future__ import annotations

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kamerton.ledger import store, uploads

#: What a form has besides its files.
_FIELDS_BYTES = 1024 * 1024
#: The attribute of the request that says why its files are missing.
_MARK = "upload_refused"
_TOO_LARGE, _NO_ROOM = "too_large", "no_room"


class QuotaUploadHandler(TemporaryFileUploadHandler):
    """Temporary files, all of a request together at most UPLOAD_LIMIT_BYTES."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._taken = 0

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002 - Django's signature
        META: Any,  # noqa: ARG002, N803
        content_length: int,
        boundary: Any,  # noqa: ARG002
        encoding: Any = None,  # noqa: ARG002
    ) -> None:
        """A request that says itself that it is too large never reaches the disk."""
        if content_length > settings.UPLOAD_LIMIT_BYTES + _FIELDS_BYTES:
            self._refuse(_TOO_LARGE)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self._refused:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._taken += len(raw_data)
        if self._taken > settings.UPLOAD_LIMIT_BYTES:
            self._refuse(_TOO_LARGE)
            raise SkipFile
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            self._refuse(_NO_ROOM)
            raise SkipFile from error

    def _refuse(self, why: str) -> None:
        setattr(self.request, _MARK, why)

    @property
    def _refused(self) -> bool:
        return getattr(self.request, _MARK, "") != ""


def require_whole(request: HttpRequest) -> None:
    """Raise Refused when files of this request were not taken. Call it before asking for request.FILES."""
    request.FILES  # noqa: B018 - parses the request
    why = getattr(request, _MARK, "")
    if why == _TOO_LARGE:
        raise uploads.too_large()
    if why == _NO_ROOM:
        raise store.NoRoom(
            _("There is no room left on the disk for this upload. Nothing was kept."),
            code="no_room",
            hint=_("Free some space and try again."),
        )
