from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "kamerton.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from kamerton.accounts import regrouping  # noqa: PLC0415 - models must be loaded first
        from kamerton.ledger import changes  # noqa: PLC0415
        from kamerton.portfolio import hooks, service_queries, status_queries, status_sources, timeline  # noqa: PLC0415
        from kamerton.portfolio.actions import (  # noqa: PLC0415
            errors,  # noqa: F401
            health,
            key_status,  # noqa: F401
            opportunities,
            potential,  # noqa: F401
            programme,  # noqa: F401
            protection,
            snapshots,
            wallets,
        )
        from kamerton.work import key_accounts  # noqa: PLC0415
        from kamerton.work.actions import daily  # noqa: PLC0415

        changes.register(snapshots.after_change)
        key_accounts.register(status_queries.key_numbers)
        status_sources.register_package_cost(service_queries.package_cost)
        daily.also("portfolio", health.every_day)
        regrouping.register(wallets.after_regrouping)
        daily.also("protection", protection.every_day)
        timeline.register_all()
        opportunities.register_belongings()
        hooks.after_snapshot("protection", protection.after_snapshot)
