"""Every member has a space of their own from birth (a guest on becoming a member) until their account goes."""

from django.conf import settings
from django.db.models.signals import post_save

from collab.accounts.models import Rank
from collab.accounts.signals import emptied, leaving
from collab.spaces.models import Space
from collab.spaces.removing import remove


def make_space(sender, instance, raw=False, update_fields=None, **kwargs):
    """Make the personal space when an account is made or its rank changes; a sign-in costs nothing here."""
    if raw or instance.rank == Rank.GUEST or (update_fields is not None and "rank" not in update_fields):
        return
    from collab.spaces.actions import personal_space

    personal_space(instance)


def remove_space(sender, user, **kwargs):
    """Remove the personal space, which apps have emptied, with its log. Raises ProtectedError if it holds anything."""
    space = Space.objects.filter(owner=user).select_related("acl").first()
    if space is not None:
        remove(space)


def connect():
    """Attach the receivers, after the one that makes the principal; called once when the app is ready."""
    leaving.connect(remove_space, dispatch_uid="spaces.personal.leaving")
    emptied.connect(remove_space, dispatch_uid="spaces.personal.emptied")
    post_save.connect(make_space, sender=settings.AUTH_USER_MODEL, dispatch_uid="spaces.personal")
