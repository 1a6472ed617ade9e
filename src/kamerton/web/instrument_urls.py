"""Questionnaires and checklists, and assessments."""

from __future__ import annotations

from django.urls import path

from kamerton.web import assessments, instruments, lists
from kamerton.web.assessment_list import ASSESSMENTS

urlpatterns = [
    path("instruments/", instruments.instruments, name="instruments"),
    path("instruments/<slug:key>/", instruments.instrument, name="instrument"),
    path("instruments/<slug:key>/adapt/", instruments.adapt, name="instrument_adapt"),
    path("instruments/<slug:key>/use/<int:version>/", instruments.use, name="instrument_use"),
    path("instruments/<slug:key>/start/", assessments.start, name="instrument_start"),
    path("instruments/<slug:key>/history/", assessments.history, name="instrument_history"),
    *lists.urlpatterns(ASSESSMENTS, "assessments/"),
    path("assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path("assessments/<int:pk>/save/", assessments.save, name="assessment_save"),
    path("assessments/<int:pk>/answer/<slug:item>/", assessments.answer, name="assessment_answer"),
    path("assessments/<int:pk>/discard/", assessments.discard, name="assessment_discard"),
]
