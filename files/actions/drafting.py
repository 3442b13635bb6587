"""A text while several people write in it: begun from the file, changed, and told what others did to the file.

Only the row of the draft is locked here, never the space: writing is cheap. How the file gets it: `saving`.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from collab.events import relay
from collab.lib.errors import Conflict, Forbidden, NotFound, Stale, TooLarge
from collab.rights import sql, switches
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import queries, storage
from files.entry import Entry
from files.models import Draft, DraftUpdate, Node
from files.together import plain
from files.together.paper import Paper

TOPIC = "draft"

_APPEND = f"""WITH able AS (SELECT d.id FROM files_draft d JOIN files_node n ON n.id = d.node_id AND n.trash_id IS NULL
  JOIN spaces_space s ON s.id = n.space_id AND s.archived_at IS NULL
  WHERE d.node_id = %s AND d.epoch = %s AND {sql.mask_of("n.acl_id")} & {int(Right.EDIT)} <> 0),
 clock AS (UPDATE files_draft d SET seq = d.seq + 1, used_at = now(),
   authors = array_remove(d.authors, %s::bigint) || %s::bigint FROM able WHERE d.id = able.id RETURNING d.id, d.seq)
 INSERT INTO files_draftupdate (draft_id, seq, data, author_id, at) SELECT id, seq, %s, %s, now() FROM clock
 RETURNING seq"""


class Missed(NamedTuple):
    """What a replica that knew up to some number lacks; `state` when that is no longer kept one by one."""

    epoch: str
    state: bytes | None
    state_seq: int
    updates: list[tuple[int, bytes]]
    saved_seq: int
    problem: str


def may(actor: Actor, node_id: int) -> Right:
    """Return what the actor may do to the text: SEE, and EDIT if they may write. Raises NotFound."""
    found = queries.entry(actor, node_id)
    if found is None or found.is_folder or not switches.is_kind_on(Node.REF_KIND, actor):
        raise NotFound
    archived = Node.objects.filter(pk=node_id, space__archived_at__isnull=False).exists()
    return Right(found.mask) & (Right.SEE if archived else Right.SEE | Right.EDIT)


def begin(actor: Actor, node_id: int) -> Draft:
    """Return the draft of the file, made from its content when there is none. Needs SEE.

    Raises NotFound, and Conflict or TooLarge for what is no text.
    """
    may(actor, node_id)
    if not Draft.objects.filter(node_id=node_id).update(used_at=timezone.now()):
        now = _living(node_id)
        state = Paper.holding(text_of(now)).state
        # whoever comes second finds the row of the first: one text is never begun twice
        Draft.objects.bulk_create(
            [Draft(node_id=node_id, epoch=uuid.uuid4().hex, state=state, base=state, etag=now.etag)],
            ignore_conflicts=True,
        )
    absorb(node_id)
    found = Draft.objects.filter(node_id=node_id).first()
    if found is None:
        raise NotFound
    return found


def append(actor: Actor, node_id: int, epoch: str, update: bytes) -> int:
    """Keep a change that was checked (`wire.check`) and return its number. Needs EDIT, asked for in the same statement.

    Raises NotFound, Forbidden, Stale (begun anew meanwhile). It is durable when this returns; others are told.
    """
    person = actor.user.pk if actor.user else None
    values: list[Any] = [node_id, epoch, list(actor.principals), person, person, update, person]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        row = cursor.fetchone()
    if row is None:
        if not may(actor, node_id) & Right.EDIT:
            raise Forbidden
        raise Stale
    seq: int = row[0]
    tell(node_id, seq=seq)
    return seq


def since(node_id: int, known: int) -> Missed | None:
    """Return what came after the update `known`; None when there is no draft any more."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update(of=("self",), no_key=True).filter(node_id=node_id).first()
        if draft is None:
            return None
        whole = known < draft.state_seq
        after = draft.state_seq if whole else known
        rows = draft.updates.filter(seq__gt=after).order_by("seq").values_list("seq", "data")
        updates = [(seq, bytes(data)) for seq, data in rows]
    state = bytes(draft.state) if whole else None
    return Missed(draft.epoch, state, draft.state_seq, updates, draft.saved_seq, draft.problem)


def absorb(node_id: int) -> bool:
    """Take into the draft what was written to the file from outside; return whether something was.

    The file's new content is compared with the one that the draft knows, and the difference is made in a replica that
    stands there: the engine joins it with what people write meanwhile, as the change of one more person.
    """
    parted = False
    with transaction.atomic():
        draft = held(node_id)
        if draft is None:
            return False
        with contextlib.suppress(NotFound):
            now = _living(node_id)
            if now.etag == draft.etag:
                return False
            try:
                _join(draft, now, text_of(now))
            except (Conflict, TooLarge):
                parted = True  # no text any more
    if parted:
        from files.actions import saving  # which absorbs before it saves

        saving.part(node_id)
    tell(node_id)
    return True


def _join(draft: Draft, now: Entry, text: str) -> None:
    """Append the difference between the content that the draft knows and this one."""
    was_saved = draft.seq == draft.saved_seq
    outside = Paper([bytes(draft.base)])
    if text != outside.text:
        if text == whole(draft).text:  # somebody saved just what stands here
            draft.base = whole(draft).state
            was_saved = True
        else:
            update = outside.rewrite(text)
            draft.seq += 1
            DraftUpdate.objects.create(draft=draft, seq=draft.seq, data=update)
            draft.base = outside.state
    if was_saved:
        draft.saved_seq = draft.seq
        draft.authors = []
    draft.etag, draft.kept_at = now.etag, None
    draft.save(update_fields=["seq", "base", "saved_seq", "authors", "etag", "kept_at"])


def read(node_id: int) -> tuple[Draft, Paper] | None:
    """Return the draft and its text, both of one moment."""
    with transaction.atomic():
        draft = held(node_id)
        return None if draft is None else (draft, whole(draft))


def held(node_id: int) -> Draft | None:
    """Lock the row of the draft and return it."""
    return Draft.objects.select_for_update().filter(node_id=node_id).first()


def whole(draft: Draft) -> Paper:
    """Return the text with all its updates."""
    rows = draft.updates.filter(seq__gt=draft.state_seq).order_by("seq").values_list("data", flat=True)
    return Paper([bytes(draft.state), *(bytes(data) for data in rows)])


def tell(node_id: int, **what: Any) -> None:
    """Let every process that has pages on this text look, once it is committed."""
    transaction.on_commit(lambda: relay.publish_now(f"{TOPIC}:{node_id}", what))


def _living(node_id: int) -> Entry:
    """Return the file whoever asks. Raises NotFound for none, and for one in the trash."""
    node = Node.objects.living().select_related("blob").filter(pk=node_id, kind=Node.Kind.FILE).first()
    if node is None or node.blob is None:
        raise NotFound
    return Entry(
        node.pk, node.parent_id, node.space_id, node.name, node.kind, node.acl_id, node.blob_id, node.size, node.mtime,
        node.etag, node.change_seq, int(node.created_at.timestamp()), node.modified_by_id, node.blob.key,
        node.blob.sha1, 0,
    )  # fmt: skip


def text_of(entry: Entry) -> str:
    """Return the text of a file. Raises Conflict for what is none, TooLarge for what is not read at all."""
    if entry.size > plain.MOST or entry.key is None:
        raise TooLarge(plain.TOO_LONG)
    with storage.open_blob(entry.key) as file:
        return plain.read(file.read())
