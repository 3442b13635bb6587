"""Whatever is broken by hand is found, and says what it is."""

import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from collab.rights.right import READER
from files import fsck, storage
from files.models import Blob, Node, Version
from tests import town as make


@pytest.fixture
def tree(alice, bob, eve, root):
    """A folder with a file of two versions, a share and a link, and something in the trash."""
    folder = make.make_folder(alice, root, "Folder")
    file = make.make_file(alice, folder, "a.txt", b"one")
    make.write(alice, folder, "a.txt", b"second")
    make.share(alice, folder, eve, READER.mask)
    make.make_link(alice, folder)
    make.throw_away(alice, make.make_file(alice, folder, "b.txt", b"gone"))
    assert make.is_clean(deep=True)
    return make.fresh(folder), make.fresh(file)


def run(sql, **values):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql, values)


def found(*, deep=False):
    return sorted(fsck.check(deep=deep))


BREAKS = {
    "cycle": ("UPDATE files_node SET parent_id = %(folder)s WHERE id = %(folder)s", "cycle or orphan"),
    "orphan": ("UPDATE files_node SET space_id = %(other)s WHERE id = %(file)s", "cycle or orphan"),
    "file as folder": ("UPDATE files_node SET parent_id = %(file)s WHERE id = %(lost)s", "a file as folder"),
    "living in the trash": ("UPDATE files_node SET parent_id = %(lost)s WHERE id = %(file)s", "lives inside the trash"),
    "folder size": ("UPDATE files_node SET size = 7 WHERE id = %(folder)s", "size of node"),
    "file size": ("UPDATE files_node SET size = 7 WHERE id = %(file)s", "differs from its blob"),
    "version size": ("UPDATE files_version SET size = 7 WHERE node_id = %(file)s", "size of version"),
    "used": ("UPDATE spaces_space SET used = used + 1 WHERE id = %(space)s", "counts"),
    "gap in the log": ("DELETE FROM events_change WHERE space_id = %(space)s AND seq = 2", "change log"),
    "lost log": ("DELETE FROM events_change WHERE space_id = %(space)s", "change log"),
    "ahead of the clock": ("UPDATE files_node SET change_seq = 999 WHERE id = %(root)s", "ahead of the clock"),
    "behind a change": ("UPDATE files_node SET change_seq = 0 WHERE id = %(folder)s", "behind a change"),
    "foreign acl": (
        "UPDATE files_node SET acl_id = (SELECT acl_id FROM files_node WHERE id = %(folder)s) WHERE id = %(beside)s",
        "acl of something that is not above it",
    ),
    "no manager": ("DELETE FROM rights_grant WHERE rights = 255 AND acl_id = %(acl)s", "without manager"),
    "old lock": (
        "INSERT INTO dav_lock (token, kind, ref_id, space_id, user_id, scope, deep, owner_xml, created_at, expires_at)"
        " VALUES ('x', 'node', %(file)s, %(space)s, %(alice)s, 'exclusive', false, '', now(), now() - '2d'::interval)",
        "expired lock",
    ),
    "waiting message": ("UPDATE events_outbox SET created_at = now() - interval '2 hours'", "outbox"),
    "lineage": ("DELETE FROM rights_lineage WHERE acl_id <> ancestor_id", "lineage missing"),
    "trash entry": ("UPDATE files_trash SET node_id = %(file)s", "trash entry"),
    "wide link": (
        "UPDATE rights_grant SET rights = 255 WHERE principal_id = (SELECT principal_id FROM rights_link)",
        "shares or manages",
    ),
    "nobody's principal": ("INSERT INTO rights_principal (user_id, group_id) VALUES (NULL, NULL)", "stands for nobody"),
    "acl of nothing": ("UPDATE rights_acl SET object_id = 999999 WHERE kind = 'node'", "of a node that is gone"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_invariant_is_found(alice, bob, space, root, tree, name):
    folder, file = tree
    beside = make.make_file(alice, root, "beside.txt")
    sql, words = BREAKS[name]
    run(
        sql, folder=folder.pk, file=file.pk, root=root.pk, space=space.pk, other=bob.personal_space.pk, alice=alice.pk,
        lost=Node.objects.get(name="b.txt").pk, beside=beside.pk, acl=space.acl_id,
    )  # fmt: skip
    assert any(words in finding for finding in found()), found()


def path_of(node):
    return storage.path_of(Blob.objects.get(nodes=node).key)


def flip(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_lost_bytes_are_found(tree):
    path_of(tree[1]).unlink()
    assert any("its bytes are gone" in finding for finding in found())


def test_cut_bytes_are_found(tree):
    path = path_of(tree[1])
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:3])
    assert any(f": 3 bytes instead of {size}" in finding for finding in found())


def test_one_flipped_bit_is_found_by_a_deep_look(tree):
    flip(path_of(tree[1]))
    assert found() == []
    assert any("its bytes have changed" in finding for finding in found(deep=True))


def test_a_versions_bytes_are_looked_at_too(tree):
    flip(storage.path_of(Version.objects.get().blob.key))
    assert any("its bytes have changed" in finding for finding in found(deep=True))


def test_bytes_without_a_row_are_named_after_an_hour(monkeypatch, tree, settings):
    stray = settings.BLOBS_DIR / "ff" / "ff" / ("f" * 64 + "-stray")
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"left by a crash")
    assert found() == []
    monkeypatch.setattr(fsck, "STRAY", -60)
    named = found()
    stray.unlink()
    assert f"bytes without a row: ff/ff/{'f' * 64}-stray" in named


def test_a_folder_of_no_upload_is_named_after_an_hour(monkeypatch, tree, settings):
    folder = settings.STAGING_DIR / "uploads" / "999999"
    folder.mkdir(parents=True)
    assert found() == []
    monkeypatch.setattr(fsck, "STRAY", -60)
    named = found()
    os.rmdir(folder)
    assert "upload folder 999999 belongs to no upload" in named


def test_a_compacted_log_is_clean(alice, space, tree):
    from collab.events.models import Change
    from collab.events.relay import compact_log

    make.age(Change.objects.filter(space_id=space.pk), "at", 100)
    assert compact_log() > 0
    assert found() == []
    make.make_file(alice, tree[0], "later.txt")
    assert found() == []


def test_the_command_answers_with_its_exit_status(tree, capsys):
    call_command("fsck")
    run("UPDATE spaces_space SET used = used + 1")
    with pytest.raises(CommandError):
        call_command("fsck", "--deep")
    out, err = capsys.readouterr()
    assert "counts" in out + err
