"""The app of the DAV engine: it owns the locks and the properties that clients store."""

from django.apps import AppConfig


class DavConfig(AppConfig):
    """Locks and dead properties are tables; everything else of the engine is plain code."""

    name = "collab.dav"
    label = "dav"
    default_auto_field = "django.db.models.BigAutoField"
