"""Folders and files come to be: the right, the name, the room, and what everyone else notices."""

import pytest

from collab.lib.errors import BadInput, Conflict, Forbidden, Locked, NameTaken, NotFound, OverQuota, Stale
from collab.rights.right import CONTRIBUTOR, READER, WRITER, Right
from files.models import Blob, Version
from tests import town as make

BAD_NAMES = [
    "",
    ".",
    "..",
    "a/b",
    "/",
    "a\0b",
    "tab\there",
    "line\nbreak",
    "\x7f",
    "\x85",
    "x" * 256,
    "é" * 128,
    "\ud800",
]
GOOD_NAMES = [
    "a", ".hidden", "...", "é" * 127, "x" * 255, "nfc-\u00e9", "nfd-e\u0301",
    "🎉", " leading", "trailing ", "a\\b", "?%#;&+", "CON", "\u202e",
]  # fmt: skip


def test_it_works(alice, root):
    folder = make.make_folder(alice, root, "Photos")
    assert (folder.name, folder.is_folder, folder.parent_id, folder.created_by) == ("Photos", True, root.pk, alice)
    file = make.make_file(alice, folder, "a.txt", b"hello", mtime=1_000_000_000)
    assert (file.size, file.mtime, make.read(file)) == (5, 1_000_000_000, b"hello")
    assert make.names(alice, folder) == ["a.txt"]
    assert make.is_clean(deep=True)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_is_refused_with_a_reason(alice, root, name):
    for verb in (make.make_folder, make.write):
        with pytest.raises(BadInput) as refusal:
            verb(alice, root, name)
        assert str(refusal.value.message)
    assert make.names(alice, root) == []


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_any_other_name_comes_back_byte_for_byte(alice, root, name):
    make.make_file(alice, root, name)
    assert make.names(alice, root) == [name]


def test_names_that_only_look_alike_live_side_by_side(alice, root):
    twins = ["\u00e9t\u00e9", "e\u0301te\u0301", "\u00c9T\u00c9", "Readme", "README"]
    for name in twins:
        make.make_file(alice, root, name, name.encode())
    assert make.names(alice, root) == sorted(twins)


def test_a_folder_needs_a_free_name(alice, root):
    make.make_folder(alice, root, "Photos")
    make.make_file(alice, root, "a.txt")
    for name in ("Photos", "a.txt"):
        with pytest.raises(NameTaken):
            make.make_folder(alice, root, name)


def test_a_file_does_not_replace_a_folder(alice, root):
    make.make_folder(alice, root, "Photos")
    with pytest.raises(Conflict):
        make.write(alice, root, "Photos")


def test_nothing_is_put_inside_a_file(alice, root):
    file = make.make_file(alice, root, "a.txt")
    for verb in (make.make_folder, make.write):
        with pytest.raises(Conflict):
            verb(alice, file, "inside")


def test_eve_is_told_nothing(eve, root):
    for verb in (make.make_folder, make.write):
        with pytest.raises(NotFound):
            verb(eve, root, "x")


def test_a_reader_is_told_whom_to_ask(alice, eve, root):
    make.share(alice, root, eve, READER.mask)
    with pytest.raises(Forbidden) as refusal:
        make.make_folder(eve, root, "x")
    assert "Alice" in str(refusal.value.message)


def test_a_contributor_adds_and_does_not_overwrite(alice, eve, root):
    make.make_file(alice, root, "a.txt", b"alice")
    make.share(alice, root, eve, CONTRIBUTOR.mask)
    assert make.write(eve, root, "b.txt").created
    with pytest.raises(Forbidden):
        make.write(eve, root, "a.txt", b"eve")
    assert make.read(make.fresh(root).children.get(name="a.txt")) == b"alice"


def test_a_writer_overwrites_and_the_earlier_content_is_kept(alice, eve, root):
    file = make.make_file(alice, root, "a.txt", b"alice")
    make.share(alice, root, eve, WRITER.mask)
    written = make.write(eve, root, "a.txt", b"eve was here")
    assert (written.created, written.entry.id, written.entry.size) == (False, file.pk, 12)
    version = Version.objects.get(node=file)
    assert (version.size, version.author, version.mtime) == (5, alice, file.mtime)
    assert make.fresh(file).etag != file.etag
    assert make.is_clean(deep=True)


def test_even_an_empty_content_keeps_the_earlier_one(alice, root):
    file = make.make_file(alice, root, "a.txt", b"precious")
    make.write(alice, root, "a.txt", b"")
    assert make.read(file) == b""
    assert Version.objects.get(node=file).size == 8


def test_new_only_takes_a_free_name(alice, root):
    names = [make.write(alice, root, "a.tar.gz", new_only=True).entry.name for _ in range(3)]
    assert names == ["a.tar.gz", "a.tar (2).gz", "a.tar (3).gz"]


def test_over_quota_nothing_is_stored(alice, space, root):
    make.change(space, quota=10)
    make.make_file(alice, root, "a.txt", b"12345678")
    blobs = Blob.objects.count()
    with pytest.raises(OverQuota):
        make.write(alice, root, "b.txt", b"123")
    make.write(alice, root, "b.txt", b"12")
    with pytest.raises(OverQuota):
        make.write(alice, root, "b.txt", b"1")
    make.write(alice, root, "b.txt", b"")
    assert Blob.objects.count() == blobs + 2
    assert make.fresh(space).used == 10
    assert make.is_clean(deep=True)


def test_versions_and_trash_count_against_the_quota(alice, space, root):
    make.change(space, quota=20)
    file = make.make_file(alice, root, "a.txt", b"12345")
    make.write(alice, root, "a.txt", b"67890")
    make.throw_away(alice, file)
    assert make.fresh(space).used == 10
    with pytest.raises(OverQuota):
        make.write(alice, root, "b.txt", b"x" * 11)


def test_a_refused_write_leaves_no_bytes_behind(alice, eve, root):
    from django.conf import settings

    def stored():
        return sorted(path for path in settings.BLOBS_DIR.rglob("*") if path.is_file())

    before = stored()
    with pytest.raises(NotFound):
        make.write(eve, root, "a.txt", b"never")
    assert stored() == before


def test_the_guard_sees_the_row_as_it_is_under_the_lock(alice, root):
    seen = []

    def refuse(entry):
        seen.append(entry)
        raise Stale

    file = make.make_file(alice, root, "a.txt", b"one")
    for verb, name in ((make.write, "a.txt"), (make.make_folder, "New")):
        with pytest.raises(Stale):
            verb(alice, root, name, guard=refuse)
    assert [entry and entry.etag for entry in seen] == [file.etag, None]
    assert make.read(file) == b"one"


@pytest.mark.parametrize("mtime", [-(2**63), 2**63, 10**30, -(2**41)])
def test_a_time_that_no_device_can_show_becomes_now(alice, root, mtime):
    from files.actions import touching

    file = make.make_file(alice, root, "a.txt", mtime=mtime)
    assert abs(file.mtime - make.now()) < 60
    assert abs(make.make_folder(alice, root, "F", mtime=mtime).mtime - make.now()) < 60
    touching.set_mtime(make.act(alice), file, mtime)
    assert abs(make.fresh(file).mtime - make.now()) < 60


def test_times_before_1970_are_kept(alice, root):
    assert make.make_file(alice, root, "old.txt", mtime=-1000).mtime == -1000


def test_an_archived_space_takes_nothing(alice, space, root):
    folder = make.make_folder(alice, root, "F")
    file = make.make_file(alice, root, "a.txt")
    link = make.make_link(alice, folder, CONTRIBUTOR.mask)
    make.change(space, archived_at=make.in_hours(0))
    for who in (alice, make.visitor(link)):
        for verb in (make.make_folder, make.write):
            with pytest.raises(Forbidden):
                verb(who, folder, "x")
    with pytest.raises(Forbidden):
        make.write(alice, root, "a.txt", b"new")
    assert make.read(file) == b"hello"


def test_deep_trees_end_somewhere_with_a_reason(alice, root):
    from files.actions.tree import MAX_DEPTH

    folder = root
    for level in range(MAX_DEPTH - 1):
        folder = make.make_folder(alice, folder, str(level))
    for verb in (make.make_folder, make.write):
        with pytest.raises(BadInput):
            verb(alice, folder, "x")


def test_writing_into_a_folder_that_just_moved_to_another_space(alice, root):
    """The page was open while the folder moved: bytes must count where the folder is now, or be refused whole."""
    from files.actions import moving
    from files.models import Node

    folder = make.make_folder(alice, root, "F")
    file = make.make_file(alice, folder, "a.txt")
    stale, stale_file = Node.objects.get(pk=folder.pk), Node.objects.get(pk=file.pk)
    other = make.root_of(make.make_space(alice, "Other"))
    moving.move(make.act(alice), folder, other, "F")
    for attempt in (
        lambda: make.write(alice, stale, "b.txt"),
        lambda: make.make_folder(alice, stale, "G"),
        lambda: make.throw_away(alice, stale),
        lambda: moving.move(make.act(alice), stale_file, stale, "c.txt"),
        lambda: moving.copy(make.act(alice), stale_file, stale, "c.txt"),
        lambda: moving.move(make.act(alice), make.make_file(alice, root, make.unique("n")), stale, "d.txt"),
    ):
        with pytest.raises((Conflict, NotFound)):
            attempt()
        assert make.is_clean()


def test_a_name_held_by_a_mount_is_taken_at_ones_top(alice, bob, root):
    make.at_root(bob)
    home = make.home(bob)
    for verb in (make.make_folder, make.write):
        with pytest.raises(NameTaken):
            verb(bob, home, "Plans")
    make.make_folder(bob, make.make_folder(bob, home, "Mine"), "Plans")


def test_a_mount_that_is_gone_gives_its_name_back(alice, bob, eve, root):
    folder = make.make_folder(alice, root, "Docs")
    make.share(alice, folder, eve)
    assert "Docs" in make.at_root(eve)
    make.unshare(alice, folder, eve)
    mine = make.make_folder(eve, make.home(eve), "Docs")
    assert make.at_root(eve) == ["Docs"]
    from files import mounts

    assert mounts.lookup(make.act(eve), ["Docs"]).entry.id == mine.pk
    make.share(alice, folder, eve)
    assert make.at_root(eve) == ["Docs", "Docs (2)"]


def test_a_locked_folder_takes_no_member_without_the_token(alice, bob, root):
    from tests.files.locking import lock

    folder = make.make_folder(alice, root, "F")
    token = lock(bob, folder)
    for verb in (make.make_folder, make.write):
        with pytest.raises(Locked):
            verb(alice, folder, "x")
        with pytest.raises(Locked):
            verb(alice, folder, "x", tokens=[token])
    make.make_folder(bob, folder, "x", tokens=[token])


def test_masks_of_special_rights_hold(alice, eve, root):
    make.share(alice, root, eve, Right.SEE | Right.EDIT)
    make.make_file(alice, root, "a.txt")
    make.write(eve, root, "a.txt", b"edited")
    with pytest.raises(Forbidden):
        make.write(eve, root, "b.txt")
