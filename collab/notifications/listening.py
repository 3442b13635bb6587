"""What the engine hears from below: things told outside of spaces, sessions and accounts that end."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete

from collab.events import notices
from collab.notifications import actions, writing


def signed_out(sender: Any, request: Any = None, **kwargs: Any) -> None:
    """A browser rings only while its person is signed in there."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        actions.silence_session(key)


def session_ended(sender: Any, instance: Any, **kwargs: Any) -> None:
    """The same, when it was ended from elsewhere."""
    actions.silence_session(instance.session_key)


def connect() -> None:
    """Attach the receivers; called once when the app is ready."""
    notices.telling.connect(writing.tell, dispatch_uid="notifications.tell")
    notices.reading.connect(actions.have_read, dispatch_uid="notifications.have-read")
    user_logged_out.connect(signed_out, dispatch_uid="notifications.signed-out")
    post_delete.connect(session_ended, sender=UserSession, dispatch_uid="notifications.session-ended")
