from django.apps import AppConfig


class MyDataConfig(AppConfig):
    name = "collab.mydata"
    label = "mydata"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from collab.mydata import leaving

        leaving.connect()
