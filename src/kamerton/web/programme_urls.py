"""The programme: should we, are we ready, what it costs and brings."""

from __future__ import annotations

from django.urls import path

from kamerton.web import error_impacts, lists, programme, programme_case, programme_outcomes, service

urlpatterns = [
    path("portfolio/programme/", programme.programme, name="programme"),
    path("portfolio/programme/watch/", programme.programme_watch, name="programme_watch"),
    path("portfolio/programme/case/", programme_case.programme_case, name="programme_case"),
    path("portfolio/programme/case/ask/", programme_case.programme_case_ask, name="programme_case_ask"),
    path("portfolio/programme/case/line/", programme_case.programme_line, name="programme_line"),
    path(
        "portfolio/programme/case/<int:pk>/remove/",
        programme_case.programme_line_remove,
        name="programme_line_remove",
    ),
    path("portfolio/programme/services/", service.programme_services, name="programme_services"),
    path("portfolio/programme/services/standard/", service.standard_package, name="standard_package"),
    path("portfolio/programme/services/<slug:key>/", service.promise_target, name="promise_target"),
    path("service-packages/<int:pk>/", service.package_edit, name="package_edit"),
    path("account-package/<account:account>/", service.account_package, name="account_package"),
    path("account-promise/<slug:key>/<account:account>/", service.account_promise, name="account_promise"),
    path("portfolio/programme/outcomes/", programme_outcomes.programme_outcomes, name="programme_outcomes"),
    *lists.urlpatterns(error_impacts.ERRORS, "mistakes/"),
    path("mistakes/new/", error_impacts.new, name="error_impact_new"),
    path("mistakes/<int:pk>/", error_impacts.edit, name="error_impact_edit"),
    path("mistakes/<int:pk>/remove/", error_impacts.remove, name="error_impact_remove"),
    path("portfolio/programme/sponsor/", programme.programme_sponsor, name="programme_sponsor"),
    path("portfolio/programme/ready/", programme.programme_ready, name="programme_ready"),
    path("portfolio/programme/row/<slug:area>/<slug:key>/", programme.programme_row, name="programme_row"),
]
