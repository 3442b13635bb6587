from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "collab.groups"
    label = "groups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from collab.groups import joining

        joining.connect()
