from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kamerton.core"
    label = "core"
