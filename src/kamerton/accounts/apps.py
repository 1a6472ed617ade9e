from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "kamerton.accounts"
    label = "accounts"

    def ready(self) -> None:
        from kamerton.access import policy  # noqa: PLC0415 - models are ready only now
        from kamerton.accounts import calendar_events, search, subjects, timeline_sources  # noqa: PLC0415
        from kamerton.accounts.actions import (  # noqa: F401, PLC0415 - undo handlers
            budgets,
            companies,
            contacts,
            coverage,
            facts,
            files,
            merging,
            needs,
            notes,
        )
        from kamerton.accounts.actions import map as map_actions  # noqa: F401, PLC0415 - undo handlers
        from kamerton.accounts.queries import reached_accounts  # noqa: PLC0415
        from kamerton.instruments import finished  # noqa: PLC0415
        from kamerton.instruments import subjects as instruments  # noqa: PLC0415

        policy.register_reach(reached_accounts)
        search.follow()
        timeline_sources.register_all()
        calendar_events.register_all()
        post_migrate.connect(search.after_migration, sender=self, dispatch_uid="accounts.search_index")
        finished.subscribe("accounts", contacts.assessed)
        instruments.register("account", subjects.accounts)
        instruments.register("contact", subjects.contacts)
