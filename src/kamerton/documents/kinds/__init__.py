"""The kinds of documents. Importing this registers them."""

from kamerton.documents.kinds import dossier, handover, maps, reports, review

__all__ = ["dossier", "handover", "maps", "reports", "review"]
