from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "kamerton.exchange"
    label = "exchange"

    def ready(self) -> None:
        from kamerton.exchange import actions, forgetting  # noqa: F401, PLC0415 - its jobs, and what is erased
