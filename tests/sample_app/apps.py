from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.sample_app"
    label = "sample_app"
    default_auto_field = "django.db.models.BigAutoField"
