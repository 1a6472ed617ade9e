"""The pages, a list for each room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from kamerton.web import (
    account_urls,
    claim_urls,
    contact_import_urls,
    department_plan_urls,
    document_urls,
    engagement_urls,
    event_urls,
    import_urls,
    instrument_urls,
    knowledge_urls,
    map_urls,
    people_urls,
    plan_urls,
    portfolio_urls,
    potential_urls,
    programme_urls,
    project_urls,
    risk_urls,
    shell_urls,
    signal_urls,
    status_urls,
    work_urls,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *shell_urls.urlpatterns,
    *portfolio_urls.urlpatterns,
    *potential_urls.urlpatterns,
    *programme_urls.urlpatterns,
    *plan_urls.urlpatterns,
    *status_urls.urlpatterns,
    *risk_urls.urlpatterns,
    *department_plan_urls.urlpatterns,
    *project_urls.urlpatterns,
    *contact_import_urls.urlpatterns,
    *account_urls.urlpatterns,
    *import_urls.urlpatterns,
    *instrument_urls.urlpatterns,
    *knowledge_urls.urlpatterns,
    *people_urls.urlpatterns,
    *work_urls.urlpatterns,
    *claim_urls.urlpatterns,
    *signal_urls.urlpatterns,
    *map_urls.urlpatterns,
    *event_urls.urlpatterns,
    *document_urls.urlpatterns,
    *engagement_urls.urlpatterns,
]
