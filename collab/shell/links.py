"""Public links as their pages show them: who made them, what they give, whether they still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Now, RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.lib import paging
from collab.lib.partials import Toast
from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights import link_rules, links
from collab.rights.actor import Actor
from collab.rights.models import Link, Opening
from collab.rights.right import Right, Role, role_of

PAGE = 50
LATEST = 20


@dataclass(frozen=True)
class Row:
    """One link. `url`: its public address, "" for whom it is not told; `title` and `place` of its thing, if seen.

    It is `suspended` while its maker may no longer share the thing, `over` when its end or its last use is past.
    `names`: who opened it last, where it asks.
    """

    link: Link
    role: Role
    end: datetime | None
    suspended: bool
    over: bool
    url: str = ""
    title: str = ""
    place: str = ""
    names: tuple[Opening, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of links, the newest first; `more`: the query of the next one."""

    rows: list[Row]
    more: str


def made(kind: str, pk: int, link: Link, withheld: str = "") -> Toast:
    """Return the toast after a link was made, with what of the thing it never shows; its undo closes it."""
    undo = reverse("shell:link-revoke", args=[kind, pk, link.pk])
    return Toast(f"{_('The link is made: copy it and send it.')} {withheld}".strip(), undo, {"made": "1"})


def withheld(actor: Actor, declared: Shareable, thing: Any) -> str:
    """Return what of the thing public links never show, in a sentence for who may make one; "" for nothing."""
    return declared.withheld(actor, thing) if declared.withheld is not None else ""


def of_thing(request: HttpRequest, thing: Any) -> Page:
    """Return the links of a thing: all for who may share it, else one's own."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Link.objects.filter(kind=thing.REF_KIND, object_id=thing.pk)
    if not actor.can(thing, Right.SHARE):
        found = found.filter(created_by=actor.user)
    page, more = _page(request, found)
    names = _names([link for link, _now, _suspended in page])
    return Page(
        [
            _row(link, now, suspended, url=address(request, link, thing), names=tuple(names.get(link.pk, ())))
            for link, now, suspended in page
        ],
        more,
    )


def everywhere(request: HttpRequest, found: QuerySet[Link]) -> Page:
    """Return links to whatever things, each named where the person sees it. Naming a link opens nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page, more = _page(request, found)
    things = _seen_all(actor, [link for link, _now, _suspended in page])
    rows = []
    for link, now, suspended in page:
        declared, thing = registry.shareable(link.kind), things.get((link.kind, link.object_id))
        title = declared.title(thing) if declared and thing is not None else ""
        place = reverse("shell:links", args=[link.kind, link.object_id]) if title and declared.link_roles else ""  # type: ignore[union-attr]
        rows.append(_row(link, now, suspended, title=str(title), place=place))
    return Page(rows, more)


def seen(actor: Actor, kind: str, pk: int) -> tuple[Shareable | None, Any]:
    """Return (its declaration, the thing) if the actor sees it; None in place of what is not there for them."""
    declared = registry.shareable(kind)
    thing = declared.get(pk) if declared else None
    return declared, thing if thing is not None and actor.can(thing, Right.SEE) else None


def _seen_all(actor: Actor, found: list[Link]) -> dict[tuple[str, int], Any]:
    """Return the things of these links that the actor sees, by kind and id: two queries for each kind."""
    wanted: dict[str, set[int]] = {}
    for link in found:
        wanted.setdefault(link.kind, set()).add(link.object_id)
    things: dict[tuple[str, int], Any] = {}
    for kind, ids in wanted.items():
        declared = registry.shareable(kind)
        if declared is None:
            continue
        got = declared.many(sorted(ids)) if declared.many else {pk: declared.get(pk) for pk in ids}
        things |= {(kind, pk): thing for pk, thing in got.items() if thing is not None}
    actor.look(things.values())
    return {ref: thing for ref, thing in things.items() if actor.can(thing, Right.SEE)}


def _names(found: list[Link]) -> dict[int, list[Opening]]:
    """Return who opened each link last, of those that ask for it."""
    asking = [link.pk for link in found if link.ask_visitor]
    names: dict[int, list[Opening]] = {}
    latest = Opening.objects.filter(link__in=asking).annotate(
        place=Window(RowNumber(), partition_by=F("link"), order_by=F("pk").desc())
    )
    for opening in latest.filter(place__lte=LATEST).order_by("link", "place") if asking else ():
        names.setdefault(opening.link_id, []).append(opening)
    return names


def address(request: HttpRequest, link: Link, thing: Any) -> str:
    """Return the link's public address, whole. Raises Forbidden for whom it is not told."""
    token = links.token_of(request.actor, link, thing)  # type: ignore[attr-defined]
    return request.build_absolute_uri(reverse("shell:link", args=[token]))


def roles_to_give(actor: Actor, declared: Shareable, thing: Any) -> list[Role]:
    """Return the roles that a link to the thing may have, none above one's own."""
    mine = actor.rights_on(thing)
    if not mine & Right.SHARE or declared.link_roles is None or not link_rules.may_make(actor.user):
        return []
    return [role for role in declared.link_roles(thing) if not role.mask & ~mine]


def living() -> QuerySet[Link]:
    """Links that have not ended by themselves."""
    live = Q(principal__grants__expires_at=None) | Q(principal__grants__expires_at__gt=Now())
    return Link.objects.filter(live, Q(uses_left=None) | Q(uses_left__gt=0), principal__grants__isnull=False)


def _page(request: HttpRequest, found: QuerySet[Link]) -> tuple[list[tuple[Link, Any, bool]], str]:
    """Return (link, its grant, whether it is suspended) of one page, and the query of the next."""
    after = paging.unseal(request.GET.get("after", ""), 1)
    if after and isinstance(after[0], int):
        found = found.filter(pk__lt=after[0])
    listed = list(
        found.select_related("created_by", "acl", "principal")
        .prefetch_related("principal__grants")
        .order_by("-pk")[: PAGE + 1]
    )
    shown = listed[:PAGE]
    more = f"?after={paging.seal([shown[-1].pk])}" if len(listed) > PAGE else ""
    return list(_judged(shown)), more


def _judged(found: list[Link]) -> Iterable[tuple[Link, Any, bool]]:
    standing = links.standing(found)
    for link in found:
        yield link, next(iter(link.principal.grants.all()), None), link.pk not in standing


def _row(link: Link, grant: Any, suspended: bool, **more: Any) -> Row:
    end = grant.expires_at if grant else None
    used_up = link.uses_left is not None and link.uses_left < 1
    over = used_up or grant is None or (end is not None and end <= timezone.now())
    return Row(link, role_of(grant.rights if grant else 0), end, suspended, over, **more)
