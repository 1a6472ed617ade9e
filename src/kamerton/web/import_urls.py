"""Imports and jobs."""

from __future__ import annotations

from django.urls import path

from kamerton.web import imports, jobs

urlpatterns = [
    path("jobs/<uuid:pk>/", jobs.job, name="job"),
    path("imports/", imports.batches, name="imports"),
    path("imports/new/", imports.upload, name="import_new"),
    path("imports/rates/", imports.rates, name="import_rates"),
    path("imports/drafts/<uuid:pk>/", imports.draft, name="import_draft"),
    path("imports/drafts/<uuid:pk>/settle/", imports.settle, name="import_settle"),
    path("imports/drafts/<uuid:pk>/import/", imports.start_import, name="import_start"),
    path("imports/drafts/<uuid:pk>/discard/", imports.abandon, name="import_abandon"),
    path("imports/drafts/<uuid:pk>/refused.csv", imports.draft_refused, name="import_draft_refused"),
    path("imports/<int:sequence>/", imports.batch, name="import_batch"),
    path("imports/<int:sequence>/refused.csv", imports.batch_refused, name="import_batch_refused"),
    path("imports/<int:sequence>/withdraw/", imports.withdraw, name="import_withdraw"),
    path("imports/<int:sequence>/restore/", imports.restore, name="import_restore"),
]
