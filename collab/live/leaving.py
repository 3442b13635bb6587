"""A session that ends closes its sockets: the hubs look again at whoever left."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete

from collab.events import log


def tell(sender: Any, user: Any = None, instance: Any = None, **kwargs: Any) -> None:
    """Announce that a session of this person ended, wherever it was ended."""
    person = user.pk if user is not None else instance.user_id if instance is not None else None
    if person is not None:
        with transaction.atomic():
            log.announce(f"user:{person}", {"kind": "signed-out", "ref": f"user:{person}"})


def connect() -> None:
    """Attach the receivers; called once when the app is ready."""
    user_logged_out.connect(tell, dispatch_uid="live.signed-out")
    post_delete.connect(tell, sender=UserSession, dispatch_uid="live.session-ended")
