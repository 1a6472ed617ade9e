"""What figures are worked out with, loaded while a file is read: it takes half a second, and DuckDB leaves room."""

from __future__ import annotations

import threading


def preload() -> None:
    """Begin to load, and do not wait."""

    def load() -> None:
        from kamerton.analytics import analyse, engine  # noqa: F401, PLC0415

        engine.load()

    threading.Thread(target=load, daemon=True).start()
