from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kamerton.documents"

    def ready(self) -> None:
        from kamerton.documents import forgetting, kinds  # noqa: F401, PLC0415 - what can be made, what is erased
        from kamerton.documents.actions import jobs  # noqa: F401, PLC0415 - its jobs
