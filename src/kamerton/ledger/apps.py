from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kamerton.ledger"
    label = "ledger"

    def ready(self) -> None:
        from kamerton.ledger import actions  # noqa: F401, PLC0415 - registers the jobs
