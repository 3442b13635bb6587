from django.apps import AppConfig


class OcsConfig(AppConfig):
    name = "collab.ocs"
    label = "ocs"
    default_auto_field = "django.db.models.BigAutoField"
