"""Who is key and why: lists of the portfolio, pages of an account."""

from __future__ import annotations

from django.urls import path

from kamerton.web import lists, references, review, status, status_lists

urlpatterns = [
    *lists.urlpatterns(status_lists.KEY_ACCOUNTS, "portfolio/key-accounts/"),
    *lists.urlpatterns(status_lists.REFERENCES, "portfolio/references/"),
    *lists.urlpatterns(status_lists.LAUNCHES, "portfolio/launches/"),
    *lists.urlpatterns(review.REVIEW, "portfolio/review/"),
    path("portfolio/review/begin/", review.begin, name="review_begin"),
    path("portfolio/review/<int:pk>/close/", review.close, name="review_close"),
    path("portfolio/segments/<slug:key>/", review.segment, name="segment"),
    path("portfolio/references/new/", references.new_any, name="reference_any"),
    path("portfolio/references/<int:pk>/", references.one, name="reference"),
    path("portfolio/references/<int:pk>/edit/", references.edit, name="reference_edit"),
    path("portfolio/references/<int:pk>/remove/", references.remove, name="reference_remove"),
    path("key-reason/<int:pk>/clear/", status.clear_reason, name="key_reason_clear"),
    path("account-key/<account:account>/", status.one, name="account_key"),
    path("account-key-propose/<account:account>/", status.propose, name="account_key_propose"),
    path("account-key-end/<account:account>/", status.end, name="account_key_end"),
    path("account-supplier/<account:account>/", status.supplier, name="account_supplier"),
    path("account-reference/<account:account>/", references.new, name="reference_new"),
]
