"""Marks follow their things: to another space, and to their end. Apps call these; what one forgets, the night finds."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models.functions import Now

from collab.lib.hues import HUES
from collab.marks.actions import commenting, keeping
from collab.marks.models import Comment, Label
from collab.registry import registry

_FORGET = """WITH gone AS (SELECT id FROM marks_comment WHERE kind = %(kind)s AND object_id = ANY(%(ids)s)),
 named AS (DELETE FROM marks_mention WHERE comment_id IN (SELECT id FROM gone)),
 signs AS (DELETE FROM marks_reaction WHERE comment_id IN (SELECT id FROM gone)),
 labels AS (DELETE FROM marks_labelled WHERE kind = %(kind)s AND object_id = ANY(%(ids)s)),
 stars AS (DELETE FROM marks_favourite WHERE kind = %(kind)s AND object_id = ANY(%(ids)s))
 DELETE FROM marks_comment WHERE kind = %(kind)s AND object_id = ANY(%(ids)s)"""

_CARRY = """INSERT INTO marks_label (space_id, name, folded, hue, created_by_id, created_at)
 SELECT DISTINCT ON (l.folded) %(space)s, l.name, l.folded, l.hue, l.created_by_id, l.created_at
 FROM marks_labelled m JOIN marks_label l ON l.id = m.label_id AND l.deleted_at IS NULL AND l.space_id <> %(space)s
 WHERE m.kind = %(kind)s AND m.object_id = ANY(%(ids)s) ON CONFLICT DO NOTHING"""

_FOLLOW = """WITH old AS (DELETE FROM marks_labelled m USING marks_label l WHERE l.id = m.label_id
  AND l.space_id <> %(space)s AND m.kind = %(kind)s AND m.object_id = ANY(%(ids)s)
  RETURNING m.object_id, l.folded, l.name, l.deleted_at),
 known AS (SELECT id, folded FROM marks_label WHERE space_id = %(space)s AND deleted_at IS NULL),
 talk AS (UPDATE marks_comment SET space_id = %(space)s WHERE kind = %(kind)s AND object_id = ANY(%(ids)s)),
 put AS (INSERT INTO marks_labelled (label_id, kind, object_id)
  SELECT known.id, %(kind)s, old.object_id FROM old JOIN known ON known.folded = old.folded
  WHERE old.deleted_at IS NULL ON CONFLICT DO NOTHING)
 SELECT DISTINCT name FROM old WHERE deleted_at IS NULL
  AND NOT EXISTS (SELECT FROM known WHERE known.folded = old.folded) ORDER BY name"""

_TABLES = ("marks_comment", "marks_labelled", "marks_favourite")
_AT_ONCE = 5_000


def forget(kind: str, ids: list[int]) -> None:
    """Delete all marks of things that go for good. One statement; the things' own rights are the caller's business."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"kind": kind, "ids": ids})


def moved(kind: str, ids: list[int], space_id: int, *, carry: bool = False) -> list[str]:
    """Let the marks of things that went to another space live there, in the transaction of the move.

    Labels become those of the same name there. Others are left behind, or made there with `carry`. Returns the names
    of those left behind.
    """
    values: dict[str, Any] = {"kind": kind, "ids": ids, "space": space_id}
    with connection.cursor() as cursor:
        if carry:
            cursor.execute(_CARRY, values)
        cursor.execute(_FOLLOW, values)
        return [row[0] for row in cursor.fetchall()]


def copy_labels(source_id: int, space_id: int) -> None:
    """Give a new space the labels of another."""
    Label.objects.bulk_create(
        Label(
            space_id=space_id, name=one.name, folded=one.folded, hue=one.hue if one.hue in HUES else HUES[0],
            created_by_id=one.created_by_id,
        )
        for one in Label.objects.living().filter(space=source_id)
    )  # fmt: skip


def forget_space(space_id: int) -> None:
    """Delete the comments and labels of a space that ends, with what belongs to them."""
    Comment.objects.filter(space=space_id).delete()
    Label.objects.filter(space=space_id).delete()


def sweep() -> int:
    """Delete the marks of things that are gone, what was taken back and can no longer be brought back. Nightly."""
    count = 0
    for item in registry.shareables():
        if item.marks is not None:
            count += _sweep_kind(item.kind, item.marks.model)
    return count + _sweep_comments() + _sweep_labels()


def _sweep_kind(kind: str, model: type) -> int:
    """Delete the marks of things of one kind that are not there, in the trash or not."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    count = 0
    with connection.cursor() as cursor:
        for marked in _TABLES:
            cursor.execute(
                f"SELECT DISTINCT object_id FROM {marked} m WHERE kind = %s"
                f" AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = m.object_id) LIMIT {_AT_ONCE}",
                [kind],
            )
            ids = [row[0] for row in cursor.fetchall()]
            if ids:
                forget(kind, ids)
            count += len(ids)
    return count


def _sweep_comments() -> int:
    """Let the words of what was taken back a day ago go; a row stays only to hold the answers to it."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"kept": commenting.KEPT}
        cursor.execute(
            "DELETE FROM marks_comment c WHERE deleted_at < now() - %(kept)s"
            " AND NOT EXISTS (SELECT FROM marks_comment a WHERE a.parent_id = c.id) RETURNING id",
            values,
        )
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "UPDATE marks_comment SET body = '' WHERE deleted_at < now() - %(kept)s AND body <> '' RETURNING id", values
        )
        silent = [row[0] for row in cursor.fetchall()]
        for table in ("marks_mention", "marks_reaction"):
            cursor.execute(f"DELETE FROM {table} WHERE comment_id = ANY(%s)", [[*gone, *silent]])
    return len(gone) + len(silent)


def _sweep_labels() -> int:
    return Label.objects.filter(deleted_at__lt=Now() - keeping.KEPT).delete()[0]
