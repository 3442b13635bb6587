"""Shares as OCS speaks of them: its five bits, its types, its days, turned into grants and links."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.events import jobs
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.ocs import sharees
from collab.ocs.sharees import GROUP, LINK, USER
from collab.registry import registry
from collab.registry.places import Placed
from collab.rights import actions, link_changes, link_rules, links, preparing
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import Right

FIVE = Right(31)
OF_FILES = Right.SEE | Right.EDIT | Right.SHARE
UPLOAD = Right(15)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].{0,40})?")


@dataclass(frozen=True)
class Wish:
    """What a call asks of a share; None for what it does not name. `day` and `password` may be "": none any more."""

    permissions: int | None = None
    upload: bool | None = None
    password: str | None = None
    day: str | None = None
    note: str | None = None
    label: str | None = None
    hide: bool | None = None

    def __bool__(self) -> bool:
        return self != Wish()


def live(kind: str) -> QuerySet[Grant]:
    """Return the grants on things of this kind that have not ended, with all that a record tells."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=Now())
    return Grant.objects.filter(lasting, acl__kind=kind).select_related(
        "acl", "principal__user", "principal__group", "principal__link", "granted_by"
    )


@dataclass(frozen=True)
class _Asked:
    """What a new share would be, once all about it was checked; `principal` is None for a link."""

    mask: Right
    end: datetime | None
    principal: Principal | None


def create(actor: Actor, kind: str, placed: Placed, share_type: int, share_with: str, wish: Wish) -> int:
    """Share the thing and return the id of the grant.

    Raises what `share` and `make_link` raise; UnderWay for something large, whose share is begun as a job.
    """
    thing = _thing(kind, placed)
    if actions.is_large(thing):
        asked = _require(actor, thing, placed, share_type, share_with, wish)
        whom = str(asked.principal) if asked.principal else _("anyone with the link")
        title = _("“%(name)s” is being shared with %(who)s") % {"name": _name(placed), "who": whom}
        act: dict[str, Any] = {"type": share_type, "with": share_with, "wish": asdict(wish)}
        preparing.begin("collab.ocs.sharing.share", actor, (kind, placed.id), title, **act)
        raise preparing.UnderWay
    return _create(actor, thing, placed, share_type, share_with, wish)


def share(progress: jobs.Progress) -> dict[str, Any] | None:
    """Give what a client asked for on something large, by the rights that its person has now."""
    job, act, places = progress.job, preparing.act_of(progress), registry.places()
    actor = Actor.of(job.actor)
    placed = places.describe(actor, [job.ref_id]).get(job.ref_id) if places and job.ref_id else None
    if placed is None:
        raise NotFound
    thing, wish = _thing(job.ref_kind, placed), Wish(**act["wish"])
    _require(actor, thing, placed, act["type"], act["with"], wish)
    actions.make_ready(thing)
    with transaction.atomic():
        _create(actor, thing, placed, act["type"], act["with"], wish)
        progress.finish({"text": _("“%(name)s” is shared.") % {"name": _name(placed)}})
    return None


@transaction.atomic
def _create(actor: Actor, thing: Any, placed: Placed, share_type: int, share_with: str, wish: Wish) -> int:
    kind = thing.REF_KIND
    actions.hold(actor, thing)
    asked = _require(actor, thing, placed, share_type, share_with, wish)
    if asked.principal is None:
        link = links.make_link(actor, thing, asked.mask, expires_at=asked.end, note=wish.note or "", **_of_link(wish))
        return Grant.objects.get(acl_id=link.acl_id, principal_id=link.principal_id).pk
    if actions.owns_acl(thing) and live(kind).filter(acl_id=thing.acl_id, principal=asked.principal).exists():
        # to give again would silently replace what they have, which the client has not seen
        raise Forbidden(_("This is shared with them already. Change that share instead."))
    return actions.share(actor, thing, asked.principal, asked.mask, expires_at=asked.end, note=wish.note or "").pk


def _require(actor: Actor, thing: Any, placed: Placed, share_type: int, share_with: str, wish: Wish) -> _Asked:
    """Return what is asked for. Raises what makes it impossible now."""
    if share_type not in {USER, GROUP, LINK}:
        raise BadInput(_("This kind of share is not possible here. Share with a person, with a group, or by link."))
    if placed.parent_id is None:
        raise Forbidden(_("This is the whole of a space. Share a folder in it, or add members to the space."))
    actor.require(thing, Right.SHARE)
    end = _end(wish.day) if wish.day else None
    if (
        share_type == LINK
        and end is None
        and (days := link_rules.default_days())
        and (wish.day is None or link_rules.longest())
    ):
        end = link_rules.last_moment(days)
    mask = _mask(actor, thing, placed, share_type, wish, end)
    if share_type == LINK:
        links.require_making(actor, thing, mask, expires_at=end, **_of_link(wish))
        return _Asked(mask, end, None)
    _refuse_for_people(wish)
    principal = sharees.named(actor, share_type, share_with)
    if actor.user is not None and principal.user_id == actor.user.pk:
        raise Forbidden(_("This is yours to see already: share it with somebody else."))
    actions.require_passing_on(actor, thing, mask, end)
    return _Asked(mask, end, principal)


def _name(placed: Placed) -> str:
    return placed.path.rpartition("/")[2]


def _of_link(wish: Wish) -> dict[str, Any]:
    return {"password": wish.password or "", "label": (wish.label or "")[:200], "hide_download": bool(wish.hide)}


@transaction.atomic
def update(actor: Actor, kind: str, placed: Placed, grant: Grant, wish: Wish) -> None:
    """Change what the call names, and nothing else of the share. Raises what `share` and `change_link` raise."""
    if not wish:
        raise BadInput(_("Nothing to change was named."))
    thing = _thing(kind, placed)
    actions.hold(actor, thing)
    # again under the lock: what is kept must be what is there now
    now = live(kind).filter(pk=grant.pk, acl_id=thing.acl_id).first()
    if now is None:
        raise NotFound
    actor.require(thing, Right.SHARE)
    share_type = type_of(now)
    mask = _changed(now, placed, share_type, wish)
    end = now.expires_at if wish.day is None else _end(wish.day) if wish.day else None
    note = now.note if wish.note is None else wish.note
    if share_type == LINK:
        link = now.principal.link
        label = link.label if wish.label is None else wish.label
        link_changes.change_link(
            actor, thing, link, mask, expires_at=end, label=label[:200], note=note, password=wish.password,
            hide_download=link.hide_download if wish.hide is None else wish.hide,
        )  # fmt: skip
        return
    _refuse_for_people(wish)
    actions.share(actor, thing, now.principal, mask, expires_at=end, note=note)


@transaction.atomic
def remove(actor: Actor, kind: str, placed: Placed, grant: Grant) -> None:
    """Take the share away; one's own may be given up by anyone. Raises what `unshare` and `revoke_link` raise."""
    thing = _thing(kind, placed)
    if type_of(grant) == LINK:
        links.revoke_link(actor, thing, grant.principal.link)
    else:
        actions.unshare(actor, thing, grant.principal)


def type_of(grant: Grant) -> int:
    """Return the type of share that a grant is."""
    principal = grant.principal
    return USER if principal.user_id else GROUP if principal.group_id else LINK


def shown(mask: int, placed: Placed) -> Right:
    """Return the bits that OCS tells of a mask: of its five, those that mean something on the thing."""
    return Right(mask) & (FIVE if placed.is_folder else OF_FILES)


def last_day(end: datetime | None) -> date | None:
    """Return the last day on which a share holds, as the person counts days."""
    return timezone.localtime(end - timedelta(microseconds=1)).date() if end else None


def _thing(kind: str, placed: Placed) -> Any:
    thing = registry.thing(kind, placed.id)
    if thing is None:
        raise NotFound
    return thing


def _mask(actor: Actor, thing: Any, placed: Placed, share_type: int, wish: Wish, end: datetime | None) -> Right:
    """Return the mask of a new share: what was asked, or the default of its type."""
    if wish.permissions is not None or wish.upload is not None:
        return _asked(placed, share_type, wish)
    if share_type == LINK:
        return Right.SEE
    # nobody asked for more than the actor has: the default bends, a wish is refused
    return shown(FIVE, placed) & actor.rights_until(thing, end)


def _asked(placed: Placed, share_type: int, wish: Wish) -> Right:
    """Return the bits that a call names, as clients mean them."""
    if wish.upload and not placed.is_folder:
        raise BadInput(_("Only a folder can take uploads."))
    asked = wish.permissions
    if asked is None:
        asked = int(UPLOAD if wish.upload else Right.SEE)
    if not 0 <= asked <= FIVE:
        raise BadInput(_("Permissions are a number from 1 to 31."))
    mask = shown(asked, placed)
    if share_type == LINK:
        mask &= ~Right.SHARE  # clients send it with every link; a link never shares further
        if mask == Right.ADD:
            return mask  # a drop box: visitors add and see nothing
    return mask | Right.SEE


def _changed(grant: Grant, placed: Placed, share_type: int, wish: Wish) -> Right:
    """Return the mask after an update.

    A grant may hold what OCS cannot name (COMMENT, RESPOND, MANAGE). As long as nothing that the client
    saw is taken, they stay: it ticked one box more, or sent the same boxes again. Once it takes something,
    it means “no more than this”, and rights that it never saw must not survive: a manager made a reader
    would still manage.
    """
    before = Right(grant.rights)
    if wish.permissions is None and wish.upload is None:
        return before
    asked, seen = _asked(placed, share_type, wish), shown(before, placed)
    return asked | (before & ~seen) if not seen & ~asked else asked


def _refuse_for_people(wish: Wish) -> None:
    """Passwords, labels and uploads of strangers are a link's; to accept them here would promise what is not kept."""
    if wish.password or wish.label:
        raise BadInput(_("Only a link can have a password or a label."))
    if wish.hide:
        raise BadInput(_("Downloads cannot be hidden here: who may see a file may also download it."))


def _end(day: str) -> datetime:
    """Return the moment when the day is over, where the person is: a share holds through its last day."""
    found = _DAY.fullmatch(day.strip())
    try:
        last = date.fromisoformat(found[1]) if found else None
        after = last + timedelta(days=1) if last else None
    except (ValueError, OverflowError):
        after = None
    if after is None:
        raise BadInput(_("Write the date as year-month-day, such as 2030-12-31."))
    if after <= timezone.localdate():
        raise BadInput(_("This date is past. Choose a day to come."))
    return timezone.make_aware(datetime.combine(after, time.min))
