"""Earlier contents: brought back, named, thinned out, removed."""

import pytest

from collab.lib.errors import Forbidden, Locked, NotFound, OverQuota
from collab.rights.right import CONTRIBUTOR, WRITER
from files.actions import moving, thinning, versions
from files.models import Version
from tests import town as make
from tests.files.locking import lock


@pytest.fixture
def file(alice, root):
    file = make.make_file(alice, root, "a.txt", b"one")
    for content in (b"second", b"third one"):
        make.write(alice, root, "a.txt", content)
    return make.fresh(file)


def contents(file):
    from files import storage

    found = []
    for version in Version.objects.filter(node=file).order_by("pk"):
        with storage.open_blob(version.blob.key) as stream:
            found.append(stream.read())
    return found


def test_every_overwrite_keeps_one(file):
    assert contents(file) == [b"one", b"second"]
    assert make.read(file) == b"third one"


def test_restoring_makes_a_version_of_what_was_there(alice, bob, file, space, root):
    first = Version.objects.filter(node=file).last()
    entry = versions.restore(make.act(bob), first)
    assert make.read(file) == b"one"
    assert contents(file) == [b"one", b"second", b"third one"]
    assert entry.etag != file.etag
    assert make.fresh(space).used == 3 + 6 + 9 + 3
    assert make.fresh(root).size == 3
    assert make.is_clean(deep=True)


def test_it_needs_edit(alice, eve, file, root):
    version = Version.objects.filter(node=file).first()
    with pytest.raises(NotFound):
        versions.restore(make.act(eve), version)
    make.share(alice, root, eve, CONTRIBUTOR.mask)
    for verb in (versions.restore, versions.delete, lambda actor, row: versions.name(actor, row, "x")):
        with pytest.raises(Forbidden):
            verb(make.act(eve), version)
    make.share(alice, root, eve, WRITER.mask)
    versions.restore(make.act(eve), version)
    with pytest.raises(Forbidden):
        versions.delete(make.act(eve), version)


def test_room_is_needed(alice, file, space):
    make.change(space, quota=20)
    with pytest.raises(OverQuota):
        versions.restore(make.act(alice), Version.objects.get(node=file, size=3))
    assert make.is_clean()


def test_a_lock_holds(alice, bob, file):
    token = lock(bob, file)
    with pytest.raises(Locked):
        versions.restore(make.act(alice), Version.objects.filter(node=file).first())
    versions.restore(make.act(bob), Version.objects.filter(node=file).first(), tokens=(token,))


def test_deleting_one_gives_its_room_back(alice, file, space):
    versions.delete(make.act(alice), Version.objects.get(node=file, size=6))
    assert contents(file) == [b"one"]
    assert make.fresh(space).used == 12
    assert make.is_clean()


def test_in_an_archived_space_they_stay(alice, file, space):
    make.change(space, archived_at=make.in_hours(0))
    version = Version.objects.filter(node=file).first()
    for verb in (versions.restore, versions.delete, lambda actor, row: versions.name(actor, row, "x")):
        with pytest.raises(Forbidden):
            verb(make.act(alice), version)


def test_in_the_trash_they_stay(alice, file):
    version = Version.objects.filter(node=file).first()
    make.throw_away(alice, file)
    with pytest.raises(NotFound):
        versions.restore(make.act(alice), version)


def test_thinning_keeps_the_day_then_one_a_day_then_one_a_week(alice, file, space):
    node = file
    for number in range(12):
        make.write(alice, make.fresh(node).parent, "a.txt", b"x" * number)
    rows = list(Version.objects.filter(node=node).order_by("pk"))
    ages = [200, 200.1, 199.9, 40, 12, 12.01, 11.99, 5, 5.01, 0.5, 0.4, 0.3, 0.2, 0.1]
    for row, days in zip(rows, ages, strict=True):
        make.age(Version.objects.filter(pk=row.pk), "created_at", days)
    kept_by_name = rows[0]
    versions.name(make.act(alice), kept_by_name, "as sent to the bank")
    went = thinning.thin()
    left = set(Version.objects.filter(node=node).values_list("pk", flat=True))
    assert went == 14 - len(left)
    assert {row.pk for row in rows[9:]} <= left, "the last day keeps all"
    assert kept_by_name.pk in left
    assert 7 <= len(left) < 14
    assert (
        make.fresh(space).used
        == node.size * 0 + sum(Version.objects.filter(node=node).values_list("size", flat=True)) + make.fresh(node).size
    )
    assert thinning.thin() == 0
    assert make.is_clean()


def test_versions_travel_with_their_file(alice, file, space):
    other = make.make_space(alice, "Other")
    moving.move(make.act(alice), file, make.root_of(other), "a.txt")
    assert contents(file) == [b"one", b"second"]
    assert make.fresh(space).used == 0
    assert make.fresh(other).used == 18
    assert make.is_clean()


def test_a_version_shown_before_its_file_moved_away_counts_in_the_right_space(alice, file, space):
    version = Version.objects.select_related("node").filter(node=file).first()
    other = make.make_space(alice, "Other")
    moving.move(make.act(alice), file, make.root_of(other), "a.txt")
    with pytest.raises((NotFound, Forbidden)):
        versions.delete(make.act(alice), version)
    assert make.is_clean()


def test_copies_begin_without_versions(alice, file, root):
    copied = moving.copy(make.act(alice), file, make.fresh(root), "b.txt")
    assert not Version.objects.filter(node_id=copied.entry.id).exists()
