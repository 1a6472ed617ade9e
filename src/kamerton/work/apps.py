from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "kamerton.work"
    label = "work"

    def ready(self) -> None:
        from kamerton.work import calendar, hearing, timeline, undoing  # noqa: F401, PLC0415 - models are ready only now

        hearing.subscribe()
        timeline.register_all()
        calendar.register_all()
