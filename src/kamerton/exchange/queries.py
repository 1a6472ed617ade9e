"""What pages ask of imports."""

from __future__ import annotations

from kamerton.exchange.models import Run


def imported_before(run: Run) -> Run | None:
    """The last import of the same bytes by the same person that was not undone."""
    found = Run.objects.filter(owner=run.owner_id, source_hash=run.source_hash, state="imported")
    return found.exclude(pk=run.pk).order_by("-imported_at").first()
