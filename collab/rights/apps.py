from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "collab.rights"
    label = "rights"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from collab.rights import principals

        principals.connect()
