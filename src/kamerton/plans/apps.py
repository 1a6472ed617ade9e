from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "kamerton.plans"
    label = "plans"

    def ready(self) -> None:
        from kamerton.plans import calendar, hearing, search, timeline  # noqa: PLC0415 - models must be loaded first
        from kamerton.plans.actions import (  # noqa: F401, PLC0415 - what they register
            activities,
            approving,
            budgets,
            department,
            lines,
            objectives,
            projects,
        )

        hearing.subscribe()
        search.register()
        timeline.register_all()
        calendar.register_all()
