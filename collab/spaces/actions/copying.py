"""“Make a new space like this one.”"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from collab.events import audit
from collab.registry import registry
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.models import Grant
from collab.rights.right import Right
from collab.spaces.actions.covering import put
from collab.spaces.actions.making import create_untold, require_may_create
from collab.spaces.models import Cover, Space


@transaction.atomic
def copy(
    actor: Actor, source: Space, name: str, *, description: str = "", content: bool = False, people: bool = False
) -> Space:
    """Make a space with the other's structure, front page, colour and the roles of its groups.

    With `content` what lies in it comes too, with `people` the roles of single persons. Who copies manages the new
    one, and gives no right there that they do not hold on the source. Needs MANAGE there and the rank to make spaces.
    """
    user = require_may_create(actor)
    actor.require(source, Right.MANAGE)
    space = create_untold(user, name, description=description, front=source.front, hue=source.hue)
    cover = Cover.objects.filter(space=source).first()
    if cover is not None:
        put(space, bytes(cover.image), cover.media_type)
    _copy_roles(actor, source, space, people=people)
    for hooks in registry.spaces():
        if hooks.copy is not None:
            hooks.copy(actor, source, space, content=content)
    whom = ("space", source.pk, source.name)
    audit.record("space-copied", user, ("space", space.pk), space.name, whom=whom, content=content, people=people)
    return space


def _copy_roles(actor: Actor, source: Space, space: Space, *, people: bool) -> None:
    """Give each group (and person) in the new space what it has in the source, as far as the actor holds it there."""
    live = Q(expires_at=None) | Q(expires_at__gt=Now())
    whom = Q(principal__group__isnull=False)
    if people:
        whom |= Q(principal__user__is_active=True)
    held = actor.rights_on(source)
    given = Grant.objects.filter(live, whom, acl_id=source.acl_id).exclude(principal__user=actor.user)
    for grant in given.select_related("principal").order_by("pk"):
        if mask := Right(grant.rights) & held:
            rights.share(actor, space, grant.principal, mask, expires_at=grant.expires_at, note=grant.note)
