"""In which order a person has the channels of each place in their column: by name, or those of the last talk first."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.actions import preferring
from chat.models import Preference, Scheduled
from chat.queries import Mine
from collab.accounts.models import User
from collab.lib.errors import BadInput
from collab.rights.actor import Actor

NAME, RECENT = "name", "recent"
ORDERS: dict[str, str | Promise] = {NAME: _("Sort by name"), RECENT: _("Sort by date")}
_KEPT = ("collab", "channel_order")


def choose(actor: Actor, order: str) -> None:
    """Have channels in this order from now on, on every device. Raises BadInput."""
    if order not in ORDERS:
        raise BadInput
    preferring.keep(actor, [(*_KEPT, order)])


def of(user: User) -> tuple[str, int]:
    """Return the order that the person chose, and how many of their messages wait to be sent. One query."""
    kept = Preference.objects.filter(user=OuterRef("pk"), category=_KEPT[0], name=_KEPT[1]).values("value")[:1]
    waiting = Scheduled.objects.filter(author=OuterRef("pk"), cancelled_at=None).order_by().values("author")
    row = User.objects.filter(pk=user.pk).values_list(
        Coalesce(Subquery(kept), Value(NAME)), Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0)
    )
    order, count = row.first() or (NAME, 0)
    return (order if order in ORDERS else NAME), count


def sort(rows: list[Mine], order: str) -> list[Mine]:
    """Return the channels in that order; those in which nothing was said yet are the last then, by name."""
    rows = sorted(rows, key=lambda one: one.title.casefold())
    if order == RECENT:
        rows.sort(key=lambda one: -one.channel.last_at.timestamp() if one.channel.last_at else 0.0)
    return rows
