"""Bringing a content under another data key while everybody works: other bytes first, then the row, then the old go.

Killed anywhere, the row names bytes that are whole: those of before, or the new ones. What is left over has a
`FormerKey`, by which it goes an hour later, once whoever reads it has had time.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from collab.lib.errors import BadInput, Unavailable
from collab.registry.upkeep import Sealing, Step
from collab.vault import keys, pausing
from files import storage
from files.models import Blob, FormerKey
from files.models.blob import lock_name
from files.previews import shelf

READ_ON = timedelta(hours=1)
"""As long as bytes of before stay for those who hold their name."""
KNOWN = timedelta(days=7)
"""As long as a former name leads to its content."""
_REMOVED_AT_ONCE = 500


class _Overtaken(Exception):
    """The content went, or was sealed by somebody else, meanwhile."""


def waiting(name: str) -> int:
    """Return how many contents are not sealed with this key."""
    return _other(name).count()


def step(name: str, after: int) -> Step | None:
    """Seal the next content after this one with the key of this name (open it for ""), unless it is damaged.

    Raises KeyMissing, OverQuota (the disk is full).
    """
    blob = _other(name).filter(pk__gt=after).order_by("pk").first()
    if blob is None:
        return None
    lock = keys.named(name) if name else None
    try:
        _reseal(blob, lock)
    except keys.KeyMissing:
        raise
    except BadInput:
        return Step(blob.pk, f"{blob.key}: its bytes have changed")
    except Unavailable as reason:
        return Step(blob.pk, f"{blob.key}: {reason.code}")
    except _Overtaken:
        pass
    return Step(blob.pk)


def tidy() -> None:
    """Remove the bytes of former names, while no backup is copying them."""
    now = timezone.now()
    FormerKey.objects.filter(gone_at__lt=now - KNOWN).delete()
    old = FormerKey.objects.filter(gone_at=None, left_at__lt=now - READ_ON).order_by("left_at")
    for key in list(old.values_list("key", flat=True)[:_REMOVED_AT_ONCE]):
        with transaction.atomic():
            if not pausing.may_remove():
                return
            mine = FormerKey.objects.select_for_update().filter(pk=key, gone_at=None).first()
            if mine is None:
                continue
            if not Blob.objects.filter(key=key).exists():
                storage.remove(key)
                shelf.remove(key)
            FormerKey.objects.filter(pk=key).update(gone_at=timezone.now())


def _other(name: str) -> QuerySet[Blob]:
    """Return the contents that another key seals, or none; two ranges of an index, empty once all is done."""
    sealed = Blob.objects.annotate(lock=lock_name())
    return sealed.filter(Q(lock__lt=name) | Q(lock__gt=name))


def _reseal(blob: Blob, lock: keys.Lock | None) -> None:
    digest = bytes(blob.sha256).hex()
    with storage.open_blob(blob.key) as source, storage.Staged(checksum=f"SHA256:{digest}", lock=lock) as staged:
        storage.put_stream(source, staged)
        staged.seal(length=blob.size)
        fresh = staged.key
        # written down before the bytes have this name: killed from here on, they are known to be nobody's
        FormerKey.objects.create(key=fresh, blob_id=blob.pk)
        staged.keep()
        shelf.carry(blob.key, fresh)
        with transaction.atomic():
            if not FormerKey.objects.filter(pk=fresh, gone_at=None).delete()[0]:
                raise _Overtaken
            changed = Blob.objects.filter(pk=blob.pk, key=blob.key)
            if not changed.update(key=fresh, stored_sha256=staged.stored_sha256):
                raise _Overtaken
            FormerKey.objects.create(key=blob.key, blob_id=blob.pk)


SEALING = Sealing(waiting, Blob.objects.count, step, tidy)
