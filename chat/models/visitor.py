"""People without an account who came into a channel by a public link."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.models.channel import Channel
from collab.rights.models import Link


class VisitorQuerySet(models.QuerySet["Visitor"]):
    """Whose visitors may be found is asked of their channel before."""

    def at_doors(self):
        """Those whose link has not ended: they wait, or are in."""
        live = Q(link__principal__grants__expires_at=None) | Q(link__principal__grants__expires_at__gt=Now())
        return self.filter(live, link__principal__grants__isnull=False)

    def waiting(self):
        return self.at_doors().filter(state=Visitor.State.WAITING)

    def inside(self):
        return self.at_doors().filter(state=Visitor.State.IN)


class Visitor(models.Model):
    """Somebody who opened a public link to a channel and said a name; one browser knows that it is they.

    What they may do is the right of the link, asked anew each time; without it (`link` None: it was stopped) they are
    nobody. `state`: whether they wait in the lobby, are in, were not let in, left, or are out for good, since
    `state_at`, by whom (`by`: None for themselves). `since`: the id of the first message that they read, fixed when
    they first came in (`entered_at`). `said_at`: when they last said something.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        IN = "in", _("is here")
        REFUSED = "refused", _("was not let in")
        LEFT = "left", _("left")
        REMOVED = "removed", _("was removed")

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="visitors", db_index=False)
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    state_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    since = models.BigIntegerField(default=0)
    came_at = models.DateTimeField(auto_now_add=True)
    entered_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)

    objects = VisitorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["channel", "state"], name="chat_visitor_state")]

    def __str__(self):
        return self.name
