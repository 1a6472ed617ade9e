from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "kamerton.access"
    label = "access"
