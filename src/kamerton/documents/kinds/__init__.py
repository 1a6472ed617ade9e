"""The kinds of documents. Importing this registers them."""

from kamerton.documents.kinds import calendars, dossier, handover, maps, plans, reports, review

__all__ = ["calendars", "dossier", "handover", "maps", "plans", "reports", "review"]
