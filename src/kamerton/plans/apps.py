from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "kamerton.plans"
    label = "plans"

    def ready(self) -> None:
        from kamerton.plans.actions import department  # noqa: F401, PLC0415 - registers its undo
