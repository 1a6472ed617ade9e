from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "kamerton.signals"
    label = "signals"

    def ready(self) -> None:
        from kamerton.signals import hearing, rules, undoing  # noqa: F401, PLC0415 - models are ready only now

        hearing.register_all()
