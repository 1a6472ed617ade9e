from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "kamerton.service"
    label = "service"

    def ready(self) -> None:
        from kamerton.service import hearing, timeline  # noqa: PLC0415 - models are ready only now

        hearing.subscribe()
        timeline.register_all()
