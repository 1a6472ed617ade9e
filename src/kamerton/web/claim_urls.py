"""Claims: the list, one of them, its steps, what they tell, how they are set."""

from __future__ import annotations

from django.urls import path

from kamerton.web import claim_analysis, claims, lists
from kamerton.web.claims_list import CLAIMS

urlpatterns = [
    *lists.urlpatterns(CLAIMS, "to-do/claims/"),
    path("to-do/claims/new/", claims.new, name="claim_new"),
    path("to-do/claims/told/", claim_analysis.claims_told, name="claims_told"),
    path("to-do/claims/<int:pk>/", claims.one, name="claim"),
    path("to-do/claims/<int:pk>/edit/", claims.edit, name="claim_edit"),
    path("to-do/claims/<int:pk>/acknowledge/", claims.acknowledge, name="claim_acknowledge"),
    path("to-do/claims/<int:pk>/take/", claims.take, name="claim_take"),
    path("to-do/claims/<int:pk>/answer/", claims.answer, name="claim_answer"),
    path("to-do/claims/<int:pk>/first/", claims.expedite, name="claim_expedite"),
    path("to-do/claims/<int:pk>/assign/", claims.assign, name="claim_assign"),
    path("to-do/claims/<int:pk>/ask/", claims.ask, name="claim_ask"),
    path("to-do/claims/<int:pk>/settle/", claims.settle, name="claim_settle"),
    path("to-do/claims/<int:pk>/reject/", claims.reject, name="claim_reject"),
    path("to-do/claims/<int:pk>/reopen/", claims.reopen, name="claim_reopen"),
    path("to-do/claims/<int:pk>/log/", claims.log, name="claim_log"),
    path("settings/claims/", claims.terms, name="claim_terms"),
]
