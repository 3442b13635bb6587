"""Nightly order: trash past its days, bytes that nothing refers to, uploads that nobody finished."""

import io

import pytest
from django.db import IntegrityError, connection, transaction

from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, OverQuota
from collab.rights.actor import Actor
from files import storage, sweeping
from files.actions import trashing, uploading
from files.models import Blob, Node, Trash, Upload
from tests import town as make


@pytest.fixture
def old(alice, root):
    """Thrown away 40 days ago, written before."""
    folder = make.make_folder(alice, root, "Old")
    make.make_file(alice, folder, "a.txt", b"12345")
    trash = make.throw_away(alice, make.fresh(folder))
    make.age(Trash.objects.filter(pk=trash.pk), "deleted_at", 40)
    make.age(Blob.objects.all(), "created_at", 50)
    return trash


def test_old_trash_goes_and_young_stays(alice, space, root, old):
    make.throw_away(alice, make.make_file(alice, root, "young.txt"))
    assert sweeping.expire_trash() == 1
    assert [row.path for row in Trash.objects.all()] == ["young.txt"]
    assert make.log_of(space)[-1] == "purge"
    assert make.is_clean()


def test_an_archived_space_keeps_its_trash_and_does_not_hold_up_the_others(alice, bob, space, root, old):
    make.change(space, archived_at=make.in_hours(0))
    other = make.throw_away(bob, make.make_file(bob, make.home(bob), "x"))
    make.age(Trash.objects.filter(pk=other.pk), "deleted_at", 40)
    assert sweeping.expire_trash(limit=1) == 1
    assert Trash.objects.get() == old


def test_what_was_restored_a_moment_ago_is_left_alone(alice, space, old, monkeypatch):
    """The night read the row, then alice restored it: nothing may go, and no byte may be counted off."""
    from files.actions import tree

    used, real = make.fresh(space).used, tree.lock

    def restore_first(*ids, **options):
        monkeypatch.setattr(tree, "lock", real)
        trashing.restore(make.act(alice), old)
        return real(*ids, **options)

    monkeypatch.setattr(tree, "lock", restore_first)
    assert sweeping.expire_trash() == 0
    assert make.fresh(space).used == used
    assert Node.objects.living().filter(name="a.txt").exists()
    assert make.is_clean()


def test_bytes_go_a_week_after_nothing_refers_to_them(alice, old):
    key = Blob.objects.get().key
    assert sweeping.sweep_blobs() == 0, "the trash refers to them"
    trashing.purge(make.act(alice), old)
    make.age(Blob.objects.all(), "created_at", 6)
    assert sweeping.sweep_blobs() == 0, "too young"
    make.age(Blob.objects.all(), "created_at", 8)
    assert sweeping.sweep_blobs() == 1
    assert not storage.path_of(key).exists()
    assert make.is_clean()


def test_versions_and_copies_hold_their_bytes(alice, root):
    from files.actions import moving

    file = make.make_file(alice, root, "a.txt", b"one")
    make.write(alice, root, "a.txt", b"two")
    copied = moving.copy(make.act(alice), file, root, "b.txt")
    trashing.purge(make.act(alice), make.throw_away(alice, make.fresh(file)))
    make.age(Blob.objects.all(), "created_at", 30)
    assert sweeping.sweep_blobs() == 1
    assert make.read(copied.entry) == b"two"
    assert make.is_clean(deep=True)


def test_a_row_that_is_referred_to_cannot_be_deleted_at_all(alice, root):
    make.make_file(alice, root, "a.txt")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("DELETE FROM files_blob")


def put(upload, name, data, **options):
    return uploading.put_chunk(upload, name, io.BytesIO(data), **options)


@pytest.fixture
def upload(alice):
    return uploading.begin(make.act(alice), "web-1")


def test_parts_are_put_together_in_the_order_of_their_numbers(alice, root, upload):
    for name, data in (("10", b"third"), ("2", b"second "), ("1", b"first ")):
        put(upload, name, data, length=len(data))
    written = uploading.assemble(make.act(alice), upload, root, "a.txt", total=18)
    assert make.read(written.entry) == b"first second third"
    assert not Upload.objects.exists()
    assert not uploading.folder_of(upload).exists()
    assert make.is_clean(deep=True)


def test_a_part_sent_again_replaces_the_first(alice, root, upload):
    put(upload, "1", b"wrong")
    put(upload, "1", b"right")
    assert [(chunk.name, chunk.size) for chunk in uploading.chunks(upload)] == [("1", 5)]
    assert make.read(uploading.assemble(make.act(alice), upload, root, "a.txt").entry) == b"right"


@pytest.mark.parametrize("name", ["", "a", "../1", "1.5", "-1", "١", "1" * 21, ".file"])
def test_parts_are_named_by_numbers(upload, name):
    with pytest.raises(BadInput):
        put(upload, name, b"x")


def test_a_part_that_broke_off_is_not_there(upload):
    with pytest.raises(BadInput):
        put(upload, "1", b"half", length=8)
    assert uploading.chunks(upload) == []


@pytest.mark.parametrize(("total", "checksum"), [(5, ""), (3, ""), (None, "SHA1:" + "0" * 40)])
def test_what_is_not_whole_is_refused_and_the_parts_stay(alice, root, upload, total, checksum):
    put(upload, "1", b"four")
    with pytest.raises(BadInput):
        uploading.assemble(make.act(alice), upload, root, "a.txt", total=total, checksum=checksum)
    assert make.names(alice, root) == []
    assert len(uploading.chunks(upload)) == 1
    assert make.read(uploading.assemble(make.act(alice), upload, root, "a.txt", total=4).entry) == b"four"


def test_over_quota_the_parts_stay(alice, space, root, upload):
    make.change(space, quota=3)
    put(upload, "1", b"four")
    with pytest.raises(OverQuota):
        uploading.assemble(make.act(alice), upload, root, "a.txt")
    make.change(space, quota=4)
    uploading.assemble(make.act(alice), upload, root, "a.txt")


def test_each_has_their_own_uploads(alice, bob, upload):
    with pytest.raises(NotFound):
        uploading.find(make.act(bob), "web-1")
    assert uploading.find(make.act(alice), "web-1") == upload
    uploading.begin(make.act(bob), "web-1")
    with pytest.raises(Conflict):
        uploading.begin(make.act(alice), "web-1")
    with pytest.raises((Forbidden, NotFound)):
        uploading.begin(Actor.nobody(), "web-1")


def test_unfinished_uploads_go_after_a_day(alice, upload):
    put(upload, "1", b"x")
    assert uploading.collect() == 0
    make.age(Upload.objects.all(), "touched_at", 1.1)
    assert uploading.collect() == 1
    assert not uploading.folder_of(upload).exists()
    assert make.is_clean()
