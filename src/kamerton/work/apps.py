from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "kamerton.work"
    label = "work"

    def ready(self) -> None:
        from kamerton.work import undoing  # noqa: F401, PLC0415 - it registers, and models are ready only now
