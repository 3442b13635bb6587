"""Feeds of activity: an address of one's own for a program that reads feeds, made, shown again, taken back."""

from __future__ import annotations

import secrets

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.accounts.throttle import Throttle
from collab.activity.models import Feed
from collab.events import audit
from collab.lib.errors import Conflict, NotFound, TooMany
from collab.rights.actor import Actor
from collab.rights.links import box, digest_of
from collab.spaces.models import Space

GONE = _("No feed has this address. Make a new one in your settings.")
TOO_OFTEN = _("This feed was read too often in the last minute.")
MOST = 50
EACH_MINUTE = 20

_COUNT = """UPDATE activity_feed SET reads = CASE WHEN read_at > now() - interval '1 minute' THEN reads + 1 ELSE 1 END,
 read_at = CASE WHEN read_at > now() - interval '1 minute' THEN read_at ELSE now() END WHERE id = %s RETURNING reads"""


@transaction.atomic
def make(actor: Actor, space: Space | None = None) -> Feed:
    """Make the actor's feed of all they see, or of one space they see; one there is already is answered as it is.

    Raises NotFound, Conflict (too many).
    """
    user = _person(actor)
    if space is not None and not Space.objects.visible_to(actor).filter(pk=space.pk).exists():
        raise NotFound
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    found = Feed.objects.filter(user=user, space=space).first()
    if found is not None:
        return found
    if Feed.objects.filter(user=user).count() >= MOST:
        raise Conflict(_("You have 50 feeds. Take back those you no longer read."))
    token = secrets.token_urlsafe(32)
    sealed = box().encrypt(token.encode())
    feed = Feed.objects.create(user=user, space=space, digest=digest_of(token), token_sealed=sealed)
    _tell("feed-made", user, space)
    return feed


@transaction.atomic
def revoke(actor: Actor, feed_id: int) -> Feed:
    """Take one's own feed back: its address opens nothing any more. Raises NotFound."""
    feed = mine(actor).filter(pk=feed_id).first()
    if feed is None:
        raise NotFound
    _tell("feed-revoked", feed.user, feed.space)
    feed.delete()
    return feed


def mine(actor: Actor) -> QuerySet[Feed]:
    """Return the actor's feeds, that of all first."""
    return Feed.objects.filter(user=_person(actor)).select_related("user", "space").order_by("space__name", "pk")


def path_of(actor: Actor, feed: Feed) -> str:
    """Return the path of one's own feed. Raises NotFound."""
    if feed.user_id != _person(actor).pk:
        raise NotFound
    return reverse("activity-feed", args=[box().decrypt(bytes(feed.token_sealed)).decode()])


def open_feed(token: str, address: str) -> tuple[Feed, Actor]:
    """Return the feed of a token, and its person as they are now.

    Raises NotFound: no such token, an account that is switched off, a space that the person no longer sees. TooMany.
    """
    throttle = Throttle()
    throttle.check("feed", "", address)
    feed = Feed.objects.select_related("user", "space").filter(digest=digest_of(token)).first()
    if feed is None:
        throttle.fail("feed", "", address, secret=token)
        raise NotFound(GONE)
    actor = Actor.of(feed.user, strength="link")
    if actor.is_nobody:
        raise NotFound(GONE)
    if feed.space is not None and not Space.objects.visible_to(actor).filter(pk=feed.space.pk).exists():
        raise NotFound(GONE)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [feed.pk])
        row = cursor.fetchone()
    if row is None or row[0] > EACH_MINUTE:
        raise TooMany(TOO_OFTEN, retry_after=60)
    return feed, actor


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise NotFound
    return actor.user


def _tell(kind: str, user: User, space: Space | None) -> None:
    subject = ("space", space.pk) if space is not None else ("user", user.pk)
    audit.record(kind, user, subject, space.name if space is not None else str(user))
