"""Documents: making them, what was made, templates, texts of the law, one's calendar."""

from __future__ import annotations

from django.urls import path

from kamerton.web import calendar_feed, document_templates, documents, legal_texts, lists

urlpatterns = [
    path("documents/", documents.documents, name="documents"),
    path("documents/make/<slug:kind>/<slug:form>/", documents.make, name="document_make"),
    *lists.urlpatterns(documents.MADE, "documents/made/"),
    path("documents/made/<int:pk>/file/", documents.file, name="document_file"),
    path("documents/templates/", document_templates.overview, name="document_templates"),
    path("documents/templates/<slug:kind>/<slug:form>/", document_templates.one, name="document_template"),
    path(
        "documents/templates/<slug:kind>/<slug:form>/file/",
        document_templates.given,
        name="document_template_file",
    ),
    path("documents/template-use/<int:pk>/", document_templates.use, name="document_template_use"),
    path("documents/template-reset/<int:pk>/", document_templates.reset, name="document_template_reset"),
    path("documents/law/", legal_texts.overview, name="legal_texts"),
    path("documents/law/new/", legal_texts.one, name="legal_text_new"),
    path("documents/law/<int:pk>/", legal_texts.one, name="legal_text"),
    path("documents/law/<int:pk>/remove/", legal_texts.remove, name="legal_text_remove"),
    path("documents/calendar/open/", calendar_feed.opened, name="calendar_open"),
    path("documents/calendar/close/", calendar_feed.closed, name="calendar_close"),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
    path("account-make/<account:account>/", documents.of_account, name="account_make"),
]
