from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "collab.backup"
    label = "backup"
