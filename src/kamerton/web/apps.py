from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kamerton.web"
    label = "web"

    def ready(self) -> None:
        from kamerton.web import trail  # noqa: F401, PLC0415 - its receivers
