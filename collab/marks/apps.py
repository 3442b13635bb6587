"""The app of marks: comments, labels and favourites are its tables."""

from django.apps import AppConfig


class MarksConfig(AppConfig):
    name = "collab.marks"
    label = "marks"
    default_auto_field = "django.db.models.BigAutoField"
