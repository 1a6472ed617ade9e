"""Portfolio, the list of accounts, their pages."""

from __future__ import annotations

from django.urls import path

from kamerton.web import account, accounts, explain, portfolio, settings

urlpatterns = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/sellers/", portfolio.sellers, name="sellers"),
    path("portfolio/pictures/<slug:kind>.json", portfolio.picture, name="portfolio_picture"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/export.<slug:kind>", accounts.export, name="accounts_export"),
    path("accounts/views/save/", accounts.save_view, name="accounts_view_save"),
    path("accounts/views/<int:pk>/delete/", accounts.delete_view, name="accounts_view_delete"),
    path("explain/<slug:figure>/", explain.explain, name="explain"),
    path("settings/", settings.settings, name="settings"),
    # Account numbers hold anything, slashes too: what is asked of an account stands before its number.
    path("account/<path:account>/", account.account, name="account"),
    path("account-picture/<path:account>/", account.picture, name="account_picture"),
    path("account-products/<path:account>/", account.products, name="account_products"),
    path("account-documents/<path:account>/", account.documents, name="account_documents"),
    path("account-lines/<path:account>/", account.lines, name="account_lines"),
]
