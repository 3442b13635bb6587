"""What public links leave out: pictures marked “not for publication”. The condition stands inside each question."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import ngettext

from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import ALLOWED_ACLS
from files.models import Album, Withheld

_INSIDE = f"""WITH RECURSIVE up (start, id, parent_id) AS (
 SELECT n.id, n.id, n.parent_id FROM files_withheld w JOIN files_node n ON n.id = w.node_id
  WHERE n.space_id = %s AND n.trash_id IS NULL AND n.acl_id IN ({ALLOWED_ACLS})
 UNION ALL SELECT up.start, n.id, n.parent_id FROM up CROSS JOIN LATERAL (
  SELECT id, parent_id FROM files_node WHERE id = up.parent_id OFFSET 0) n WHERE up.id <> %s)
 SELECT count(*) FROM up WHERE id = %s"""
"""From the marked ones of the space upwards: they are few, a folder may hold a hundred thousand."""


def out(node: str = "n") -> str:
    """Return the SQL that says whether whoever asks (`%(public)s`: by a public link) is not shown this node.

    A look-up for each row, where EXISTS might read the whole table first; and none at all for who is no visitor.
    """
    return (
        f"(CASE WHEN %(public)s THEN {node}.kind = 2"
        f" AND (SELECT true FROM files_withheld w WHERE w.node_id = {node}.id) IS TRUE ELSE false END)"
    )


def is_public(actor: Actor) -> bool:
    """Whether what the actor sees leaves the house: a visitor with a link, or nobody."""
    return actor.user is None


def marked(ids: list[int]) -> set[int]:
    """Return which of these are marked."""
    return set(Withheld.objects.filter(node__in=ids).values_list("node_id", flat=True))


def of_node(actor: Actor, node: Any) -> str:
    """Return how many pictures a link to this file or folder leaves out, in a sentence; "" for none."""
    if not node.is_folder:
        return said(len(marked([node.pk])))
    with connection.cursor() as cursor:
        cursor.execute(_INSIDE, [node.space_id, list(actor.principals), int(Right.SEE), node.pk, node.pk])
        count: int = cursor.fetchone()[0]
    return said(count)


def of_album(actor: Actor, album: Album) -> str:
    """Return the same of an album."""
    found = Withheld.objects.filter(
        node__album_items__album=album, node__space=album.space_id, node__trash=None,
        node__acl__in=_seen(actor),
    )  # fmt: skip
    return said(found.count())


def said(count: int) -> str:
    """Return the sentence for so many."""
    text = ngettext(
        "%(count)d picture is not for publication and stays out.",
        "%(count)d pictures are not for publication and stay out.",
        count,
    )
    return text % {"count": count} if count else ""


def _seen(actor: Actor) -> Any:
    from files.models import Node

    return Node.objects.visible_to(actor).values("acl")
