from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "collab.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
