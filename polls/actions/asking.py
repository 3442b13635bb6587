"""Polls of people without an account: typed, confirmed by mail, made; the link of that mail is the key of the poll."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib.errors import Conflict, NotFound, TooMany
from collab.registry import house
from collab.rights import explain, link_rules, links
from collab.rights.actor import Actor
from collab.rights.right import DISCUSSANT, EDITOR, Right
from collab.spaces.models import Space
from polls import house_settings, letters
from polls.actions import ending, making
from polls.actions.common import line
from polls.models import Maker, Poll
from polls.slots import Slot

WAITS = timedelta(days=3)
"""How long what a visitor typed waits for them to open their mail."""
MOST_WAITING = 2000
"""So many wait at most, whoever floods this door."""
UNUSED = timedelta(days=365)
"""A visitor's poll goes when nobody has answered it for so long."""


def place() -> tuple[Space, User] | None:
    """Return where visitors' polls lie and who answers for them there, None while visitors make none.

    That is a person who manages the space and may make public links: their rights, and the rules of the house about
    links, are what such a poll lives by. When they leave, others of the space adopt its links as any other's.
    """
    chosen = house.get(house_settings.MAKERS)
    if not chosen or not house.get(house_settings.VISITORS) or house.get("links.password") or not letters.can_post():
        return None
    space = Space.objects.living().select_related("acl").filter(pk=int(chosen), kind=Space.Kind.TEAM).first()
    managers = explain.people_with(space.acl_id, Right.MANAGE, limit=100) if space is not None else ()
    people = User.objects.filter(pk__in=managers).order_by("pk")
    return next(((space, one) for one in people if link_rules.may_make(one)), None) if space is not None else None


@transaction.atomic
def ask(
    name: str, email: str, kind: str, fields: dict[str, Any], wanted: Sequence[making.Wanted], zone: str = ""
) -> None:
    """Keep what a visitor asks, and mail them the address that makes a poll of it. Raises BadInput, TooMany."""
    if place() is None:
        raise NotFound
    name = line(name, 100, _("Write your name, so that others know who asks."))
    poll = making.draft(kind, fields, wanted, zone)
    if Maker.objects.filter(poll=None).count() >= MOST_WAITING or not letters.may_post(email):
        raise TooMany(_("Too many polls were begun today. Try again tomorrow."))
    options = [_sent(one) for one in wanted]
    typed = {"kind": kind, "zone": poll.zone, "options": options, "fields": fields}
    token = secrets.token_urlsafe(32)
    maker = Maker(name=name, email=email, language=translation.get_language() or "", typed=typed)
    maker.digest = links.digest_of(token)
    maker.save()
    letters.begun(maker, token)


@transaction.atomic
def confirm(token: str) -> Poll:
    """Make the poll that was typed, with a link to send and the key. Raises NotFound, Conflict (not offered any more).

    The key is a link of this poll alone, with the role Editor: so it stands under “Public links”, where it is explained
    and ended like any other.
    """
    maker = Maker.objects.select_for_update().filter(digest=links.digest_of(token), poll=None).first()
    if maker is None or maker.typed is None:
        raise NotFound(links.GONE)
    if (found := place()) is None:
        raise Conflict(_("In this house nobody makes polls without an account any more."))
    space, answerable = found
    actor, end = Actor.of(answerable).by_design(), link_rules.latest_end()
    kind, zone, fields, options = (maker.typed[name] for name in ("kind", "zone", "fields", "options"))
    if fields.get("deadline"):
        fields["deadline"] = datetime.fromisoformat(fields["deadline"])
    wanted = [_wanted(*one) for one in options]
    poll = making.make(actor, space, kind, fields, wanted, zone=zone, maker=maker)
    links.make_link(actor, poll, DISCUSSANT.mask, expires_at=end)
    label = _gettext("Key of %(name)s, who has no account") % {"name": maker.name}
    links.make_link(actor, poll, EDITOR.mask, label=label, expires_at=end, token=token)
    return poll


def forget_old() -> None:
    """Delete what was never confirmed, and visitors' polls that nobody has used for long."""
    now = timezone.now()
    Maker.objects.filter(poll=None, created_at__lt=now - WAITS).delete()
    used = Poll.objects.filter(participants__answered_at__gt=now - UNUSED).values("pk")
    old = Poll.objects.filter(maker__isnull=False, created_at__lt=now - UNUSED).exclude(pk__in=used)
    ending.erase(list(old.values_list("pk", flat=True)[:500]))


def _sent(one: making.Wanted) -> list[Any]:
    """Return an option as JSON keeps it until it is confirmed."""
    slot = one.slot
    return [one.text, *((slot.day, slot.begins, slot.ends) if slot is not None else (None, None, None))]


def _wanted(text: str, day: str | None, begins: str | None, ends: str | None) -> making.Wanted:
    def hour(value: str | None) -> time | None:
        return time.fromisoformat(value) if value else None

    return making.Wanted(Slot(date.fromisoformat(day), hour(begins), hour(ends)) if day else None, text)
