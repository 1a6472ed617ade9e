"""What is known of accounts: dossier, timeline, facts, needs, notes, files, search."""

from __future__ import annotations

from django.urls import path

from kamerton.web import dossier, knowledge, knowledge_lists, lists, notes, search, timeline

urlpatterns = [
    path("account-dossier/<account:account>/", dossier.account_dossier, name="account_dossier"),
    path("account-timeline/<account:account>/", timeline.account_timeline, name="account_timeline"),
    path("account-fact-new/<account:account>/", knowledge.fact_new, name="fact_new"),
    path("account-need-new/<account:account>/", knowledge.need_new, name="need_new"),
    path("account-budget-new/<account:account>/", knowledge.budget_new, name="budget_new"),
    path("account-note-new/<account:account>/", notes.note_new, name="note_new"),
    path("facts/<int:pk>/", knowledge.fact, name="fact"),
    path("facts/<int:pk>/correct/", knowledge.fact_correct, name="fact_correct"),
    path("facts/<int:pk>/verify/", knowledge.fact_verify, name="fact_verify"),
    path("facts/<int:pk>/withdraw/", knowledge.fact_withdraw, name="fact_withdraw"),
    path("needs/<int:pk>/", knowledge.need, name="need"),
    path("needs/<int:pk>/edit/", knowledge.need_edit, name="need_edit"),
    path("notes/<int:pk>/", notes.note, name="note"),
    path("notes/<int:pk>/edit/", notes.note_edit, name="note_edit"),
    path("files/<int:pk>/", notes.file, name="file"),
    path("files/<int:pk>/remove/", notes.file_remove, name="file_remove"),
    *lists.urlpatterns(knowledge_lists.FACTS, "facts/"),
    *lists.urlpatterns(knowledge_lists.NEEDS, "needs/"),
    path("search/", search.search, name="search"),
]
