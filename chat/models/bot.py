"""Programs that speak as somebody of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from collab.rights.right import Right
from collab.spaces.models import Space

if TYPE_CHECKING:
    from collab.rights.actor import Actor


class BotQuerySet(models.QuerySet["Bot"]):
    """Finding bots is for those to whom they belong; what a bot says is found as anybody's."""

    def managed_by(self, actor: Actor) -> BotQuerySet:
        """Return the person's own, and those of spaces that they manage."""
        if actor.user is None:
            return self.none()
        return self.filter(Q(owner=actor.user) | Q(space__in=Space.objects.allowing(actor, Right.MANAGE)))


class Bot(models.Model):
    """A program with an account: it belongs to a person (`owner`) or to a space, whose managers look after it.

    `user` is a guest without a password (`User.is_bot`): it sees what was shared with it and nothing else, comes in by
    its tokens, and goes on existing as who said something when the bot itself goes.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="bot")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="bots")
    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="bots")
    purpose = models.CharField(max_length=250, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = BotQuerySet.as_manager()

    class Meta:
        ordering = ["user__display_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None, space__isnull=False) | Q(owner__isnull=False, space=None),
                name="chat_bot_belongs",
            )
        ]

    def __str__(self):
        return str(self.user)
