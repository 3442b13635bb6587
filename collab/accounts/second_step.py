"""Two-factor switched on or off is a change of credentials: what was remembered with the old ones is stale."""

from allauth.mfa import signals
from allauth.mfa.models import Authenticator

from collab.accounts.epochs import touch


def moved(sender, user, **kwargs):
    """Move the epoch: a login password remembered by DAV a moment ago is asked again, and refused."""
    touch(user)


def connect():
    """Listen to django-allauth; called once when the app is ready."""
    signals.authenticator_added.connect(moved, sender=Authenticator, dispatch_uid="accounts.second-step.added")
    signals.authenticator_removed.connect(moved, sender=Authenticator, dispatch_uid="accounts.second-step.removed")
