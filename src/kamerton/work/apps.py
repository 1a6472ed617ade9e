from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "kamerton.work"
    label = "work"

    def ready(self) -> None:
        from kamerton.work import calendar, hearing, timeline, undoing  # noqa: F401, PLC0415 - models are ready only now
        from kamerton.work.actions import daily, reports  # noqa: PLC0415

        hearing.subscribe()
        timeline.register_all()
        calendar.register_all()
        daily.also("reports", reports.every_day)
