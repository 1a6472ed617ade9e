from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "kamerton.plans"
    label = "plans"

    def ready(self) -> None:
        from kamerton.plans.actions import budgets, department, projects  # noqa: F401, PLC0415 - what they register
