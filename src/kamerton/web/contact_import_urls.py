"""Contacts and accounts from files."""

from __future__ import annotations

from django.urls import path

from kamerton.web import contact_imports

urlpatterns = [
    path("contacts/import/", contact_imports.upload, name="contact_import_new"),
    path("contacts/import/<uuid:pk>/", contact_imports.run, name="contact_import"),
    path("contacts/import/<uuid:pk>/settle/", contact_imports.settle, name="contact_import_settle"),
    path("contacts/import/<uuid:pk>/decide/", contact_imports.decide, name="contact_import_decide"),
    path("contacts/import/<uuid:pk>/import/", contact_imports.start, name="contact_import_start"),
    path("contacts/import/<uuid:pk>/undo/", contact_imports.undo, name="contact_import_undo"),
    path("contacts/import/<uuid:pk>/discard/", contact_imports.discard, name="contact_import_discard"),
    path("contacts/import/<uuid:pk>/report.csv", contact_imports.report, name="contact_import_report"),
]
