from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "collab.registry"
    label = "registry"

    def ready(self) -> None:
        from collab.registry import checks  # noqa: F401 - registers the system checks
