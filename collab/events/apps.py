from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "collab.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # tasks sent before the task app exists would go to Celery's own default, a broker that is not ours;
        # by name, because it stands above every package here
        import_module("collab.celery")
