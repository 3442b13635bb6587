from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "collab.live"
    label = "live"

    def ready(self) -> None:
        from collab.live import leaving

        leaving.connect()
