"""What people wrote together becomes the file: a version now and then, not one for every pause.

The space is locked first, then the draft. Rights were asked for at each change, so they are not asked again: who lost
them since keeps the words that were taken.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from collab.accounts.models import User
from collab.lib.errors import NotFound, Refusal
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import storage
from files.actions import drafting, recording, tree
from files.models import Blob, CoAuthor, Draft, Node, Version
from files.together import plain
from files.together.paper import Paper

VERSION_EVERY = timedelta(minutes=10)
"""Contents that one sitting saves within this time take each other's place; the one before them is a version."""
QUIET = timedelta(seconds=15)
UNUSED = timedelta(days=7)
_TRIES = 5

_KEPT = """past AS (INSERT INTO files_version (node_id, blob_id, size, mtime, created_at, author_id, label)
 SELECT id, blob_id, size, mtime, now(), modified_by_id, '' FROM files_node WHERE id = %(node)s),"""
_PUT = """ kept AS (INSERT INTO files_blob (sha256, size, key, stored_sha256, sha1, created_at)
 VALUES (%(sha256)s::bytea, %(size)s, %(key)s::text, %(stored)s::bytea, '', now()) RETURNING id),
 made AS (UPDATE files_node n SET blob_id = kept.id, size = %(size)s, mtime = %(mtime)s, etag = %(etag)s::text,
  change_seq = %(seq)s, modified_by_id = %(actor)s::bigint FROM kept WHERE n.id = %(node)s RETURNING n.id), """


class _Moved(Exception):
    """The file or the draft changed while the next content was made."""


def save(node_id: int) -> bool:
    """Write the text to its file, unless the file has it already; return whether it was written.

    Raises NotFound while the file is in the trash, Forbidden for an archived space, Locked, OverQuota, Unavailable:
    the text stays as it is, the page says why, and it is tried again.
    """
    try:
        for _time in range(_TRIES):
            try:
                return _save(node_id)
            except _Moved:
                continue
    except Refusal as refusal:
        if Draft.objects.filter(node_id=node_id).exclude(problem=refusal.code).update(problem=refusal.code):
            drafting.tell(node_id)
        raise
    return False  # so much happens to it that the next time will do


def _save(node_id: int) -> bool:
    """Save once; what others wrote to the file meanwhile is taken in first."""
    drafting.absorb(node_id)
    found = drafting.read(node_id)
    if found is None:
        return False
    draft, paper = found
    if draft.seq == draft.saved_seq and draft.seq == draft.state_seq and not draft.problem:
        return False
    node = Node.objects.living().select_related("blob").filter(pk=node_id).first()
    if node is None or node.blob is None:
        raise NotFound
    if node.etag != draft.etag:
        raise _Moved
    with storage.open_blob(node.blob.key) as file:
        original = file.read()
    content = plain.written(paper.text, original, _usual_end(node, original, paper.text) or "\n")
    with storage.stage() as staged:
        if content != original:
            staged.write(content)
            staged.seal()
        return _put(draft, node, paper, staged if content != original else None)


def _usual_end(node: Node, original: bytes, text: str) -> str:
    """Return how lines of the file end, also where those who write in it had left a single line of it for a moment."""
    found = plain.usual_end(original)
    if found or "\n" not in text:
        return found
    before = Version.objects.filter(node=node, size__lte=plain.MOST).select_related("blob").order_by("-pk").first()
    with suppress(Refusal):  # one that is lost must not keep the text from being saved
        if before is not None:
            with storage.open_blob(before.blob.key) as file:
                return plain.usual_end(file.read())
    return found


def _put(draft: Draft, node: Node, paper: Paper, staged: storage.Staged | None) -> bool:
    """Store the bytes and let the draft know, in one transaction: never the one without the other."""
    key = staged.keep() if staged else ""
    try:
        with transaction.atomic():
            _put_under_lock(draft, node, paper, staged, key)
            drafting.tell(node.pk)
    except (_Moved, Refusal):
        if key:
            storage.remove(key)
        raise
    return staged is not None


def _put_under_lock(draft: Draft, node: Node, paper: Paper, staged: storage.Staged | None, key: str) -> None:
    actor = _author(draft)
    space = tree.lock(node.space_id)[node.space_id]
    found, _child = tree.state(actor, [node.pk], [space.id])
    state, now = found[node.pk], drafting.held(node.pk)
    if now is None or now.epoch != draft.epoch or {now.etag, state.entry.etag} != {draft.etag}:
        raise _Moved
    if staged is not None:
        tree.check_locks(space, actor, state, None, ())
        keep = now.kept_at is None or timezone.now() - now.kept_at > VERSION_EVERY
        _record(now, space, state, actor, staged, key, keep=keep)
        names = _writers(now, now.saved_seq, draft.seq) if keep else draft.authors
        _name_others(key, names)
        now.authors = list(dict.fromkeys([*names, *_writers(now, draft.seq, now.seq)]))
    now.base, now.saved_seq, now.problem = paper.state, draft.seq, ""
    if now.state_seq <= draft.seq:
        now.state, now.state_seq = paper.state, draft.seq
        now.updates.filter(seq__lte=draft.seq).delete()
    now.save(update_fields=["etag", "kept_at", "authors", "base", "saved_seq", "problem", "state", "state_seq"])


def _record(
    now: Draft, space: tree.Locked, state: tree.State, actor: Actor, staged: storage.Staged, key: str, *, keep: bool
) -> None:
    """Make the bytes the file's content; `keep` what it held as a version."""
    entry = state.entry
    grown = staged.size - entry.size
    used = staged.size if keep else grown
    space.require_room(used)
    now.etag = recording.fresh_etag()
    if keep:
        now.kept_at = timezone.now()
    recording.write(
        (_KEPT if keep else "") + _PUT, "(SELECT id FROM made)",
        {
            "node": entry.id, "sha256": staged.sha256, "size": staged.size, "key": key,
            "stored": staged.stored_sha256, "mtime": int(time.time()), "seq": space.seq + 1,
        },
        space_id=space.id, up=state.up[:-1], kind="edit", actor=actor, etag=now.etag, used=used, grown=grown,
        before={"size": entry.size, "blob": entry.blob_id},
        after={"name": entry.name, "parent": entry.parent_id, "size": staged.size, "by": "t"},
    )  # fmt: skip


def _author(draft: Draft) -> Actor:
    """Return who wrote last, nobody for an account that is gone."""
    person = User.objects.filter(pk__in=draft.authors[-1:]).first()
    return Actor(person, Actor.of(person).principals) if person is not None else Actor.nobody()


def _writers(draft: Draft, after: int, until: int) -> list[int]:
    """Return who wrote the updates after one number up to another, the last one last."""
    rows = draft.updates.filter(seq__gt=after, seq__lte=until, author__isnull=False).order_by("-seq")
    return list(dict.fromkeys(rows.values_list("author_id", flat=True)))[::-1]


def _name_others(key: str, people: list[int]) -> None:
    """Keep who wrote this content besides the last one, whom the file names."""
    living = User.objects.filter(pk__in=people[:-1]).values_list("pk", flat=True)
    blob = Blob.objects.only("pk").get(key=key)
    CoAuthor.objects.bulk_create([CoAuthor(blob=blob, user_id=pk) for pk in living])


def part(node_id: int) -> None:
    """The file became something that is no text: keep what was written here as a version, and end the draft."""
    node = Node.objects.living().filter(pk=node_id).first()
    found = drafting.read(node_id)
    if node is None or found is None:
        return
    with storage.stage() as staged:
        staged.write(found[1].text.encode())
        staged.seal()
        key = staged.keep()
        with transaction.atomic():
            tree.lock(node.space_id)
            now = drafting.held(node_id)
            if now is None or now.seq != found[0].seq:
                return  # more was written meanwhile: the next time
            if now.seq > now.saved_seq:
                blob = Blob.objects.create(
                    sha256=staged.sha256, size=staged.size, key=key, stored_sha256=staged.stored_sha256
                )
                author = User.objects.filter(pk__in=now.authors[-1:]).first()
                Version.objects.create(node=node, blob=blob, size=staged.size, mtime=int(time.time()), author=author)
                Space.objects.filter(pk=node.space_id).update(used=F("used") + staged.size)
                _name_others(key, now.authors)
            now.delete()
    drafting.tell(node_id)


def sweep(limit: int = 500) -> int:
    """Save what nobody saved: a server was killed, the trash or a lock stood in the way. Returns how many were written.

    A draft that nobody has used for a week, and that the file has, goes: the next one begins from the file.
    """
    now = timezone.now()
    waiting = Draft.objects.filter(seq__gt=F("saved_seq"), used_at__lt=now - QUIET, node__trash=None)
    count = 0
    for node_id in waiting.order_by("used_at").values_list("node_id", flat=True)[:limit]:
        try:
            count += save(node_id)
        except Refusal:
            continue  # noted; it waits for the next time
    Draft.objects.filter(seq=F("saved_seq"), used_at__lt=now - UNUSED).delete()
    return count


def flush(node_id: int) -> None:
    """Save before somebody reads the file by another way; what stands in the way of it is no matter here."""
    if Draft.objects.filter(node_id=node_id, seq__gt=F("saved_seq")).exists():
        try:
            save(node_id)
        except Refusal:
            return
