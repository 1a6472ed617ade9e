from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kamerton.ledger"
    label = "ledger"

    def ready(self) -> None:
        from kamerton.accounts import regrouping  # noqa: PLC0415 - models are ready only now
        from kamerton.ledger import actions, aliases  # noqa: F401, PLC0415 - registers the jobs

        regrouping.register(aliases.follow)
