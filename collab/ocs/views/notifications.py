"""The bell, as phones and desktops show it: what is unread, in sentences; to delete one is to read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.lib.errors import NotFound
from collab.notifications import actions, finding
from collab.notifications.lines import lines
from collab.notifications.models import Notification
from collab.notifications.pushing import sentence
from collab.ocs.service import service
from collab.rights import switches
from collab.rights.actor import Actor

MOST = 100
"""Clients know no pages here: so many of the latest are what they get."""


@service("GET", "DELETE", scope="files")
def collection(request: HttpRequest, actor: Actor) -> list[Any]:
    """List what is unread, or mark all of it as read."""
    if request.method == "DELETE":
        actions.read_all(actor)
        return []
    rows, _more = finding.page(finding.visible(actor).filter(read_at=None), None, MOST)
    return _records(request, actor, rows)


@service("GET", "DELETE", scope="files")
def one(request: HttpRequest, actor: Actor, pk: int) -> Any:
    """Tell one that is unread, or mark it as read; what was read before is as good as deleted."""
    row = finding.visible(actor).select_related("actor").filter(pk=pk, read_at=None).first()
    if row is None:
        raise NotFound
    if request.method == "DELETE":
        actions.read(actor, row)
        return []
    if not (found := _records(request, actor, [row])):
        raise NotFound
    return found[0]


def _records(request: HttpRequest, actor: Actor, rows: Sequence[Notification]) -> list[dict[str, Any]]:
    """Return what clients read of these rows; those of which nothing can be said any more are left out."""
    by_pk = {row.pk: row for row in rows}
    found = []
    for line in lines(actor, rows):
        row = by_pk[line.pk]
        plugin = switches.by_kind(row.ref_kind)
        found.append(
            {
                "notification_id": row.pk,
                "app": plugin.slug if plugin is not None else "collab",
                "user": actor.user.username if actor.user else "",
                "datetime": row.last_at.astimezone(UTC).isoformat(timespec="seconds"),
                "object_type": row.ref_kind,
                "object_id": str(row.refs[-1]) if row.refs else "",
                "subject": sentence(line),
                "subjectRich": "",
                "subjectRichParameters": [],
                "message": "",
                "messageRich": "",
                "messageRichParameters": [],
                # the page that opens it marks it as read
                "link": request.build_absolute_uri(reverse("shell:notification-open", args=[row.pk])),
                "icon": "",
                "shouldNotify": True,
                "actions": _actions(request, row),
            }
        )
    return found


def _actions(request: HttpRequest, row: Notification) -> list[dict[str, Any]]:
    """Return what can be done from the list: go there, or have done with it; each is an address and a method."""
    version = request.resolver_match.kwargs["version"] if request.resolver_match else 2
    opened = reverse("shell:notification-open", args=[row.pk])
    read = reverse(f"ocs:notification-v{version}", args=[row.pk])
    return [
        {"label": _("Open"), "link": request.build_absolute_uri(opened), "type": "WEB", "primary": True},
        {"label": _("Mark as read"), "link": request.build_absolute_uri(read), "type": "DELETE", "primary": False},
    ]
