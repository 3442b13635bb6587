from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "collab.shell"
    label = "shell"
