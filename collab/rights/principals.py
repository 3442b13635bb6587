"""Every user and every group is a principal from birth; the built-in group Everyone exists from day one."""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_migrate, post_save

from collab.groups.models import Group
from collab.rights.models import Principal


def make_principal(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Give a new user or group its principal (fixtures bring their own)."""
    if created and not raw:
        Principal.objects.create(**{"group" if sender is Group else "user": instance})


def make_everyone(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Create the group Everyone after the tables exist; harmless when it is there."""
    if sender.label == "rights":
        Group.objects.using(using).get_or_create(everyone=True, defaults={"name": "Everyone", "hue": "ardoise"})


def connect() -> None:
    """Attach the two receivers; called once when the app is ready."""
    post_save.connect(make_principal, sender=settings.AUTH_USER_MODEL, dispatch_uid="rights.user")
    post_save.connect(make_principal, sender=Group, dispatch_uid="rights.group")
    post_migrate.connect(make_everyone, dispatch_uid="rights.everyone")
