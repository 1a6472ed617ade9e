from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "kamerton.portfolio"
    label = "portfolio"
