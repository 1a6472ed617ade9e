from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kamerton.ledger"
    label = "ledger"
