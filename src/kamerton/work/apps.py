from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "kamerton.work"
    label = "work"
