"""The programme: should we, are we ready, what it costs and brings."""

from __future__ import annotations

from django.urls import path

from kamerton.web import programme, programme_case

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
    path("portfolio/programme/sponsor/", programme.programme_sponsor, name="programme_sponsor"),
    path("portfolio/programme/ready/", programme.programme_ready, name="programme_ready"),
    path("portfolio/programme/row/<slug:area>/<slug:key>/", programme.programme_row, name="programme_row"),
]
