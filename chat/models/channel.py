"""Channels, and what each person makes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chat import announcing, reach, tokens
from collab.registry import registry
from collab.rights import lineage
from collab.rights.actions import owns_acl
from collab.rights.actor import Actor
from collab.rights.models import Acl, Link, Principal
from collab.rights.querysets import GuardedQuerySet
from collab.spaces.models import Space
from collab.spaces.things import Thing


class ChannelQuerySet(GuardedQuerySet["Channel"]):
    def living(self):
        """Channels that were not thrown away; archived ones too, which are read and found for ever."""
        return self.filter(deleted_at=None)

    def open(self):
        """Channels in which something may be said."""
        return self.living().filter(archived_at=None, space__archived_at=None)

    def rooms(self):
        """Channels of spaces, without what is between people."""
        return self.filter(form__in=[Channel.Form.OPEN, Channel.Form.CLOSED])


class Channel(Thing):
    """Where people of a space talk. It lies in a space and has its circle, unless it is reserved for some.

    A conversation between people (`form` DIRECT, GROUP) lies in the personal space of whoever began it, with a circle
    that inherits nothing: all in it have the same rights, and nobody manages it. `pair`: the two of a direct one,
    "3:17", so that there is one for each two.

    `clock` moves with everything that happens here and is what pages go on from; `number` counts what is said to the
    whole channel, so that what somebody has not read is a subtraction. Both move under the lock of this row, not of its
    space: talking waits for no folder that is being moved. `announcements`: only who may edit begins something.
    `receipts`: who is in it sees how far the others have read.
    `is_default`: everybody who sees it has it in their column without joining. `folder`: id of the one in which
    files lie that were sent here, 0 for none yet. `origin`: what it was in the house from which it was brought over, a
    digest; "" for one that began here. `pace`: seconds between two messages of one person.
    `calls_out`: programs are told what is said.
    `keep_days`: how long what is said is kept, 0 for ever, None as its space says; no sooner than from `keep_since` on.
    `swept_until`: what was said before it has gone by that rule, pages may show it still.
    """

    class Form(models.TextChoices):
        OPEN = "open", pgettext_lazy("channel", "Open")
        CLOSED = "closed", pgettext_lazy("channel", "Private")
        DIRECT = "direct", _("Direct messages")
        GROUP = "group", _("Several people")

    ACL = "acl"
    REF_KIND = "channel"

    space = models.ForeignKey(Space, models.CASCADE, related_name="channels")
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="channels")
    form = models.CharField(max_length=8, choices=Form)
    title = models.CharField(_("name"), max_length=80, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=250, blank=True)
    header = models.CharField(max_length=1000, blank=True)
    pair = models.CharField(max_length=42, blank=True)
    announcements = models.BooleanField(default=False)
    receipts = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    pace = models.PositiveIntegerField(default=0, db_default=0)
    keep_days = models.PositiveIntegerField(null=True)
    keep_since = models.DateTimeField(null=True)
    swept_until = models.DateTimeField(null=True)
    origin = models.CharField(max_length=32, blank=True, default="", db_default="")
    clock = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    folder = models.BigIntegerField(default=0)
    calls_out = models.BooleanField(default=False, db_default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pair"], name="chat_channel_pair", condition=~Q(pair="")),
            models.UniqueConstraint(fields=["origin"], name="chat_channel_origin", condition=~Q(origin="")),
            models.CheckConstraint(condition=Q(pair="") | Q(form="direct"), name="chat_channel_pair_direct"),
        ]

    def __str__(self):
        return self.title

    @property
    def began(self) -> datetime:
        """When it began; `first_at`, where it was asked for, is older than the channel of what was brought over."""
        return min(self.created_at, getattr(self, "first_at", None) or self.created_at)

    @property
    def is_between(self) -> bool:
        """Whether it is a conversation between people, not a channel of a space."""
        return self.form in {self.Form.DIRECT, self.Form.GROUP}

    @property
    def is_open(self) -> bool:
        """Whether something may be said in it, by who may."""
        return self.archived_at is None and self.deleted_at is None and self.space.archived_at is None

    @property
    def circle(self) -> int:
        """The id of its acl where it has its own people; 0 where those of its space are in it."""
        apart = self.is_between or (owns_acl(self) and not lineage.follows_place(self.acl))
        return self.acl_id if apart else 0

    def before_share(self, actor: Actor, principal: Principal) -> None:
        """Show somebody new no more of what was said than who shares it reads.

        Raises Forbidden for a group, and for a bot that others hold.
        """
        reach.bound_share(actor, self, principal)
        if not self.is_between:
            tokens.require_bringing(actor, self, principal)

    def before_inherit(self, actor: Actor) -> None:
        """Raise Forbidden where everyone would read more than who opens the channel."""
        reach.bound_opening(actor, self)

    def before_link(self, actor: Actor, link: Link, fields: dict[str, Any]) -> None:
        """Raise Forbidden where a changed link would show more than who changes it reads."""
        reach.bound_link(actor, self, link, fields)

    def rights_changed(self, actor: Actor, kind: str, after: dict[str, Any]) -> None:
        """Record it; a channel whose circle inherits nothing is private, and so are its files."""
        super().rights_changed(actor, kind, after)
        if kind in {"share", "unshare"} and "principal" in after:
            person = Principal.objects.filter(pk=after["principal"]).values_list("user", flat=True).first()
            if person is not None:
                announcing.member(self.pk, person, on=kind == "share")
        if kind in {"restrict", "inherit"} and not self.is_between:
            self._follow_circle(actor)
        if kind == "inherit" and not self.is_between:
            reach.opened(self)
        tokens.follow(actor, self, kind, after)

    def _follow_circle(self, actor: Actor) -> None:
        self.acl.refresh_from_db()  # what hangs where has just changed
        form = self.Form.CLOSED if self.circle else self.Form.OPEN
        if form == self.form:
            return
        self.form = form
        self.is_default = self.is_default and form == self.Form.OPEN
        self.save(update_fields=["form", "is_default"])
        store = registry.files()
        if store is not None and self.folder:
            store.enclose(actor, self.folder, self.circle)


def other_of(pair: str, me: int) -> int:
    """Return with whom one talks in a conversation of these two; oneself where one talks alone."""
    return next((pk for pk in map(int, pair.split(":")) if pk != me), me)


class Seat(models.Model):
    """What one person makes of a channel, and how far they have read it.

    `read`: the number of the last thing that they have seen; `mentions`: how many after it name them. `since`: the id
    of the first message that they may read, where who invited them did not share what was before. `left_at`: they do
    not want it in their column; whoever names them brings it back. `folder`: of their own files, in which lies what
    they sent in a conversation between people, 0 for none yet. `said_at`: when they last said something here.
    """

    class Level(models.TextChoices):
        ALL = "all", _("Every message")
        MENTIONS = "mentions", _("Only what names me")
        NOTHING = "nothing", _("Nothing")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seats")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="seats", db_index=False)
    read = models.BigIntegerField(default=0)
    mentions = models.PositiveIntegerField(default=0)
    since = models.BigIntegerField(default=0)
    level = models.CharField(max_length=8, choices=Level, default=Level.MENTIONS)
    is_favourite = models.BooleanField(default=False)
    draft = models.TextField(blank=True, max_length=16_000)
    folder = models.BigIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "user"], name="chat_seat_once")]

    def __str__(self):
        return f"{self.user_id} in {self.channel_id}"
