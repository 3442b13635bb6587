from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "collab.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from collab.notifications import listening

        listening.connect()
