"""Portfolio, the list of accounts, their pages."""

from __future__ import annotations

from django.urls import path

from kamerton.web import (
    account,
    account_lines,
    account_value,
    accounts,
    economics,
    explain,
    foresight,
    health,
    lists,
    portfolio,
    portfolio_maps,
    portfolio_pictures,
    portfolio_values,
    sellers,
    serving,
    settings,
    what_if,
)

urlpatterns = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/sellers/", sellers.sellers, name="sellers"),
    path("portfolio/values/", portfolio_values.portfolio_values, name="portfolio_values"),
    path("portfolio/serving/", serving.serving_page, name="serving"),
    path("portfolio/serving/picture.json", serving.serving_picture, name="serving_picture"),
    path("portfolio/maps/", portfolio_maps.portfolio_maps, name="portfolio_maps"),
    path("portfolio/maps/weights/", portfolio_maps.map_weights, name="map_weights"),
    path("portfolio/maps/<slug:kind>/", portfolio_maps.portfolio_map, name="portfolio_map"),
    path(
        "portfolio/maps/<slug:kind>/place/<account:account>/",
        portfolio_maps.portfolio_map_place,
        name="portfolio_map_place",
    ),
    path("portfolio/placements/<int:pk>/back/", portfolio_maps.portfolio_map_back, name="portfolio_map_back"),
    path("portfolio/what-if/", what_if.what_if, name="what_if"),
    path("portfolio/pictures/<slug:kind>.json", portfolio_pictures.picture, name="portfolio_picture"),
    *lists.urlpatterns(accounts.ACCOUNTS, "accounts/"),
    path("portfolio/how-well-it-told/", foresight.foresight, name="foresight"),
    path("portfolio/how-well-it-told/<slug:kind>.json", foresight.picture, name="foresight_picture"),
    path("account-health/<account:account>/", health.picture, name="account_health_picture"),
    path("explain/<slug:figure>/", explain.explain, name="explain"),
    path("settings/", settings.settings, name="settings"),
    path("settings/activities/", serving.activity_rates, name="activity_rates"),
    path("settings/costs/", economics.costs, name="costs"),
    path("settings/preview/", settings.preview, name="settings_preview"),
    # Account numbers hold anything, slashes too: what is asked of an account stands before its number.
    # Their form in an address is addresses.AccountNumber.
    path("account/<account:account>/", account.account, name="account"),
    path("account-picture/<account:account>/", account.picture, name="account_picture"),
    path("account-products/<account:account>/", account_lines.products, name="account_products"),
    path("account-documents/<account:account>/", account_lines.documents, name="account_documents"),
    path("account-costs/<account:account>/", serving.account_costs, name="account_costs"),
    path("serving-costs/<int:pk>/remove/", serving.serving_cost_remove, name="serving_cost_remove"),
    path("account-value/<account:account>/", account_value.account_value, name="account_value"),
    path(
        "account-value-drop/<account:account>/", account_value.account_value_drop, name="account_value_drop"
    ),
    path("account-lines/<account:account>/", account_lines.lines, name="account_lines"),
]
