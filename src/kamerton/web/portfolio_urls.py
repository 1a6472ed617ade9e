"""Portfolio, the list of accounts, their pages."""

from __future__ import annotations

from django.urls import path

from kamerton.web import accounts, portfolio

urlpatterns = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/sellers/", portfolio.sellers, name="sellers"),
    path("portfolio/pictures/<slug:kind>.json", portfolio.picture, name="portfolio_picture"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/export.<slug:kind>", accounts.export, name="accounts_export"),
    path("accounts/views/save/", accounts.save_view, name="accounts_view_save"),
    path("accounts/views/<int:pk>/delete/", accounts.delete_view, name="accounts_view_delete"),
]
