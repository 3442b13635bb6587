"""A lock as a DAV client takes it, for the tests of actions."""

from datetime import timedelta

from django.utils import timezone

from collab.dav import locks
from collab.dav.models import Lock


def lock(user, node, *, deep=False, shared=False, seconds=600):
    """Lock the node and return the token."""
    token = locks.new_token()
    Lock.objects.create(
        token=token,
        kind=locks.NODE,
        ref_id=node.pk,
        space_id=node.space_id,
        user=user,
        scope=Lock.Scope.SHARED if shared else Lock.Scope.EXCLUSIVE,
        deep=deep,
        expires_at=timezone.now() + timedelta(seconds=seconds),
    )
    return token
