from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InstrumentsConfig(AppConfig):
    name = "kamerton.instruments"
    label = "instruments"

    def ready(self) -> None:
        from kamerton.instruments import actions, subjects  # noqa: PLC0415 - models must be loaded first

        post_migrate.connect(actions.after_migrate, sender=self)
        subjects.register("user", subjects.users)
