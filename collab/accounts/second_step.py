"""Two-factor switched on or off is a change of credentials: what was remembered with the old ones is stale."""

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save

from collab.accounts.epochs import touch
from collab.accounts.models import User
from collab.events import audit


def moved(sender, instance, created=True, raw=False, **kwargs):
    """Move the epoch: a login password remembered by DAV a moment ago is asked again, and refused.

    In the transaction of the change itself: django-allauth's own signals come after it, and not if the process dies.
    """
    if not created or raw:
        return
    touch(instance.user)
    if instance.type == Authenticator.Type.TOTP and not isinstance(kwargs.get("origin"), User):
        kind = "second-step-on" if "update_fields" in kwargs else "second-step-off"
        audit.record(kind, instance.user, ("user", instance.user_id), str(instance.user))


def connect():
    """Listen to the rows; called once when the app is ready."""
    post_save.connect(moved, sender=Authenticator, dispatch_uid="accounts.second-step.on")
    post_delete.connect(moved, sender=Authenticator, dispatch_uid="accounts.second-step.off")
