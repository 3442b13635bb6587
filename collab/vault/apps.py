from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "collab.vault"
    label = "vault"
