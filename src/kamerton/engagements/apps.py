from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "kamerton.engagements"
    label = "engagements"

    def ready(self) -> None:
        from kamerton.engagements import calendar, hearing, timeline  # noqa: PLC0415 - models are ready only now
        from kamerton.engagements.actions import norms, planning  # noqa: F401, PLC0415 - registers its undo

        hearing.subscribe()
        timeline.register_all()
        calendar.register_all()
