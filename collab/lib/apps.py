from django.apps import AppConfig


class LibConfig(AppConfig):
    """An app only for the first migration: the database extensions."""

    name = "collab.lib"
    label = "lib"
