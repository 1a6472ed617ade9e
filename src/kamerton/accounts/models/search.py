"""What can be searched for by words: one row for each account, contact, fact, note and need."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """The folded words of one row. Written by search.index; whether somebody may see it is asked of the row.

    The full-text index over it is made by search_index.py: an FTS5 table on SQLite, GIN indexes on PostgreSQL.
    """

    kind = models.CharField(max_length=12)  # key of search.KINDS
    row = models.BigIntegerField()  # primary key of the row
    name = models.TextField(blank=True)  # words by which it is called, single blanks between them
    body = models.TextField(blank=True)  # its other words
    weight = models.BigIntegerField(default=0)  # of two that fit equally well, the smaller one first

    class Meta:
        # The row first: a search begins with the words, and an index by kind would mislead SQLite's planner.
        constraints = [models.UniqueConstraint(fields=["row", "kind"], name="accounts_searchentry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"
