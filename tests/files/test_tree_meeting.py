"""Many at once on one tree, in threads with connections of their own: one wins, nothing is lost, nobody waits."""

import io
import itertools
import random
import threading

import pytest
from django.conf import settings

from collab.lib.errors import Refusal, Stale
from collab.rights.models import Acl
from collab.rights.right import EDITOR, READER
from files.actions import moving, trashing, uploading, versions
from files.models import Node, Trash, Version
from tests import town as make
from tests.meeting import at_once, lost, won

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 50
WORKERS = 8


@pytest.fixture
def town(living_town):
    """The pool of connections must hold everybody at once."""
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    assert pool["max_size"] >= WORKERS
    return living_town


def move(who, node, parent, name):
    return moving.move(make.act(who), Node.objects.get(pk=node.pk), Node.objects.get(pk=parent.pk), name)


@pytest.mark.parametrize("round_number", range(3))
def test_of_fifty_writers_with_one_etag_exactly_one_wins(alice, root, round_number):
    file = make.make_file(alice, root, "a.txt", b"first")

    def unchanged(entry):
        if entry is None or entry.etag != file.etag:
            raise Stale

    counter, results, guard = itertools.count(), [], threading.Lock()

    def writer():
        while (number := next(counter)) < WRITERS:
            try:
                make.write(alice, root, "a.txt", b"by %d" % number, guard=unchanged)
                result = number
            except Refusal as refusal:
                result = refusal
            with guard:
                results.append(result)

    assert won(at_once(*[writer] * WORKERS)) == [None] * WORKERS
    assert len(won(results)) == 1
    assert lost(results) == ["Stale"] * (WRITERS - 1)
    assert make.read(file) == b"by %d" % won(results)[0]
    assert Version.objects.filter(node=file).count() == 1
    assert make.is_clean(deep=True)


def test_the_same_new_name_is_made_once(alice, root):
    results = at_once(*[lambda: make.make_folder(alice, root, "New")] * WORKERS)
    assert len(won(results)) == 1
    assert lost(results) == ["NameTaken"] * (WORKERS - 1)
    assert make.is_clean()


def test_every_plain_overwrite_is_kept(alice, bob, root):
    """No condition was sent: the last one stands, and each of the others is a version."""
    acts = [lambda who=who, number=number: make.write(who, root, "a.txt", b"%d" % number)
            for number, who in enumerate([alice, bob] * (WORKERS // 2))]  # fmt: skip
    results = at_once(*acts)
    assert lost(results) == []
    assert sum(written.created for written in results) == 1
    assert Version.objects.count() == WORKERS - 1
    contents = {make.read(Node.objects.get(name="a.txt"))}
    from files import storage

    for version in Version.objects.select_related("blob"):
        with storage.open_blob(version.blob.key) as file:
            contents.add(file.read())
    assert contents == {b"%d" % number for number in range(WORKERS)}
    assert make.is_clean(deep=True)


def test_the_quota_is_never_overshot(alice, space, root):
    make.change(space, quota=10_000)
    acts = [lambda number=number: make.write(alice, root, f"{number}.bin", b"x" * 3000) for number in range(WORKERS)]
    results = at_once(*acts)
    assert len(won(results)) == 3
    assert set(lost(results)) == {"OverQuota"}
    assert make.fresh(space).used == 9000
    assert make.is_clean()


def test_copies_restored_versions_and_uploads_meet_at_the_quota_too(alice, space, root):
    file = make.make_file(alice, root, "a.bin", b"x" * 3000)
    make.write(alice, root, "a.bin", b"y" * 3000)
    version = Version.objects.get()
    upload = uploading.begin(make.act(alice), "u", parent=root, name="u.bin")
    uploading.put_chunk(upload, "1", io.BytesIO(b"z" * 3000))
    make.change(space, quota=13_000)
    copy_of = lambda number: lambda: moving.copy(make.act(alice), make.fresh(file), root, f"{number}.bin")  # noqa: E731
    results = at_once(
        copy_of(1), copy_of(2), copy_of(3),
        lambda: versions.restore(make.act(alice), version),
        lambda: uploading.assemble(make.act(alice), upload, root, "u.bin"),
        lambda: make.write(alice, root, "a.bin", b"w" * 3000),
    )  # fmt: skip
    assert len(won(results)) == 2
    assert set(lost(results)) == {"OverQuota"}
    assert make.fresh(space).used == 12_000
    assert make.is_clean(deep=True)


@pytest.mark.parametrize("round_number", range(4))
def test_two_folders_cannot_swallow_each_other(alice, bob, root, round_number):
    a, b = make.make_folder(alice, root, "A"), make.make_folder(alice, root, "B")
    results = at_once(lambda: move(alice, a, b, "A"), lambda: move(bob, b, a, "B"))
    assert len(won(results)) == 1
    assert lost(results) == ["Conflict"]
    assert make.is_clean()


def test_three_in_a_ring_leave_no_ring(alice, root):
    a, b, c = (make.make_folder(alice, root, name) for name in "ABC")
    results = at_once(lambda: move(alice, a, b, "A"), lambda: move(alice, b, c, "B"), lambda: move(alice, c, a, "C"))
    assert len(won(results)) == 2
    assert lost(results) == ["Conflict"]
    assert make.is_clean()


@pytest.mark.parametrize("round_number", range(4))
def test_moves_between_two_spaces_both_ways_do_not_lock_each_other_out(alice, bob, space, root, round_number):
    other = make.make_space(alice, "Other")
    target = make.root_of(other)
    here = [make.make_file(alice, root, f"h{number}", b"12345") for number in range(3)]
    there = [make.make_file(alice, target, f"t{number}", b"1234567") for number in range(3)]
    acts = [lambda node=node: move(alice, node, target, node.name) for node in here]
    acts += [lambda node=node: move(alice, node, root, node.name) for node in there]
    assert lost(at_once(*acts)) == []
    assert (make.fresh(space).used, make.fresh(other).used) == (21, 15)
    assert make.is_clean()


@pytest.mark.parametrize("round_number", range(4))
def test_deleting_a_folder_while_somebody_writes_into_it(alice, bob, root, round_number):
    """Either the write came first and lies in the trash with its folder, or it is refused: no orphan, no ghost."""
    folder = make.make_folder(alice, root, "F")
    deleted, *written = at_once(
        lambda: make.throw_away(alice, folder),
        *[lambda number=number: make.write(bob, folder, f"{number}.txt") for number in range(5)],
    )
    assert isinstance(deleted, Trash)
    assert set(lost(written)) <= {"NotFound"}
    assert Node.objects.filter(trash=deleted, kind=2).count() == len(won(written))
    assert make.is_clean()


@pytest.mark.parametrize("round_number", range(4))
def test_purging_while_somebody_restores(alice, bob, root, round_number):
    trash = make.throw_away(alice, make.make_file(alice, root, "a.txt"))
    results = at_once(
        lambda: trashing.purge(make.act(alice), trash),
        lambda: trashing.restore(make.act(bob), trash),
        lambda: trashing.empty(make.act(bob), trash.space_id),
    )
    assert set(lost(results)) <= {"NotFound"}
    assert not Trash.objects.exists()
    assert make.is_clean()


@pytest.mark.parametrize("round_number", range(4))
def test_sharing_while_it_moves_to_another_circle(alice, bob, eve, root, round_number):
    """Whoever comes first, eve is given exactly this folder, and the folder's old neighbours keep nothing."""
    carol = make.make_user("carol")
    old, new = make.make_folder(alice, root, "Old"), make.make_folder(alice, root, "New")
    make.share(alice, old, carol, READER.mask)
    make.share(alice, new, bob, EDITOR.mask)
    folder = make.make_folder(alice, old, "Folder")
    file = make.make_file(alice, folder, "a.txt")
    results = at_once(
        lambda: move(alice, folder, new, "Folder"),
        lambda: make.share(alice, folder, eve, READER.mask),
        lambda: make.restrict(alice, new),
    )
    assert lost(results) == []
    assert make.finds(eve, file)
    assert not make.finds(carol, file)
    assert not make.finds(eve, new)
    assert make.is_clean()


def test_the_first_share_of_a_folder_by_two_at_once_makes_one_circle(alice, eve, space, root):
    folder = make.make_folder(alice, root, "Folder")
    people = [make.make_user(f"guest{number}") for number in range(4)]
    assert lost(at_once(*[lambda who=who: make.share(alice, folder, who) for who in people])) == []
    assert Acl.objects.filter(kind="node", object_id=folder.pk).count() == 1
    assert all(make.finds(who, folder) for who in people)
    assert make.is_clean()


def test_two_managers_cannot_both_leave(alice, bob, space):
    make.share(alice, space, bob, 255)
    results = at_once(lambda: make.unshare(alice, space, alice), lambda: make.unshare(bob, space, bob))
    assert len(won(results)) == 1
    assert lost(results) == ["Conflict"]


def test_two_managers_cannot_be_disabled_at_once(alice, bob, space):
    from collab.accounts.actions import people

    make.share(alice, space, bob, 255)
    make.unshare(alice, space, alice.collab_groups.get(name="Team"))
    results = at_once(lambda: people.deactivate(None, alice), lambda: people.deactivate(None, bob))
    assert len(won(results)) == 1
    assert lost(results) == ["Conflict"]


def test_a_person_of_two_devices_has_one_space_and_one_mount(alice, space, root):
    from collab.spaces.actions import personal_space
    from files.models import Mount

    carol = make.make_user("carol", rank="guest")
    make.share(alice, space, carol, READER.mask)
    make.change(carol, rank="member")
    assert lost(at_once(*[lambda: personal_space(carol)] * 4)) == []
    assert lost(at_once(*[lambda: make.at_root(carol)] * 4)) == []
    assert Mount.objects.filter(user=carol).count() == 1


def test_spaces_of_one_name_made_at_once_have_addresses_of_their_own(alice):
    made = at_once(*[lambda: make.make_space(alice, "Fête")] * 4)
    assert lost(made) == []
    assert len({space.slug for space in made}) == 4


def test_a_crowd_on_overlapping_trees_leaves_it_whole(alice, bob, space, root):
    """Eight workers, a few hundred random changes; only refusals are allowed as answers."""
    other = make.root_of(make.make_space(alice, "Other"))
    make.share(alice, make.fresh(other).space, bob, EDITOR.mask)
    for name in "ABCD":
        make.make_folder(alice, root, name)

    def work(seed):
        dice, who = random.Random(seed), (alice, bob)[seed % 2]
        for _ in range(25):
            folders = list(Node.objects.living().filter(kind=1, space__kind="team").order_by("?")[:3])
            nodes = list(Node.objects.living().exclude(parent=None).filter(space__kind="team").order_by("?")[:2])
            act = dice.choice(("write", "folder", "move", "copy", "trash", "restore", "purge"))
            try:
                if act == "write":
                    make.write(who, folders[0], dice.choice("abc"), b"x" * dice.randrange(50))
                elif act == "folder":
                    make.make_folder(who, folders[0], dice.choice("ABCD"))
                elif act in {"move", "copy"} and nodes:
                    verb = moving.move if act == "move" else moving.copy
                    verb(make.act(who), nodes[0], folders[0], dice.choice("abcABCD"), overwrite=dice.random() < 0.5)
                elif act == "trash" and nodes:
                    make.throw_away(who, nodes[0])
                elif act in {"restore", "purge"} and (row := Trash.objects.order_by("?").first()):
                    getattr(trashing, act)(make.act(who), row)
            except (Refusal, Node.DoesNotExist):
                continue

    assert lost(at_once(*[lambda seed=seed: work(seed) for seed in range(WORKERS)])) == []
    assert make.is_clean(deep=True)
