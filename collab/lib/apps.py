from django.apps import AppConfig


class LibConfig(AppConfig):
    """The first migration, which makes the database's extensions, and how French writes a date."""

    name = "collab.lib"
    label = "lib"

    def ready(self) -> None:
        from collab.lib import french

        french.install()
