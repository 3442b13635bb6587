"""Every member has a space of their own from birth; a guest gets one on becoming a member."""

from django.conf import settings
from django.db.models.signals import post_save

from collab.accounts.models import Rank


def make_space(sender, instance, raw=False, update_fields=None, **kwargs):
    """Make the personal space when an account is made or its rank changes; a sign-in costs nothing here."""
    if raw or instance.rank == Rank.GUEST or (update_fields is not None and "rank" not in update_fields):
        return
    from collab.spaces.actions import personal_space

    personal_space(instance)


def connect():
    """Attach the receiver, after the one that makes the principal; called once when the app is ready."""
    post_save.connect(make_space, sender=settings.AUTH_USER_MODEL, dispatch_uid="spaces.personal")
