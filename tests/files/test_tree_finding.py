"""Paths, listings and the person's own root: each one question to the database, the rights inside it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.accounts.models import Rank
from collab.lib.errors import Forbidden, NotFound
from collab.rights.right import DROP_BOX, EDITOR, READER, Right
from files import mounts, queries
from files.actions import moving, trashing
from files.models import Mount
from tests import town as make


def find(who, path, **options):
    actor = make.act(who)
    return queries.find(actor, actor.user.pk if actor.user else None, path.split("/") if path else [], **options)


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


@pytest.fixture
def tree(alice, bob, root):
    """Plans/Été/Photos/a.jpg and Plans/b.txt; bob's devices know the mount."""
    summer = make.make_folder(alice, root, "Été")
    photos = make.make_folder(alice, summer, "Photos")
    make.make_file(alice, photos, "a.jpg")
    make.make_file(alice, root, "b.txt")
    make.at_root(alice)
    make.at_root(bob)
    return photos


def test_a_path_is_one_query(bob, tree):
    actor = make.act(bob)
    parts = ["Plans", "Été", "Photos", "a.jpg"]
    assert statements(lambda: queries.find(actor, bob.pk, parts)) == 1
    found = queries.find(actor, bob.pk, parts)
    assert found.entry.name == "a.jpg"
    assert found.parent.id == tree.pk
    assert [entry.name for entry in found.chain] == ["", "Été", "Photos", "a.jpg"]
    assert found.entry.mask == EDITOR.mask


def test_what_is_missing_says_where_it_would_be(bob, tree):
    found = find(bob, "Plans/Été/new.txt")
    assert (found.entry, found.parent.name, found.name) == (None, "Été", "new.txt")
    assert find(bob, "Plans/nowhere/new.txt").parent is None
    assert find(bob, "Plans/b.txt/inside").parent.name == "b.txt"
    assert find(bob, "nowhere").parent.id == make.home(bob).pk
    assert find(bob, "").virtual


def test_eve_finds_none_of_it(eve, tree):
    assert find(eve, "Plans/Été").entry is None
    assert find(eve, "Été", root=make.root_of(make.fresh(tree).space).pk).entry is None


def test_only_what_is_shared_and_no_sibling(alice, eve, tree, root):
    make.share(alice, tree, eve, READER.mask)
    assert make.at_root(eve) == ["Photos"]
    assert find(eve, "Photos/a.jpg").entry is not None
    assert find(eve, "Plans").entry is None
    assert make.names(eve, root) == []
    assert make.names(eve, make.fresh(tree).parent) == ["Photos"]


def test_below_what_one_may_not_see_nothing_is_found_by_path(alice, bob, eve, tree):
    make.restrict(alice, make.fresh(tree).parent)
    make.share(alice, tree, bob, READER.mask)
    assert find(bob, "Plans/Été/Photos").entry is None
    assert find(bob, "Plans/Été/Photos").parent is None
    assert "Photos" in make.at_root(bob)
    assert find(bob, "Photos/a.jpg").entry is not None


def test_a_listing_is_one_query_however_long(alice, bob, root):
    for number in range(5):
        make.make_file(alice, root, f"{number}.txt")
    actor = make.act(bob)
    assert statements(lambda: queries.children(actor, root.pk)) == 1
    assert statements(lambda: queries.children(actor, root.pk, sort="name", limit=2)) == 1
    assert statements(lambda: queries.entries(actor, [root.pk])) == 1
    assert statements(lambda: queries.root_rows(actor)) == 1
    mounts.root(actor)
    assert statements(lambda: mounts.root(actor)) == 1


@pytest.mark.parametrize("sort", ["name", "size", "mtime"])
@pytest.mark.parametrize("desc", [False, True])
def test_pages_join_without_gap_or_double(alice, root, sort, desc):
    for number in range(7):
        make.make_file(alice, root, f"file {number}.txt", b"x" * (number % 3), mtime=1000 + number % 2)
    for name in ("B", "a", "É"):
        make.make_folder(alice, root, name)
    actor = make.act(alice)
    whole = [entry.id for entry in queries.children(actor, root.pk, sort=sort, desc=desc)]
    found, after = [], None
    while page := queries.children(actor, root.pk, sort=sort, desc=desc, after=after, limit=3):
        found += [entry.id for entry in page]
        last = make.fresh(page[-1])
        after = [last.kind, {"name": last.sort, "size": last.size, "mtime": last.mtime}[sort], last.pk]
    assert found == whole
    assert len(set(found)) == 10
    kinds = [make.fresh(queries.entry(actor, pk)).kind for pk in whole]
    assert kinds == sorted(kinds), "folders first"


def test_names_sort_as_people_expect(alice, root):
    for name in ("file 10.txt", "file 9.txt", "Étude", "etape", "Zoo", "à bientôt"):
        make.make_file(alice, root, name)
    found = [entry.name for entry in queries.children(make.act(alice), root.pk, sort="name")]
    assert found == ["à bientôt", "etape", "Étude", "file 9.txt", "file 10.txt", "Zoo"]


def test_a_row_says_to_whom_kinds_it_was_given(alice, eve, root, team):
    folder, plain = make.make_folder(alice, root, "Shared"), make.make_folder(alice, root, "Plain")
    make.share(alice, folder, eve)
    make.share(alice, folder, team)
    make.make_link(alice, folder)
    rows = {entry.id: entry.shares for entry in queries.children(make.act(alice), root.pk)}
    assert sorted(rows[folder.pk]) == [0, 1, 3]
    assert not rows[plain.pk]


def test_ones_root_is_ones_own_things_and_the_mounts(alice, bob, space, root):
    make.make_file(bob, make.home(bob), "mine.txt")
    assert make.at_root(bob) == ["Plans", "mine.txt"]


def test_what_lands_at_home_and_is_closed_to_its_owner_shows_no_name(alice, bob, root):
    """A folder restricted to others stays restricted when it is moved: its name is none of the host's business."""
    make.share(alice, make.home(alice), bob, EDITOR.mask)
    hidden = make.make_folder(bob, make.home(bob), "Secret")
    make.restrict(bob, hidden)
    moving.move(make.act(bob), make.fresh(hidden), make.fresh(make.home(alice)), "Secret")
    assert "Secret" not in make.at_root(alice)
    assert make.names(alice, make.home(alice)) == []


def test_two_spaces_of_one_name_get_two_mounts(alice, bob):
    make.at_root(bob)
    other = make.make_space(alice, "Plans")
    make.share(alice, other, bob, READER.mask)
    assert make.at_root(bob) == ["Plans", "Plans (2)"]
    assert find(bob, "Plans (2)").entry.space_id == other.pk


def test_a_mount_steps_aside_for_ones_own_things(alice, eve, root):
    make.make_folder(eve, make.home(eve), "Docs")
    folder = make.make_folder(alice, root, "Docs")
    make.share(alice, folder, eve)
    assert make.at_root(eve) == ["Docs", "Docs (2)"]


def test_a_mounts_name_is_fixed_and_the_web_shows_the_new_one(alice, bob, space, root):
    make.at_root(bob)
    make.change(space, name="Renamed")
    assert "Plans" in make.at_root(bob)


@pytest.mark.parametrize("end", ["unshared", "trashed", "expired", "archived"])
def test_a_mount_that_leads_nowhere_lets_its_name_be_used(alice, eve, root, space, end):
    folder = make.make_folder(alice, root, "Docs")
    make.share(alice, folder, eve)
    make.at_root(eve)
    if end == "unshared":
        make.unshare(alice, folder, eve)
    elif end == "trashed":
        make.throw_away(alice, make.fresh(folder))
    elif end == "expired":
        make.expire(folder, eve.principal)
    else:
        make.change(space, archived_at=make.in_hours(0))
    found = find(eve, "Docs")
    assert found.entry is None
    assert found.parent is not None, "MKCOL would answer 409 for ever"
    make.make_folder(eve, found.parent, "Docs")
    assert find(eve, "Docs").entry is not None


def test_restoring_to_ones_top_steps_aside_for_a_mount(alice, eve, root):
    mine = make.make_folder(eve, make.home(eve), "Docs")
    trash = make.throw_away(eve, mine)
    folder = make.make_folder(alice, root, "Docs")
    make.share(alice, folder, eve)
    assert make.at_root(eve) == ["Docs"]
    restored = trashing.restore(make.act(eve), trash)
    assert restored.name == "Docs (2)"
    assert make.at_root(eve) == ["Docs", "Docs (2)"]


def test_a_space_just_shared_is_found_by_path_at_once(alice, eve, space, root):
    make.make_file(alice, root, "a.txt")
    make.share(alice, space, eve, READER.mask)
    assert mounts.lookup(make.act(eve), ["Plans", "a.txt"]).entry is not None


def test_hiding_a_received_share_and_not_a_space(alice, eve, space, root):
    folder = make.make_folder(alice, root, "Docs")
    make.share(alice, folder, eve)
    make.at_root(eve)
    mounts.hide(make.act(eve), folder.pk)
    assert make.at_root(eve) == []
    assert make.finds(eve, folder), "the share itself stays"
    make.make_folder(eve, make.home(eve), "Docs")
    assert make.at_root(eve) == ["Docs"], "and stays hidden when its name is used"
    trashing.trash(make.act(eve), make.home(eve).children.get())
    make.share(alice, space, eve, READER.mask)
    make.at_root(eve)
    with pytest.raises(Forbidden):
        mounts.hide(make.act(eve), root.pk)
    with pytest.raises(NotFound):
        mounts.hide(make.act(eve), make.make_folder(alice, root, "Other").pk)


def test_an_archived_space_leaves_devices_and_can_be_read_on_the_web(bob, tree, space, root):
    make.change(space, archived_at=make.in_hours(0))
    assert make.at_root(bob) == []
    assert find(bob, "Plans").entry is None
    found = find(bob, "Été", root=root.pk)
    assert found.archived
    assert found.entry.mask == Right.SEE


def test_a_guest_has_mounts_only(alice, space):
    guest = make.make_user("gus", Rank.GUEST)
    make.share(alice, space, guest, READER.mask)
    assert make.at_root(guest) == ["Plans"]
    assert mounts.root(make.act(guest)).home is None
    assert find(guest, "x").parent is None


def test_a_drop_box_is_not_listed_anywhere(alice, eve, root):
    make.share(alice, make.make_folder(alice, root, "Box"), eve, DROP_BOX.mask)
    assert make.at_root(eve) == []


def test_the_roots_etag_moves_with_what_lies_in_a_mount_and_with_ones_rights(alice, bob, team, space, root):
    tags = [mounts.root(make.act(bob)).etag]

    def moved(change):
        change()
        tags.append(mounts.root(make.act(bob)).etag)
        return tags[-1] != tags[-2]

    folder = make.make_folder(alice, root, "F")
    assert moved(lambda: make.make_file(alice, folder, "deep.txt"))
    assert moved(lambda: make.share(alice, space, team, READER.mask))
    assert moved(lambda: make.make_file(bob, make.home(bob), "mine.txt"))
    assert moved(lambda: make.unshare(alice, space, team))
    assert not moved(lambda: make.make_file(alice, root, "not bob's any more.txt"))


def test_where_a_thing_lies_in_ones_own_tree(alice, bob, eve, tree):
    assert mounts.path_to(make.act(bob), tree.pk) == "Plans/Été/Photos"
    make.share(alice, tree, eve)
    assert mounts.path_to(make.act(eve), tree.pk) == "Photos"
    assert mounts.path_to(make.act(eve), make.fresh(tree).parent_id) is None
    mine = make.make_folder(eve, make.home(eve), "Mine")
    assert mounts.path_to(make.act(eve), mine.pk) == "Mine"


def test_mounts_are_named_once_even_when_two_devices_ask_at_once(alice, bob, space, root):
    actor = make.act(bob)
    _home, _kids, entrances = queries.root_rows(actor)
    Mount.objects.create(user=bob, node=root, name="Plans")
    mounts._name(actor, entrances)
    assert Mount.objects.filter(user=bob).count() == 1


def test_a_link_resolves_below_its_own_folder_only(alice, tree, root):
    carol = make.visitor(make.make_link(alice, tree))
    assert find(carol, "a.jpg", root=tree.pk).entry is not None
    assert find(carol, "", root=tree.pk).entry.id == tree.pk
    assert find(carol, "b.txt", root=root.pk).entry is None
