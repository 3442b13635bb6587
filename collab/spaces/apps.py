from django.apps import AppConfig


class SpacesConfig(AppConfig):
    name = "collab.spaces"
    label = "spaces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from collab.spaces import joining, keeping, personal

        personal.connect()
        keeping.connect()
        joining.connect()
