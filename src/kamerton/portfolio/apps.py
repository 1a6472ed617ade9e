from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "kamerton.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from kamerton.ledger import changes  # noqa: PLC0415 - models must be loaded first
        from kamerton.portfolio import status_queries, timeline  # noqa: PLC0415
        from kamerton.portfolio.actions import key_status, opportunities, potential, snapshots  # noqa: F401, PLC0415
        from kamerton.work import key_accounts  # noqa: PLC0415

        changes.register(snapshots.after_change)
        key_accounts.register(status_queries.key_numbers)
        timeline.register_all()
