"""Which labels there are, what bears them, and what one starred; rights are inside each question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from collab.lib.errors import BadInput, NotFound
from collab.lib.text import fold
from collab.marks import kinds
from collab.marks.models import Favourite, Label, Labelled
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

Ref = tuple[str, int]


def on(kind: str, ids: Collection[int]) -> dict[int, list[Label]]:
    """Return {thing: its labels, by name}. One query; the caller has checked that the things may be seen."""
    rows = Labelled.objects.filter(kind=kind, object_id__in=list(ids), label__deleted_at=None)
    found: dict[int, list[Label]] = {}
    for row in rows.select_related("label").order_by("label__folded", "label_id"):
        found.setdefault(row.object_id, []).append(row.label)
    return found


def labelled(kind: str, names: Iterable[str]) -> QuerySet[Any]:
    """Return the numbers of the things of a kind that bear a label of each of these names, in whatever space.

    Who asks puts it into a query that holds the rights: `visible.filter(pk__in=labelled("node", ["urgent"]))`.
    """
    wanted = {fold(name)[:120] for name in names}
    rows = Labelled.objects.filter(kind=kind, label__deleted_at=None, label__folded__in=wanted)
    return (
        rows.order_by()
        .values("object_id")
        .annotate(count=Count("label__folded", distinct=True))
        .filter(count=len(wanted))
        .values("object_id")
    )


def bearing(kind: str, label: int) -> QuerySet[Any]:
    """Return the numbers of the things of a kind that bear the label; the caller's query holds the rights."""
    return Labelled.objects.filter(kind=kind, label=label, label__deleted_at=None).order_by().values("object_id")


def offered(actor: Actor, space: Space) -> QuerySet[Label]:
    """Return the labels of a space that the actor may know: all, for who sees it, else those on what they see in it."""
    found: QuerySet[Label] = Label.objects.living().filter(space=space)
    if actor.can(space, Right.SEE):
        return found
    return found.filter(Exists(Labelled.objects.filter(kinds.seen_by(actor), label=OuterRef("pk"))))


def find(actor: Actor, pk: int) -> Label:
    """Return a label that the actor may know. Raises NotFound."""
    label: Label | None = Label.objects.living().select_related("space__acl").filter(pk=pk).first()
    if label is None or not offered(actor, label.space).filter(pk=pk).exists():
        raise NotFound
    return label


def counted(labels: QuerySet[Label], actor: Actor) -> QuerySet[Label]:
    """Add to each label how many things bear it that the actor sees (`size`)."""
    seen = Labelled.objects.filter(kinds.seen_by(actor), label=OuterRef("pk")).order_by().values("label")
    return labels.annotate(size=_scalar(seen.annotate(number=Count("pk")).values("number")))


def under(actor: Actor, label: Label, limit: int, before: int | None = None, kind: str = "") -> list[tuple[Ref, int]]:
    """Return ((kind, id), cursor) of what bears the label and the actor sees, the latest first. One query."""
    return _latest(Labelled.objects.filter(label=label, **({"kind": kind} if kind else {})), actor, limit, before)


def known(actor: Actor, kind: str, limit: int, after: tuple[str, int] | None = None) -> list[Label]:
    """Return the labels that things of a kind bear which the actor sees, by name, with how many (`size`)."""
    seen = Labelled.objects.filter(kinds.seen_by(actor), label=OuterRef("pk"), kind=kind).order_by().values("label")
    found = Label.objects.living().select_related("space").filter(Exists(seen))
    if after is not None:
        found = found.filter(Q(folded__gt=after[0]) | Q(folded=after[0], pk__gt=after[1]))
    size = _scalar(seen.annotate(number=Count("pk")).values("number"))
    return list(found.annotate(size=size).order_by("folded", "pk")[:limit])


def favourites(actor: Actor, limit: int, before: int | None = None, kind: str = "") -> list[tuple[Ref, int]]:
    """Return ((kind, id), cursor) of what the actor starred and still sees, the latest star first. One query."""
    if actor.user is None:
        return []
    mine = Favourite.objects.filter(user=actor.user, **({"kind": kind} if kind else {}))
    return _latest(mine, actor, limit, before)


def is_starred(actor: Actor, kind: str, pk: int) -> bool:
    """Whether the actor starred the thing."""
    return actor.user is not None and Favourite.objects.filter(user=actor.user, kind=kind, object_id=pk).exists()


def cursor_of(values: list[Any] | None) -> int | None:
    """Return the number in an unsealed cursor. Raises BadInput for a foreign one."""
    if values is None:
        return None
    if type(values[0]) is not int or not 0 < values[0] < 2**63:
        raise BadInput
    return int(values[0])


def _latest(marks: QuerySet[Any], actor: Actor, limit: int, before: int | None) -> list[tuple[Ref, int]]:
    found = marks.filter(kinds.seen_by(actor))
    if before is not None:
        found = found.filter(Q(pk__lt=before))
    rows = found.order_by("-pk").values_list("pk", "kind", "object_id")[:limit]
    return [((kind, object_id), pk) for pk, kind, object_id in rows]


def _scalar(rows: QuerySet[Any]) -> Any:
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))
